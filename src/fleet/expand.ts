import type { Fleet, FleetDecky } from './schema.ts';

/** One decky to be, with its name. */
export interface NamedDecky {
  readonly name: string;
  readonly asked: FleetDecky;
}

/**
 * Writes out `count` and gives a name to whoever has none: `web-server-01` and so on, a number per archetype in the
 * order of the file, names that are given passed over.
 */
export function expandDeckies(fleet: Fleet): NamedDecky[] {
  const given = new Set(fleet.deckies.flatMap(({ name }) => name ?? []));
  const next = new Map<string, number>();
  const freeName = (archetype: string): string => {
    let number = next.get(archetype) ?? 1;
    while (given.has(numbered(archetype, number))) number += 1;
    next.set(archetype, number + 1);
    return numbered(archetype, number);
  };
  return fleet.deckies.flatMap((asked) =>
    Array.from({ length: asked.count ?? 1 }, () => ({
      name: asked.name ?? freeName(asked.archetype),
      asked,
    })),
  );
}

function numbered(archetype: string, number: number): string {
  return `${archetype}-${String(number).padStart(2, '0')}`;
}
