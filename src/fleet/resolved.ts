import { z } from 'zod';
import { parseAddress, parseInterfaceAddress } from './addresses.ts';
import { deploymentName } from './deployment-name.ts';
import { disguiseSchema } from './disguise.ts';

// Strict, since this is also what a state file is read with: names and addresses end up in paths and commands.
const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'not a name');
const address = z.string().refine((text) => parseAddress(text) !== null, 'not an IPv4 address');
const cidr = z.string().refine((text) => parseInterfaceAddress(text) !== null, 'not a network');
const mac = z.string().regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/, 'not a MAC in lower case');
const seed = z.string().regex(/^[0-9a-f]{64}$/, 'not a seed of 64 hex digits');
const parentInterface = z.string().regex(/^[^\s/]{1,15}$/, 'not a name of an interface');

/** A port that a service listens on, inside its decky's network namespace. */
export const portSchema = z.strictObject({
  port: z.int().min(1).max(65535),
  protocol: z.enum(['tcp', 'udp']),
});

const resolvedServiceSchema = z.strictObject({
  /** Name of the folder under `templates/`. */
  name,
  ports: z.array(portSchema),
  /** Complete: the user's values over the manifest's defaults. */
  config: z.record(z.string(), z.unknown()),
});

const resolvedDeckySchema = z.strictObject({
  name,
  archetype: z.string(),
  hostname: z.string(),
  /** IPv4, dotted. */
  ip: address,
  /** Lower case, colons; null on ipvlan, where every child has the parent's MAC. */
  mac: mac.nullable(),
  distro: z.string(),
  osFamily: z.string(),
  /** Namespaced sysctls of the OS family. */
  sysctls: z.record(z.string(), z.string()),
  /** Rules of the OS family. Not in what 0.1.0 recorded, which knew none. */
  disguise: disguiseSchema.default({}),
  /** 64 hex digits, from the fleet's seed and the decky's name: what its identity is derived from. */
  seed,
  services: z.array(resolvedServiceSchema),
});

const resolvedNetworkSchema = z.strictObject({
  driver: z.enum(['macvlan', 'ipvlan']),
  /** Parent interface. */
  interface: parentInterface,
  /** CIDR, network address, e.g. `192.0.2.0/24`. */
  subnet: cidr,
  gateway: address.nullable(),
  /** CIDR where free addresses were taken from. */
  range: cidr,
  /** Address of the host-bridge link; never one that the host has. */
  bridgeAddress: address,
  /** MAC of the host-bridge link; null on ipvlan. */
  bridgeMac: mac.nullable(),
});

const resolvedEgressSchema = z.strictObject({
  policy: z.enum(['closed', 'open']),
  allow: z.array(
    z.strictObject({
      to: cidr,
      /** Null: every port of every protocol. */
      port: z.int().min(1).max(65535).nullable(),
      /** Null without a port. */
      protocol: z.enum(['tcp', 'udp']).nullable(),
    }),
  ),
});

const resolvedLimitsSchema = z.strictObject({
  /** As Docker takes it: `256m`. */
  memory: z.string().regex(/^[1-9]\d{0,5}[mg]$/),
  pids: z.int().positive(),
  /** Of one CPU. */
  cpus: z.number().positive(),
});

const resolvedAlertSchema = z.strictObject({
  /** Names of docs/events.md. */
  on: z.array(z.string()),
  /** http or https URL; a secret. */
  webhook: z.url({ protocol: /^https?$/, error: 'not a URL of a webhook' }),
  /** Null: all. */
  deckies: z.array(name).nullable(),
  /** Null: all. */
  services: z.array(name).nullable(),
});

/** The fleet with nothing left open. What `plan` shows, `deploy` records and `resume` walks. */
export const resolvedFleetSchema = z.strictObject({
  name: z.string().regex(deploymentName, 'not a name of a deployment'),
  /** 64 hex digits. Every draw is derived from it. */
  seed,
  // Not in what 0.1.0 recorded.
  domain: z.string().default(''),
  network: resolvedNetworkSchema,
  // Not in what 0.1.0 recorded, which knew no rules.
  egress: resolvedEgressSchema.default({ policy: 'open', allow: [] }),
  /** Of each service container. */
  limits: resolvedLimitsSchema.default({ memory: '256m', pids: 64, cpus: 1 }),
  // Not in what decnet recorded before it knew alerts.
  alerts: z.array(resolvedAlertSchema).default([]),
  // Not `min`: zod looks at the length of whatever is no list, too.
  deckies: z.array(resolvedDeckySchema).refine((deckies) => deckies.length > 0, 'no deckies'),
});

export type Port = Readonly<z.infer<typeof portSchema>>;
export type ResolvedAlert = Readonly<z.infer<typeof resolvedAlertSchema>>;
export type ResolvedService = Readonly<z.infer<typeof resolvedServiceSchema>>;
export type ResolvedDecky = Readonly<z.infer<typeof resolvedDeckySchema>>;
export type ResolvedEgress = Readonly<z.infer<typeof resolvedEgressSchema>>;
export type ResolvedNetwork = Readonly<z.infer<typeof resolvedNetworkSchema>>;
export type ResolvedFleet = Readonly<z.infer<typeof resolvedFleetSchema>>;

/**
 * The fleet without its alerts: they are sent from outside of every container, so that a change of them is none of
 * what is on the wire, and webhooks stand in no record but the fleet's own.
 */
export function withoutAlerts(fleet: ResolvedFleet): ResolvedFleet {
  return { ...fleet, alerts: [] };
}
