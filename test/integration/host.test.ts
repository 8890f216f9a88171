import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Exec } from '../../src/exec.ts';
import { createHost } from '../../src/host/linux.ts';
import { hostEnvironment } from '../../src/lab/command.ts';
import { readLabRecord } from '../../src/lab/record.ts';
import { execute } from '../../src/process/execute.ts';

// Two namespaces and a cable: ours, where the adapter's `ip` runs, and a neighbour's.
const ours = `decnet-host-${process.pid}`;
const neighbours = `decnet-peer-${process.pid}`;
const host = createHost(inside(ours));

// A machine without iproute2 has it in the lab's engine prefix.
async function labEnvironment(): Promise<Readonly<Record<string, string>>> {
  const record = await readLabRecord();
  if (record === null) throw new Error('The lab is not up');
  return hostEnvironment(record, process.env);
}

function inside(namespace: string): Exec {
  return async (file, args, options) =>
    execute('nsenter', [`--net=/run/netns/${namespace}`, file, ...args], {
      ...options,
      env: await labEnvironment(),
    });
}

async function ip(...args: readonly string[]): Promise<void> {
  const result = await execute('ip', args, { env: await labEnvironment() });
  expect(result.stderr).toBe('');
}

async function neighboursOn(link: string): Promise<readonly string[]> {
  const args = ['-n', ours, '-4', 'neighbour', 'show', 'dev', link];
  const { stdout } = await execute('ip', args, { env: await labEnvironment() });
  return stdout.split('\n');
}

const spec = {
  name: 'dn-office',
  kind: 'macvlan',
  parent: 'cable0',
  mac: '02:00:5e:00:00:01',
  alias: 'decnet:office',
} as const;

beforeAll(async () => {
  await ip('netns', 'add', ours);
  await ip('netns', 'add', neighbours);
  await ip(
    '-n',
    ours,
    'link',
    'add',
    'cable0',
    'type',
    'veth',
    'peer',
    'name',
    'cable1',
    'netns',
    neighbours,
  );
  await ip('-n', neighbours, 'link', 'set', 'cable1', 'address', '02:00:5e:00:00:70', 'up');
  await ip('-n', neighbours, 'address', 'add', '198.51.100.70/24', 'dev', 'cable1');
  await ip('-n', neighbours, 'address', 'add', '198.51.100.71/24', 'dev', 'cable1');
  await host.setLinkUp('cable0');
});

afterAll(async () => {
  await ip('netns', 'delete', ours);
  await ip('netns', 'delete', neighbours);
});

