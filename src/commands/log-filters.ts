import { type Command, InvalidArgumentError } from 'commander';
import { type Cidr, networkOf, parseInterfaceAddress } from '../fleet/addresses.ts';
import { eventNames } from '../logs/event-names.ts';
import type { Filter } from '../logs/filter.ts';
import { parseSince } from '../logs/since.ts';
import type { Selection } from '../logs/sources.ts';
import { unknownName } from '../yaml/nearest.ts';

/** What the commands that read logs share: each narrows down what is read. */
export interface FilterFlags {
  readonly decky?: readonly string[];
  readonly service?: readonly string[];
  readonly src?: readonly Cidr[];
  readonly event?: readonly string[];
  readonly since?: string;
}

/** What to read: of which containers, which records, and from when on (RFC 3339). */
export interface Wanted extends Selection, Filter {
  readonly since?: string;
}

/** Adds the filters to a command. Each list may be given several times, or with commas. */
export function addFilters(command: Command): Command {
  return command
    .argument('[decky]', 'only of this decky')
    .option('--decky <name>', 'only of this decky', appendNames)
    .option('--service <name>', 'only of this service', appendNames)
    .option('--src <address>', 'only from this IPv4 address or network, e.g. 198.51.100.0/24', appendNetworks)
    .option('--event <name>', 'only this event, e.g. auth (all are in docs/events.md)', appendEvents)
    .option('--since <time>', 'only from then on: 10m, 2h or 3d ago, or an RFC 3339 time', toMoment)
    .addHelpText('after', '\nFilters combine. All but --since may be repeated or take a list: a,b.');
}

/** The flags as what to read. */
export function toWanted(decky: string | undefined, flags: FilterFlags): Wanted {
  return {
    deckies: [...(decky === undefined ? [] : [decky]), ...(flags.decky ?? [])],
    services: flags.service ?? [],
    visitors: flags.src ?? [],
    events: flags.event ?? [],
    ...(flags.since === undefined ? {} : { since: flags.since }),
  };
}

function appendNames(text: string, before: readonly string[] = []): readonly string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new InvalidArgumentError('Give a name, or several with commas.');
  return [...before, ...names];
}

function appendEvents(text: string, before: readonly string[] = []): readonly string[] {
  const known = [...eventNames, 'raw'];
  const names = appendNames(text, before);
  for (const name of names) {
    if (!known.includes(name))
      throw new InvalidArgumentError(`It names an ${unknownName('event', name, known)}`);
  }
  return names;
}

function appendNetworks(text: string, before: readonly Cidr[] = []): readonly Cidr[] {
  const networks = appendNames(text).map((name) => {
    const parsed = parseInterfaceAddress(name.includes('/') ? name : `${name}/32`);
    if (parsed === null)
      throw new InvalidArgumentError(
        'Give an IPv4 address or network, e.g. 198.51.100.7 or 198.51.100.0/24.',
      );
    return networkOf(parsed.address, parsed.prefix);
  });
  return [...before, ...networks];
}

function toMoment(text: string): string {
  const now = Date.now();
  const moment = parseSince(text, now);
  if (moment === null)
    throw new InvalidArgumentError(
      'Give a duration, e.g. 10m, 2h or 3d, or a time, e.g. 2026-03-01T12:00:00Z.',
    );
  if (Date.parse(moment) > now) throw new InvalidArgumentError('That is still to come.');
  return moment;
}
