import { bridgeLinkName, labels, linkAlias, probeLinkName } from '../../src/fleet/names.ts';
import { docker, linesOf, run, succeed } from './on-lab.ts';

/** All that a deployment could change on the lab's host, files aside. */
export interface HostWorld {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly links: readonly string[];
  readonly routes: readonly string[];
}

/**
 * A container's cable to a bridge of Docker's. Its name is drawn, and BuildKit keeps some for a while after a build:
 * their coming and going, and that of the bridge's carrier, is Docker's.
 */
const bridgePort = /^veth[0-9a-f]{7}$/;

interface SeenLink {
  readonly ifname: string;
  readonly ifalias?: string;
}

/** What is on the lab's host now, sorted, so that two looks can be compared. */
export async function lookAround(): Promise<HostWorld> {
  const [containers, networks, links, routes] = await Promise.all([
    docker('ps', '--all', '--no-trunc', '--format', '{{.ID}} {{.Names}} {{.State}}'),
    docker('network', 'ls', '--no-trunc', '--format', '{{.ID}} {{.Name}} {{.Driver}}'),
    seenLinks(),
    succeed('host', 'ip', '-o', 'route', 'show'),
  ]);
  return {
    containers: [...containers].sort(),
    networks: [...networks].sort(),
    links: links
      .filter(({ ifname }) => !bridgePort.test(ifname))
      .map(({ ifname, ifalias }) => `${ifname} ${ifalias ?? '-'}`)
      .sort(),
    routes: [...linesOf(routes)].map((route) => route.replace(/ linkdown\b/, '').trim()).sort(),
  };
}

/** Everything that bears a deployment's mark, and the shared network where no other has a link. */
export async function marksOf(deployment: string): Promise<readonly string[]> {
  const filter = ['--filter', `label=${labels.deployment}=${deployment}`];
  const shared = ['--filter', `label=${labels.network}`];
  const [containers, networks, lans, links, routes] = await Promise.all([
    docker('ps', '--all', ...filter, '--format', 'container {{.Names}}'),
    docker('network', 'ls', ...filter, '--format', 'network {{.Name}}'),
    docker('network', 'ls', ...shared, '--format', 'network {{.Name}}'),
    seenLinks(),
    succeed('host', 'ip', '-o', 'route', 'show'),
  ]);
  const own = links.filter(({ ifalias }) => ifalias === linkAlias(deployment)).map(({ ifname }) => ifname);
  const isShared = links.some(
    ({ ifalias }) => ifalias?.startsWith(linkAlias('')) && ifalias !== linkAlias(deployment),
  );
  const ways = [bridgeLinkName(deployment), probeLinkName(deployment)];
  return [
    ...containers,
    ...networks,
    ...(isShared ? [] : lans),
    ...own.map((name) => `link ${name}`),
    ...linesOf(routes).filter((route) => ways.some((link) => route.includes(` dev ${link} `))),
  ];
}

async function seenLinks(): Promise<readonly SeenLink[]> {
  return JSON.parse(await succeed('host', 'ip', '-j', 'link', 'show'));
}

/** Each container of a deployment by name, with what changes when it is made or started again. */
export async function startsOf(deployment: string): Promise<ReadonlyMap<string, string>> {
  const ids = await docker('ps', '--all', '--quiet', '--filter', `label=${labels.deployment}=${deployment}`);
  if (ids.length === 0) return new Map();
  const seen = await docker('inspect', '--format', '{{.Name}} {{.Id}} {{.State.StartedAt}}', ...ids);
  return new Map(
    seen.map((line) => {
      const [name = '', ...rest] = line.split(' ');
      return [name.replace(/^\//, ''), rest.join(' ')] as const;
    }),
  );
}

/** Those containers of a look that are the same, and started no second time, in a later one. */
export function keptOf(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  return [...before].filter(([name, start]) => after.get(name) === start).map(([name]) => name);
}

/** Who answers when the attacker asks the whole LAN for an address: MACs, lower case. */
export async function answersByArp(address: string): Promise<readonly string[]> {
  const { stdout } = await run('attacker', 'arp-scan', '--interface=eth0', '--retry=2', address);
  return [...stdout.matchAll(/^([\d.]+)\s+([0-9a-f:]{17})/gm)]
    .filter(([, ip]) => ip === address)
    .map(([, , mac = '']) => mac);
}
