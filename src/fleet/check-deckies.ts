import { unknownName } from '../yaml/nearest.ts';
import type { Path, Problem } from '../yaml/problem.ts';
import type { Catalogue } from './catalogue.ts';
import { serviceProblems } from './check-services.ts';
import { whyNotRun } from './machine.ts';
import type { Fleet, FleetDecky } from './schema.ts';

/** More than this is a mistake, or wants another tool. */
const mostDeckies = 1000;

/** What can be said of the deckies without knowing the host: names, services, options, MACs. */
export function checkDeckies(fleet: Fleet, catalogue: Catalogue): Problem[] {
  const problems = fleet.deckies.flatMap((decky, index) => {
    const path = ['deckies', index];
    return [
      ...countProblems(decky, path),
      ...identityProblems(decky, catalogue, path),
      ...serviceProblems(decky, catalogue, path),
      ...macProblems(decky, fleet.network.driver, path),
    ];
  });
  const total = fleet.deckies.reduce((sum, decky) => sum + (decky.count ?? 1), 0);
  if (total > mostDeckies) {
    problems.push({ path: ['deckies'], message: `${total} deckies; a fleet holds at most ${mostDeckies}` });
  }
  return [...problems, ...duplicateProblems(fleet, ['name', 'mac', 'hostname'])];
}

/** Values of these keys that more than one decky has. Letters' case does not tell two apart. */
export function duplicateProblems(
  fleet: Fleet,
  keys: readonly ('name' | 'ip' | 'mac' | 'hostname')[],
): Problem[] {
  return keys.flatMap((key) => {
    const first = new Map<string, number>();
    return fleet.deckies.flatMap((decky, index): Problem[] => {
      const value = decky[key]?.toLowerCase();
      if (value === undefined) return [];
      const owner = first.get(value);
      if (owner === undefined) {
        first.set(value, index);
        return [];
      }
      return [
        {
          path: ['deckies', index, key],
          message: `${key} ${value} is given twice: deckies[${owner}] has it too`,
        },
      ];
    });
  });
}

function countProblems(decky: FleetDecky, path: Path): Problem[] {
  if (decky.count === undefined) return [];
  const keys = (['name', 'ip', 'mac', 'hostname'] as const).filter((key) => decky[key] !== undefined);
  return keys.map((key) => ({
    path: [...path, key],
    at: 'key',
    message: `${key} names one decky, and count asks for several; give one of them`,
  }));
}

function identityProblems(decky: FleetDecky, catalogue: Catalogue, path: Path): Problem[] {
  const problems: Problem[] = [];
  if (!catalogue.archetypes.has(decky.archetype)) {
    const message = unknownName('archetype', decky.archetype, catalogue.archetypes.keys());
    problems.push({ path: [...path, 'archetype'], message });
  }
  if (decky.distro === undefined) return problems;
  if (!catalogue.distros.has(decky.distro)) {
    problems.push({
      path: [...path, 'distro'],
      message: unknownName('distro', decky.distro, catalogue.distros.keys()),
    });
  }
  const misfit = whyNotRun(decky.archetype, decky.distro, catalogue);
  if (misfit !== null) problems.push({ path: [...path, 'distro'], message: misfit });
  return problems;
}

function macProblems(decky: FleetDecky, driver: Fleet['network']['driver'], path: Path): Problem[] {
  if (decky.mac === undefined) return [];
  const at = [...path, 'mac'];
  if (driver === 'ipvlan') {
    return [
      {
        path: at,
        at: 'key',
        message: 'mac cannot be given with ipvlan: every decky has the MAC of the interface',
      },
    ];
  }
  // IEEE 802: the lowest bit of the first byte marks a group address, which no host may have.
  if ((Number.parseInt(decky.mac.slice(0, 2), 16) & 1) === 1) {
    return [{ path: at, message: `${decky.mac} is a multicast MAC; the first byte of a host's is even` }];
  }
  if (/^(00:){5}00$/.test(decky.mac)) return [{ path: at, message: `${decky.mac} is not the MAC of a host` }];
  return [];
}
