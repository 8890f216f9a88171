import { DecnetError, exitCodes } from '../errors.ts';
import { formatCidr } from '../fleet/addresses.ts';
import type { Catalogue } from '../fleet/catalogue.ts';
import { checkFleet } from '../fleet/check-fleet.ts';
import { hostFactsFrom } from '../fleet/host-facts.ts';
import { fleetSchema } from '../fleet/schema.ts';
import { unknownName } from '../yaml/nearest.ts';
import { checkSchema } from '../yaml/schema-problems.ts';
import type { Here, Lan } from './lan.ts';
import { suggestRange } from './suggest-range.ts';

/** What is written when nobody says otherwise: what an office has. */
export const usualArchetypes = [
  'file-server',
  'web-server',
  'windows-workstation',
  'printer',
  'linux-server',
] as const;

/** So many deckies of each archetype, in the order that they were named. */
export type Kinds = readonly { readonly archetype: string; readonly count: number }[];

/** All that a fleet file of ours says. */
export interface Choices {
  readonly name: string;
  readonly driver: 'macvlan' | 'ipvlan';
  readonly lan: Lan;
  /** CIDR; null where no block of addresses is free of what was seen. */
  readonly range: string | null;
  readonly kinds: Kinds;
}

/** A number of deckies. Throws `USAGE`. */
export function toCount(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= 1000) return Number(text);
  throw wrong(`${JSON.stringify(text)} is not a number of deckies, 1 to 1000`, 'Give a number, e.g. 5.');
}

/** Archetypes, held against the catalogue. Throws `NO_SUCH_ARCHETYPE`. */
export function toArchetypes(names: readonly string[], catalogue: Catalogue): readonly string[] {
  const unknown = names.find((name) => !catalogue.archetypes.has(name));
  if (unknown === undefined) return [...new Set(names)];
  throw new DecnetError(unknownName('archetype', unknown, catalogue.archetypes.keys()), {
    code: 'NO_SUCH_ARCHETYPE',
    hint: 'List them with: decnet archetypes',
    exitCode: exitCodes.usage,
  });
}

/** Deals the deckies out over the archetypes. Throws `USAGE` where there are fewer deckies. */
export function deal(count: number, archetypes: readonly string[]): Kinds {
  if (count < archetypes.length) {
    const what = `${count} deckies cannot be of ${archetypes.length} archetypes`;
    throw wrong(what, `Give --deckies ${archetypes.length} or more, or fewer archetypes.`);
  }
  const share = Math.floor(count / archetypes.length);
  const left = count % archetypes.length;
  return archetypes.map((archetype, index) => ({ archetype, count: share + (index < left ? 1 : 0) }));
}

/** A block of addresses that holds the deckies and the host link; null where none is free. */
export function rangeFor(lan: Lan, kinds: Kinds): string | null {
  const needed = kinds.reduce((sum, { count }) => sum + count, 1);
  const range = suggestRange({ subnet: lan.subnet, taken: lan.taken, needed });
  return range === null ? null : formatCidr(range);
}

/** Throws `USAGE` with all that is wrong with the choices on this host: nothing is written that would not deploy. */
export function checkChoices(choices: Choices, catalogue: Catalogue, here: Here): void {
  const { name, driver, lan, range, kinds } = choices;
  const fleet = {
    name,
    network: { driver, interface: lan.interface, ...(range === null ? {} : { range }) },
    deckies: kinds.map((kind) => ({ ...kind })),
  };
  const checked = checkSchema(fleetSchema, fleet);
  const problems = checked.ok
    ? checkFleet(checked.data, catalogue, hostFactsFrom(here)).problems
    : checked.problems;
  if (problems.length === 0) return;
  const messages = problems.map(({ message }) => message).join('\n');
  throw wrong(messages, 'See decnet init --help for what can be given.');
}

function wrong(message: string, hint: string): DecnetError {
  return new DecnetError(message, { code: 'USAGE', hint, exitCode: exitCodes.usage });
}
