import { z } from 'zod';
import { DecnetError, exitCodes } from '../errors.ts';
import type { Link, Route } from './host.ts';

const linkSchema = z.object({
  ifname: z.string(),
  link: z.string().optional(),
  flags: z.array(z.string()),
  address: z.string().optional(),
  ifalias: z.string().optional(),
  linkinfo: z
    .object({
      info_kind: z.string().optional(),
      info_data: z.object({ mode: z.string().optional() }).optional(),
    })
    .optional(),
  addr_info: z
    .array(
      z.object({
        family: z.string().optional(),
        local: z.string().optional(),
        prefixlen: z.int().optional(),
      }),
    )
    .optional(),
});

const hopSchema = z.object({ dev: z.string().optional(), gateway: z.string().optional() });
const routeSchema = hopSchema.extend({ dst: z.string(), nexthops: z.array(hopSchema).optional() });

const neighbourSchema = z.object({
  dst: z.string(),
  lladdr: z.string().optional(),
  state: z.array(z.string()).default([]),
});

/** What `ip` knows of a link; the rest stands in /sys and /proc. */
export type ParsedLink = Omit<Link, 'wireless' | 'answersForOthers'>;

export interface Neighbour {
  readonly address: string;
  readonly mac: string | null;
  readonly states: readonly string[];
}

/** Of `ip -json -details address show`. */
export function parseLinks(text: string): readonly ParsedLink[] {
  return parse(text, linkSchema).map((link) => {
    const kind = link.linkinfo?.info_kind ?? null;
    return {
      name: link.ifname,
      up: link.flags.includes('UP'),
      mac: link.address ?? '',
      alias: link.ifalias ?? null,
      kind,
      mode: link.linkinfo?.info_data?.mode ?? null,
      // What `ip` calls the link of a veth is its other end.
      parent: kind === 'veth' ? null : (link.link ?? null),
      addresses: (link.addr_info ?? [])
        .filter((address) => address.family === 'inet' && address.local !== undefined)
        .map((address) => `${address.local}/${address.prefixlen ?? 32}`),
    };
  });
}

/** Of `ip -json -4 route show`: a route by several links is several; one that leads to none is left out. */
export function parseRoutes(text: string): readonly Route[] {
  return parse(text, routeSchema).flatMap((route) =>
    (route.nexthops ?? [route]).flatMap((hop) =>
      hop.dev === undefined
        ? []
        : [{ destination: cidr(route.dst), link: hop.dev, gateway: hop.gateway ?? route.gateway ?? null }],
    ),
  );
}

/** Of `ip -json neighbour show dev LINK`. */
export function parseNeighbours(text: string): readonly Neighbour[] {
  return parse(text, neighbourSchema).map((entry) => ({
    address: entry.dst,
    mac: entry.lladdr ?? null,
    states: entry.state,
  }));
}

/** A host route as `ip` takes it is written without its /32 by `ip`. */
export function cidr(destination: string): string {
  return destination === 'default' || destination.includes('/') ? destination : `${destination}/32`;
}

function parse<T extends z.ZodType>(text: string, entry: T): readonly z.infer<T>[] {
  try {
    // Some versions print nothing at all, and not an empty list, where there is nothing to show.
    return z.array(entry).parse(JSON.parse(text.trim() === '' ? '[]' : text));
  } catch (cause) {
    throw new DecnetError(`The reply of ip is not understood: ${text.slice(0, 200)}`, {
      code: 'IP_REPLY_UNKNOWN',
      hint: 'Compare `ip -Version` with the requirements in the README, and report this if it is newer.',
      exitCode: exitCodes.bug,
      cause,
    });
  }
}
