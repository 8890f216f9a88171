import { baseContainerName, baseService, labels, serviceContainerName } from '../fleet/names.ts';
import type { ResolvedDecky, ResolvedFleet, ResolvedService } from '../fleet/resolved.ts';
import { canonicalJson, specOf } from './canonical.ts';
import { disguiseRules } from './disguise-rules.ts';
import { egressRules } from './egress-rules.ts';

/** Tags of the images that containers are made of. */
export interface ComposeImages {
  readonly runtime: string;
  /** By the service's name. */
  readonly services: Readonly<Record<string, string>>;
}

/** Key of the network within the file; its real name is the parent interface's. */
export const networkKey = 'lan';

/** A container as compose takes it (here only what is read again), values as they shall arrive: `$` is not escaped here. */
interface ContainerDefinition {
  readonly container_name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A container and its place in the file. */
export interface ComposeContainer {
  readonly key: string;
  readonly decky: string;
  readonly service: string;
  readonly definition: ContainerDefinition;
}

/** Every container of a fleet, bases before their services, in the fleet's order. */
export function composeContainers(fleet: ResolvedFleet, images: ComposeImages): readonly ComposeContainer[] {
  return fleet.deckies.flatMap((decky) => [
    marked(fleet, decky, baseService, decky.name, baseOf(fleet, decky, images.runtime)),
    ...decky.services.map((service) =>
      marked(
        fleet,
        decky,
        service.name,
        `${decky.name}.${service.name}`,
        serviceOf(fleet, decky, service, imageOf(images, service.name)),
      ),
    ),
  ]);
}

/** What holds for both kinds: no privileges, bounded logs, nothing written to the image. */
const hardening = {
  // Not `unless-stopped`: a container that runs while dockerd is killed counts as stopped when it is back (engine 26).
  restart: 'always',
  pull_policy: 'never',
  stop_grace_period: '1s',
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
  read_only: true,
  shm_size: '1m',
  logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '2' } },
};

/** Bounds of a container: no swap beyond its memory. */
function bounds({ memory, pids, cpus }: ResolvedFleet['limits']) {
  return { mem_limit: memory, memswap_limit: memory, pids_limit: pids, cpus };
}

const baseLimits = { memory: '64m', pids: 16, cpus: 0.5 };

/**
 * The base closes the way out and disguises its network stack (NET_ADMIN), opens links to announce its address (NET_RAW), and becomes nobody for
 * good (SETUID, SETGID): nothing of this is left when the first service may start.
 */
const baseCapabilities = ['NET_ADMIN', 'NET_RAW', 'SETGID', 'SETUID'];

function baseOf(fleet: ResolvedFleet, decky: ResolvedDecky, image: string) {
  const mac = decky.mac === null ? {} : { mac_address: decky.mac };
  return {
    container_name: baseContainerName(fleet.name, decky.name),
    image,
    entrypoint: ['python3', '/usr/lib/decnet/base.py'],
    hostname: decky.hostname,
    networks: { [networkKey]: { ipv4_address: decky.ip, ...mac } },
    // Services run as nobody, and bind ports below 1024.
    sysctls: { ...decky.sysctls, 'net.ipv4.ip_unprivileged_port_start': '0' },
    environment: {
      DECNET_DECKY: decky.name,
      DECNET_HOSTNAME: decky.hostname,
      DECNET_SERVICE: baseService,
      DECNET_EGRESS: egressRules(fleet, decky),
      DECNET_DISGUISE: disguiseRules(decky.disguise),
    },
    ...hardening,
    cap_add: baseCapabilities,
    ...bounds(baseLimits),
  };
}

function serviceOf(fleet: ResolvedFleet, decky: ResolvedDecky, service: ResolvedService, image: string) {
  return {
    container_name: serviceContainerName(fleet.name, decky.name, service.name),
    image,
    network_mode: `service:${decky.name}`,
    depends_on: [decky.name],
    user: '65534:65534',
    environment: {
      DECNET_DECKY: decky.name,
      DECNET_SERVICE: service.name,
      DECNET_HOSTNAME: decky.hostname,
      DECNET_DOMAIN: fleet.domain,
      DECNET_IP: decky.ip,
      // Empty on ipvlan: the parent's, which may change under us.
      DECNET_MAC: decky.mac ?? '',
      DECNET_DISTRO: decky.distro,
      DECNET_SEED: decky.seed,
      DECNET_CONFIG: canonicalJson(service.config),
      DECNET_PORTS: canonicalJson(service.ports),
    },
    ...hardening,
    tmpfs: ['/tmp:rw,noexec,nosuid,nodev,size=16m,mode=1777'],
    ...bounds(fleet.limits),
  };
}

function marked(
  fleet: ResolvedFleet,
  decky: ResolvedDecky,
  service: string,
  key: string,
  definition: Omit<ContainerDefinition, 'labels'>,
): ComposeContainer {
  const owned = {
    [labels.deployment]: fleet.name,
    [labels.decky]: decky.name,
    [labels.service]: service,
  };
  const spec = specOf({ ...definition, labels: owned });
  return {
    key,
    decky: decky.name,
    service,
    definition: { ...definition, labels: { ...owned, [labels.spec]: spec } },
  };
}

function imageOf(images: ComposeImages, service: string): string {
  const image = images.services[service];
  if (image === undefined) throw new Error(`There is no image for the service ${service}.`);
  return image;
}
