import type { NetworkSpec } from './docker.ts';

/** Body of POST /networks/create. ipvlan is used in its L2 mode only: there a decky answers ARP itself. */
export function networkBody(spec: NetworkSpec) {
  const mode: readonly [string, string] =
    spec.driver === 'ipvlan' ? ['ipvlan_mode', 'l2'] : ['macvlan_mode', 'bridge'];
  const gateway = spec.gateway === null ? {} : { Gateway: spec.gateway };
  return {
    Name: spec.name,
    Driver: spec.driver,
    CheckDuplicate: true,
    EnableIPv6: false,
    Options: Object.fromEntries([['parent', spec.parent], mode]),
    IPAM: { Driver: 'default', Config: [{ Subnet: spec.subnet, IPRange: spec.ipRange, ...gateway }] },
    Labels: { ...spec.labels },
  };
}

/** Query of POST /images/create for an import. Labels go in as Dockerfile instructions, where `$` is a variable's. */
export function importQuery(tag: string, labels: Readonly<Record<string, string>>) {
  const colon = tag.lastIndexOf(':');
  return {
    repo: tag.slice(0, colon),
    tag: tag.slice(colon + 1),
    changes: Object.entries(labels).map(([key, value]) => `LABEL ${quoted(key)}=${quoted(value)}`),
  };
}

/** A filter by label, with its value when given. */
export function labelFilter(label: string, value?: string) {
  return { label: [value === undefined ? label : `${label}=${value}`] };
}

function quoted(value: string): string {
  return JSON.stringify(value).replaceAll('$', '\\$');
}
