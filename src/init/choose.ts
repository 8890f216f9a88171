import { DecnetError, exitCodes } from '../errors.ts';
import type { Catalogue } from '../fleet/catalogue.ts';
import {
  type Choices,
  checkChoices,
  deal,
  type Kinds,
  rangeFor,
  toArchetypes,
  toCount,
  usualArchetypes,
} from './choices.ts';
import { type Here, interfacesText, type Lan, lanText, readLan, usualInterface } from './lan.ts';
import type { Ask } from './questions.ts';

/** What was said on the command line. */
export interface Given {
  readonly name?: string;
  readonly interface?: string;
  readonly driver?: 'macvlan' | 'ipvlan';
  readonly range?: string;
  readonly deckies?: number;
  readonly archetype?: readonly string[];
}

interface Choosing {
  readonly given: Given;
  readonly here: Here;
  readonly catalogue: Catalogue;
  /** Null where nobody is to be asked. */
  readonly ask: Ask | null;
}

/** What is given counts; the rest is asked, or where there is nobody to ask, as it is found. */
export async function chooseFleet(choosing: Choosing): Promise<Choices> {
  const { given, here, catalogue } = choosing;
  const named = toArchetypes(given.archetype ?? [], catalogue);
  const lan = await chooseLan(choosing);
  const kinds = await chooseKinds(choosing, named);
  const chosen: Omit<Choices, 'range'> = {
    name: given.name ?? 'decnet',
    driver: given.driver ?? (lan.isWireless ? 'ipvlan' : 'macvlan'),
    lan,
    kinds,
  };
  const withRange = (range: string | null): Choices => {
    const choices = { ...chosen, range };
    checkChoices(choices, catalogue, here);
    return choices;
  };

  if (given.range !== undefined) return withRange(given.range);
  const usual = rangeFor(lan, kinds);
  if (choosing.ask === null) return withRange(usual);
  const text = 'Addresses for deckies, outside of the pool of your DHCP server';
  return choosing.ask({ text, usual: usual ?? '', take: (answer) => withRange(answer || null) });
}

async function chooseLan({ given, here, ask }: Choosing): Promise<Lan> {
  if (given.interface !== undefined) return readLan(here, given.interface);
  const usual = usualInterface(here);
  if (ask !== null) {
    const text = `Interface of the LAN: ${interfacesText(here)}`;
    return ask({ text, usual: usual ?? '', take: (answer) => readLan(here, answer) });
  }
  if (usual !== null) return readLan(here, usual);
  throw new DecnetError(
    `this host has no default route, so that nothing tells the interface of the LAN; there are: ${interfacesText(here)}`,
    { code: 'NO_SUCH_INTERFACE', hint: 'Name it with --interface.', exitCode: exitCodes.usage },
  );
}

async function chooseKinds({ given, catalogue, ask }: Choosing, named: readonly string[]): Promise<Kinds> {
  const usualCount = named.length === 0 ? usualArchetypes.length : named.length;
  const isOpen = ask !== null && named.length === 0;
  const count =
    given.deckies ??
    (ask === null
      ? usualCount
      : await ask({ text: 'Number of deckies', usual: String(usualCount), take: toCount }));
  if (!isOpen) return deal(count, named.length > 0 ? named : usualArchetypes.slice(0, count));
  const text = 'What they are, by archetype (decnet archetypes lists them)';
  return ask({
    text,
    usual: usualArchetypes.slice(0, count).join(' '),
    take: (answer) => deal(count, toArchetypes(answer.split(/[\s,]+/).filter(Boolean), catalogue)),
  });
}

/** What was written, in a line. */
export function summary({ kinds, lan, range, driver }: Choices): string {
  const count = kinds.reduce((sum, kind) => sum + kind.count, 0);
  const from = range === null ? '' : `, addresses from ${range}`;
  return `${count} ${count === 1 ? 'decky' : 'deckies'} by ${driver} for ${lanText(lan)}${from}`;
}