describe('the host, on a real kernel', () => {
  it('makes a link that bears its mark', async () => {
    await host.addLink(spec);
    await host.setLinkUp('dn-office');
    await host.addAddress('dn-office', '198.51.100.95/32');
    await host.addAddress('dn-office', '198.51.100.95/32');
    expect((await host.links()).find((link) => link.name === 'dn-office')).toEqual({
      name: 'dn-office',
      up: true,
      mac: spec.mac,
      alias: spec.alias,
      kind: 'macvlan',
      mode: 'bridge',
      parent: 'cable0',
      addresses: ['198.51.100.95/32'],
      wireless: false,
      answersForOthers: false,
    });
  });

  it('refuses one that is there, without touching it, and one on no parent', async () => {
    await expect(host.addLink(spec)).rejects.toMatchObject({ code: 'LINK_EXISTS' });
    await expect(host.addLink({ ...spec, name: 'dn-b', parent: 'none0' })).rejects.toMatchObject({
      code: 'LINK_MISSING',
    });
    expect((await host.links()).map((link) => link.name)).toContain('dn-office');
  });

  it('hears who is there now, and no longer who was', async () => {
    await host.addRoutes('dn-office', ['198.51.100.70/32', '198.51.100.71/32'], '198.51.100.95');
    const addresses = ['198.51.100.70', '198.51.100.71', '198.51.100.72'];
    const mac = '02:00:5e:00:00:70';
    expect(await host.askNeighbours('dn-office', addresses, 500)).toEqual(
      new Map([
        ['198.51.100.70', mac],
        ['198.51.100.71', mac],
      ]),
    );
    await ip('-n', neighbours, 'address', 'delete', '198.51.100.71/24', 'dev', 'cable1');
    expect(await host.askNeighbours('dn-office', addresses, 500)).toEqual(new Map([['198.51.100.70', mac]]));
  });

  it('hears on a parent without an address who holds one, and leaves the neighbour table as it was', async () => {
    const mac = '02:00:5e:00:00:70';
    const pin = ['198.51.100.73', 'lladdr', '02:00:5e:00:00:73', 'dev', 'cable0', 'nud', 'permanent'];
    await ip('-n', ours, 'neighbour', 'add', ...pin);
    const before = await neighboursOn('cable0');
    const addresses = ['198.51.100.70', '198.51.100.72', '198.51.100.73', '198.51.100.95'];
    expect(await host.findHolders('cable0', addresses, { rounds: 2, wait: 100 })).toEqual(
      new Map([
        ['198.51.100.70', { mac, isPinned: false }],
        ['198.51.100.72', null],
        ['198.51.100.73', { mac: '02:00:5e:00:00:73', isPinned: true }],
        // Our own on the host link: the parent does not hear its children.
        ['198.51.100.95', null],
      ]),
    );
    expect(await neighboursOn('cable0')).toEqual(before);
    await ip('-n', ours, 'neighbour', 'delete', '198.51.100.73', 'dev', 'cable0');
  });

  it('adds routes once, and never over those of another link', async () => {
    await host.addRoutes('dn-office', ['198.51.100.70/32', '198.51.100.73/32'], '198.51.100.95');
    await ip('-n', ours, 'route', 'add', '198.51.100.74/32', 'dev', 'cable0');
    await expect(host.addRoutes('dn-office', ['198.51.100.74/32'], '198.51.100.95')).rejects.toMatchObject({
      code: 'ROUTE_TAKEN',
    });
    await host.deleteRoutes('dn-office', ['198.51.100.73/32', '198.51.100.74/32', '198.51.100.75/32']);
    expect((await host.routes()).map((route) => `${route.destination} ${route.link}`).sort()).toEqual([
      '198.51.100.70/32 dn-office',
      '198.51.100.71/32 dn-office',
      '198.51.100.74/32 cable0',
    ]);
  });

  it('sees what a process listens on, but not what only the process itself can reach', async () => {
    const ending = new AbortController();
    const many = Array.from({ length: 100 }, (_, index) => 9000 + index);
    const listen = `const n=require('node:net');for(const p of [8080,${many}])n.createServer().listen(p,'0.0.0.0');n.createServer().listen(8082,'::');n.createServer().listen(8081,'127.0.0.1');`;
    const bind = "require('node:dgram').createSocket('udp4').bind(161,()=>console.log('ready'))";
    await ip('-n', ours, 'link', 'set', 'lo', 'up');
    let ready = () => {};
    const isReady = new Promise<void>((resolve) => {
      ready = resolve;
    });
    let pid = 0;
    const child = inside(ours)('node', ['-e', listen + bind], {
      signal: ending.signal,
      onLine: () => ready(),
      onSpawn: async (identity) => {
        pid = identity.pid;
      },
    });
    await isReady;
    const ports = (await host.listeningPorts(pid)).map(({ port, protocol }) => `${port}/${protocol}`);
    expect(ports.sort()).toEqual(
      ['161/udp', '8080/tcp', '8082/tcp', ...many.map((port) => `${port}/tcp`)].sort(),
    );
    expect(await host.networkNamespace(pid)).not.toBe(await host.networkNamespace(process.pid));
    ending.abort();
    await expect(child).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await host.listeningPorts(pid)).toEqual([]);
  });

  it('takes away what is there and what is gone', async () => {
    await host.deleteAddress('dn-office', '198.51.100.95/32');
    await host.deleteAddress('dn-office', '198.51.100.95/32');
    await host.deleteLink('dn-office');
    await host.deleteLink('dn-office');
    await host.deleteRoutes('dn-office', ['198.51.100.70/32']);
    expect((await host.links()).map((link) => link.name)).not.toContain('dn-office');
  });
});
