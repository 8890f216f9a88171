import { describe, expect, it } from 'vitest';
import { judge } from '../../src/chaos/judge.ts';
import type { Seen, SeenContainer } from '../../src/chaos/see.ts';
import { labels } from '../../src/fleet/names.ts';

const foreign: SeenContainer = {
  id: 'f',
  name: 'somebody-web',
  labels: {},
  status: 'running',
  startedAt: '1',
  networkMode: 'bridge',
  namespace: 'net:[1]',
  networks: [],
};

function ours(decky: string, service: string, over: Partial<SeenContainer> = {}): SeenContainer {
  const marks = { [labels.deployment]: 'chaos', [labels.decky]: decky, [labels.service]: service };
  return { ...foreign, id: `${decky}-${service}`, name: `${decky}.${service}`, labels: marks, ...over };
}

const before: Seen = {
  containers: [foreign],
  networks: new Map([['n', { driver: 'bridge', parent: null }]]),
  links: new Map([['dn-foreign', { kind: 'macvlan', parent: 'eth0', up: true }]]),
  routes: ['default on eth0'],
  files: ['fleet.yaml'],
  runFiles: ['decnet-lab'],
  strays: [],
  record: null,
};

const fleet = { name: 'chaos', deckies: [{ name: 'box-01', ip: '198.51.100.70', mac: '02:00:00:00:00:01' }] };

const full: Seen = {
  ...before,
  containers: [
    foreign,
    ours('box-01', 'base', { networks: [{ id: 'lan', ip: '198.51.100.70', mac: '02:00:00:00:00:01' }] }),
    ours('box-01', 'redis', { networkMode: 'container:box-01-base' }),
  ],
  networks: new Map([...before.networks, ['lan', { driver: 'macvlan', parent: 'eth0' }]]),
  links: new Map([...before.links, ['dn-chaos', { kind: 'macvlan', parent: 'eth0', up: true }]]),
  routes: ['198.51.100.70 on dn-chaos', 'default on eth0'],
  files: ['.decnet/', 'decnet-state.json', 'fleet.yaml'],
  runFiles: ['decnet-deployment-1-chaos.state', 'decnet-lab'],
  record: {
    deployment: { fleet },
    run: { pipeline: 'deploy', status: 'succeeded', overDeployment: false, before: null, fleet, steps: [] },
  },
};

function withContainer(id: string, over: Partial<SeenContainer>): Seen {
  return { ...full, containers: full.containers.map((one) => (one.id === id ? { ...one, ...over } : one)) };
}

it('has nothing against the full fleet, nor against nothing', () => {
  expect(judge(before, full, ['box-01'])).toEqual([]);
  expect(judge(before, before, 'empty')).toEqual([]);
});

describe('the judge sees', () => {
  it.each<[string, Seen, RegExp]>([
    [
      'a base that is gone',
      { ...full, containers: full.containers.slice(0, 1) },
      /^containers: none; wanted/,
    ],
    ['a service that has ended', withContainer('box-01-redis', { status: 'exited' }), /redis is exited/],
    [
      'a service beside its base',
      withContainer('box-01-redis', { namespace: 'net:[2]' }),
      /not in the network/,
    ],
    [
      'another MAC',
      withContainer('box-01-base', { networks: [] }),
      /^addresses of box-01\.base: none; wanted/,
    ],
    [
      'a foreign container that was started again',
      withContainer('f', { startedAt: '2' }),
      /was started again/,
    ],
    ['a missing network', { ...full, networks: before.networks }, /^networks: none/],
    ['a link that is down', { ...full, links: before.links }, /^links: none/],
    ['a missing route', { ...full, routes: before.routes }, /^routes: none/],
    ['a foreign network that is gone', { ...full, networks: new Map() }, /foreign network n is gone/],
    ['a foreign link that is gone', { ...full, links: new Map() }, /foreign link dn-foreign/],
    ['a lock', { ...full, files: [...full.files, 'decnet-state.json.lock'] }, /lock lies beside/],
    [
      'a lock in /run',
      { ...full, runFiles: [...full.runFiles, 'decnet-host-1.lock'] },
      /host-1\.lock is left/,
    ],
    ['a child that lives on', { ...full, strays: ['docker (pid 7)'] }, /docker \(pid 7\) runs still/],
    ['no state file', { ...full, record: null }, /no state file/],
    ['a damaged state file', { ...full, record: 'damaged' }, /no state file/],
  ])('%s', (_, seen, trouble) => {
    expect(judge(before, seen, ['box-01'])).toContainEqual(expect.stringMatching(trouble));
  });

  it('whatever is left where nothing should be', () => {
    expect(judge(before, full, 'empty')).toEqual([
      'the container box-01.base is there',
      'the container box-01.redis is there',
      'the network lan is there',
      'the link dn-chaos is there',
      'the route to 198.51.100.70 on dn-chaos is there',
      '/run/decnet-deployment-1-chaos.state is there',
      'the state file has a deployment',
      'the state file says succeeded',
    ]);
  });
});
