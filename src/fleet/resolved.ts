import { z } from 'zod';

/** A port that a service listens on, inside its decky's network namespace. */
export const portSchema = z.strictObject({
  port: z.int().min(1).max(65535),
  protocol: z.enum(['tcp', 'udp']),
});

const resolvedServiceSchema = z.strictObject({
  /** Name of the folder under `templates/`. */
  name: z.string(),
  ports: z.array(portSchema),
  /** Complete: the user's values over the manifest's defaults. */
  config: z.record(z.string(), z.unknown()),
});

const resolvedDeckySchema = z.strictObject({
  name: z.string(),
  archetype: z.string(),
  hostname: z.string(),
  /** IPv4, dotted. */
  ip: z.string(),
  /** Lower case, colons; null on ipvlan, where every child has the parent's MAC. */
  mac: z.string().nullable(),
  distro: z.string(),
  osFamily: z.string(),
  /** Namespaced sysctls of the OS family. */
  sysctls: z.record(z.string(), z.string()),
  /** 64 hex digits, from the fleet's seed and the decky's name: what its identity is derived from. */
  seed: z.string(),
  services: z.array(resolvedServiceSchema),
});

const resolvedNetworkSchema = z.strictObject({
  driver: z.enum(['macvlan', 'ipvlan']),
  /** Parent interface. */
  interface: z.string(),
  /** CIDR, network address, e.g. `192.0.2.0/24`. */
  subnet: z.string(),
  gateway: z.string().nullable(),
  /** CIDR where free addresses were taken from. */
  range: z.string(),
  /** Address of the host-bridge link; never one that the host has. */
  bridgeAddress: z.string(),
  /** MAC of the host-bridge link; null on ipvlan. */
  bridgeMac: z.string().nullable(),
});

const resolvedEgressSchema = z.strictObject({
  policy: z.enum(['closed', 'open']),
  allow: z.array(
    z.strictObject({
      /** CIDR. */
      to: z.string(),
      /** Null: every port of every protocol. */
      port: z.int().nullable(),
      /** Null without a port. */
      protocol: z.enum(['tcp', 'udp']).nullable(),
    }),
  ),
});

const resolvedLimitsSchema = z.strictObject({
  /** As Docker takes it: `256m`. */
  memory: z.string(),
  pids: z.int(),
  /** Of one CPU. */
  cpus: z.number(),
});

/** The fleet with nothing left open. What `plan` shows, `deploy` records and `resume` walks. */
export const resolvedFleetSchema = z.strictObject({
  name: z.string(),
  /** 64 hex digits. Every draw is derived from it. */
  seed: z.string(),
  network: resolvedNetworkSchema,
  // Not in what 0.1.0 recorded, which knew no rules.
  egress: resolvedEgressSchema.default({ policy: 'open', allow: [] }),
  /** Of each service container. */
  limits: resolvedLimitsSchema.default({ memory: '256m', pids: 64, cpus: 1 }),
  deckies: z.array(resolvedDeckySchema),
});

export type Port = Readonly<z.infer<typeof portSchema>>;
export type ResolvedService = Readonly<z.infer<typeof resolvedServiceSchema>>;
export type ResolvedDecky = Readonly<z.infer<typeof resolvedDeckySchema>>;
export type ResolvedEgress = Readonly<z.infer<typeof resolvedEgressSchema>>;
export type ResolvedNetwork = Readonly<z.infer<typeof resolvedNetworkSchema>>;
export type ResolvedFleet = Readonly<z.infer<typeof resolvedFleetSchema>>;
