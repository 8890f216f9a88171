import { eventNames } from '../logs/event-names.ts';
import { unknownName } from '../yaml/nearest.ts';
import type { Path, Problem } from '../yaml/problem.ts';
import type { Catalogue } from './catalogue.ts';
import { servicesOf } from './check-services.ts';
import { expandDeckies } from './expand.ts';
import { baseService } from './names.ts';
import type { Fleet, FleetAlert } from './schema.ts';

interface Known {
  /** The services of each decky, by its name. */
  readonly deckies: ReadonlyMap<string, readonly string[]>;
  readonly services: readonly string[];
}

/** Rules that name an event, a decky or a service that there is not, or a service that none of their deckies has. */
export function checkAlerts(fleet: Fleet, catalogue: Catalogue): Problem[] {
  if (fleet.alerts.length === 0) return [];
  const known: Known = {
    deckies: new Map(
      expandDeckies(fleet).map(({ name, asked }) => [name, [baseService, ...servicesOf(asked, catalogue)]]),
    ),
    services: alertServices(catalogue),
  };
  return fleet.alerts.flatMap((alert, index) => [
    ...unknownNames('event', alert.on, { known: eventNames, path: ['alerts', index, 'on'] }),
    ...unknownNames('decky', alert.decky, {
      known: [...known.deckies.keys()],
      path: ['alerts', index, 'decky'],
    }),
    ...serviceProblems(alert, known, ['alerts', index, 'service']),
  ]);
}

/** What an event may come from: a service, or what keeps a decky on the LAN, its base. */
export function alertServices({ services }: Catalogue): string[] {
  return [...services.keys(), baseService];
}

function unknownNames(
  kind: string,
  names: readonly string[] = [],
  { known, path }: { readonly known: readonly string[]; readonly path: Path },
): Problem[] {
  return names.flatMap((name, index) =>
    known.includes(name) ? [] : [{ path: [...path, index], message: unknownName(kind, name, known) }],
  );
}

function serviceProblems({ decky, service }: FleetAlert, known: Known, path: Path): Problem[] {
  const about = decky ?? [...known.deckies.keys()];
  const had = new Set(about.flatMap((name) => known.deckies.get(name) ?? []));
  const unknown = unknownNames('service', service, { known: known.services, path });
  const absent = (service ?? []).flatMap((name, index) =>
    had.has(name) || !known.services.includes(name)
      ? []
      : [{ path: [...path, index], message: `no decky that this rule is about has the service ${name}` }],
  );
  return [...unknown, ...absent];
}
