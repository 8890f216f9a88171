import type { ResolvedDecky } from '../fleet/resolved.ts';
import type { ServiceManifest } from '../services/manifest.ts';
import { claimOn } from '../services/manifest.ts';
import type { SeenMachine, SeenPort } from './scan.ts';

/** One service of one decky: what it claims to be, and what nmap takes it for. */
export interface ServiceVerdict {
  readonly service: string;
  readonly archetype: string;
  readonly distro: string;
  readonly port: string;
  readonly claim: string;
  readonly seen: string;
  readonly isRight: boolean;
}

/** Judges every declared port of a decky. */
export function judgeServices(
  decky: ResolvedDecky,
  manifests: ReadonlyMap<string, ServiceManifest>,
  machine: SeenMachine,
): readonly ServiceVerdict[] {
  return decky.services.flatMap(({ name, ports }) => {
    const manifest = manifests.get(name);
    if (manifest === undefined) return [];
    const claim = claimOn(manifest, decky);
    return ports.map(({ port, protocol }) => {
      const seen = machine.ports.find((one) => one.port === port && one.protocol === protocol);
      return {
        service: name,
        archetype: decky.archetype,
        distro: decky.distro,
        port: `${port}/${protocol}`,
        claim: [claim.service, claim.product].filter((one) => one !== undefined).join(': '),
        seen: describePort(seen),
        isRight: isAsClaimed(seen, claim),
      };
    });
  });
}

function isAsClaimed(seen: SeenPort | undefined, claim: ReturnType<typeof claimOn>): boolean {
  if (seen?.state !== 'open' || !seen.isHeard || seen.isUnrecognised) return false;
  if (claim.product !== undefined) return seen.product?.startsWith(claim.product) ?? false;
  return seen.service === claim.service;
}

function describePort(seen: SeenPort | undefined): string {
  if (seen === undefined) return 'not scanned';
  const name = [seen.service, seen.product].filter((one) => one !== null).join(': ');
  const state = seen.state === 'open' ? '' : ` (${seen.state})`;
  const silence = seen.isHeard || seen.state !== 'open' ? '' : ' (by its port alone)';
  return `${name === '' ? 'nothing' : name}${state}${silence}${seen.isUnrecognised ? ' (fingerprint not recognised)' : ''}`;
}

/** One decky as a machine: its operating system and its vendor. */
export interface MachineVerdict {
  readonly archetype: string;
  readonly distro: string;
  readonly family: string;
  readonly os: string;
  readonly isOsRight: boolean;
  readonly vendor: string;
  readonly seenVendor: string;
  readonly isVendorRight: boolean;
}

/** `families`: what nmap calls the OS family of the decky. `organization`: the vendor's name in the IEEE registry. */
export function judgeMachine(
  decky: ResolvedDecky,
  expected: { readonly families: readonly string[]; readonly organization: string },
  { os, vendor }: SeenMachine,
): MachineVerdict {
  const [first = ''] = expected.organization.toLowerCase().split(/[^a-z0-9-]/);
  return {
    archetype: decky.archetype,
    distro: decky.distro,
    family: decky.osFamily,
    os: os === null ? 'no guess' : `${os.name} (${os.accuracy} %)`,
    isOsRight: os?.families.some((one) => expected.families.includes(one)) ?? false,
    vendor: expected.organization,
    seenVendor: vendor ?? 'unknown',
    isVendorRight: first !== '' && (vendor?.toLowerCase().includes(first) ?? false),
  };
}
