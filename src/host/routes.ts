import { DecnetError } from '../errors.ts';
import {
  addRouteLine,
  batch,
  batchToTheEnd,
  deleteRouteLine,
  replaceRouteLine,
  showRoutes,
} from './arguments.ts';
import type { Route } from './host.ts';
import { type Ip, requireSuccess } from './ip.ts';
import { cidr, parseRoutes } from './ip-json.ts';

/** IPv4 routes of the main table. */
export async function readRoutes(ip: Ip): Promise<readonly Route[]> {
  const result = await ip(showRoutes());
  requireSuccess('read the routes', result);
  return parseRoutes(result.stdout);
}

interface RouteSpec {
  readonly link: string;
  readonly destinations: readonly string[];
  readonly source: string;
}

/**
 * Adds what is missing. A route to the same destination by another link is somebody else's: it rejects with
 * `ROUTE_TAKEN` before anything is added. One that is there by this link is set again, for its source address.
 */
export async function addRoutes(ip: Ip, { link, destinations, source }: RouteSpec): Promise<void> {
  if (destinations.length === 0) return;
  const there = new Map((await readRoutes(ip)).map((route) => [route.destination, route.link]));
  const foreign = destinations.find((destination) => (there.get(cidr(destination)) ?? link) !== link);
  if (foreign !== undefined) {
    throw new DecnetError(
      `There is a route to ${foreign} by ${there.get(cidr(foreign))}, which is not ours.`,
      {
        code: 'ROUTE_TAKEN',
        hint: `Look at \`ip route get ${foreign.replace(/\/\d+$/, '')}\`; remove that route or give the decky another address.`,
      },
    );
  }
  const lines = destinations.map((destination) =>
    there.has(cidr(destination))
      ? replaceRouteLine(link, destination, source)
      : addRouteLine(link, destination, source),
  );
  requireSuccess(`add ${lines.length} routes by ${link}`, await ip(batch(), lines));
}

/** Deletes routes by this link only. What is gone, or went with its link, is success. */
export async function deleteRoutes(ip: Ip, link: string, destinations: readonly string[]): Promise<void> {
  if (destinations.length === 0) return;
  const lines = destinations.map((destination) => deleteRouteLine(link, destination));
  const result = await ip(batchToTheEnd(), lines);
  requireSuccess(`delete ${lines.length} routes by ${link}`, result, /No such process|Cannot find device/);
}
