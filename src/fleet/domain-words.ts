/**
 * What a domain is put together from when the fleet gives none: a company that there is not, under an ending that is
 * delegated to nobody on the Internet, so that no query of a decky's domain means somebody else.
 */
export const domainWords = {
  beginnings:
    'alt ark bal bern brand cal dal del ebr eld fal fern gal gran hal holm iver jor kal kest kron lan lind lor mal mer mon nor oster pel quin rav ros sal sel sten stor tal tev tor ul val vel ver wal west zan zel'.split(
      ' ',
    ),
  endings:
    'aco ador aline ano ardo aris borg bury celle dale dane den dis dorf dyne feld gate gen hagen hart hem ivo land leigh lux mann mark mont nova onix ora paro rex rick ridge rock sen son stad strom tec tera thal ton tria vale vik win'.split(
      ' ',
    ),
  /** In front of the company; most have nothing there. */
  prefixes: ['', '', '', 'ad.', 'corp.', 'int.', 'office.'],
  suffixes: ['local', 'lan', 'internal', 'intranet', 'corp'],
} as const;
