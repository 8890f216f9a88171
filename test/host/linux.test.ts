import { describe, expect, it } from 'vitest';
import { DecnetError } from '../../src/errors.ts';
import type { Exec } from '../../src/exec.ts';
import { createHost } from '../../src/host/linux.ts';

interface Reply {
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** An `ip` that answers each call with the first reply whose key its arguments contain, and remembers the calls. */
function fakeIp(replies: Readonly<Record<string, Reply>>) {
  const calls: string[] = [];
  const exec: Exec = async (file, args, options) => {
    const call = [file, ...args].join(' ') + (options?.input === undefined ? '' : `\n${options.input}`);
    calls.push(call);
    const reply = Object.entries(replies).find(([key]) => call.includes(key))?.[1] ?? {};
    return { exitCode: 0, stdout: '', stderr: '', ...reply };
  };
  return { calls, host: createHost(exec) };
}

const spec = {
  name: 'dn-office',
  kind: 'macvlan',
  parent: 'eth0',
  mac: '02:00:00:00:00:01',
  alias: 'decnet:office',
} as const;

it('names iproute2 when there is no ip', async () => {
  const host = createHost(async () => {
    throw new DecnetError('no ip', { code: 'PROGRAM_MISSING' });
  });
  await expect(host.links()).rejects.toMatchObject({
    code: 'IP_MISSING',
    hint: expect.stringContaining('iproute2'),
  });
});

describe('adding a link', () => {
  it('is one run of ip', async () => {
    const { calls, host } = fakeIp({});
    await host.addLink(spec);
    expect(calls).toHaveLength(1);
  });

  it.each([
    ['Error: Unknown device type.', 'LINK_UNSUPPORTED'],
    ['RTNETLINK answers: Operation not supported', 'LINK_UNSUPPORTED'],
    ['RTNETLINK answers: Operation not permitted', 'NOT_PERMITTED'],
    ['RTNETLINK answers: Device or resource busy', 'PARENT_BUSY'],
    ['RTNETLINK answers: File exists', 'LINK_EXISTS'],
    ['Cannot find device "eth9"', 'LINK_MISSING'],
    ['RTNETLINK answers: Something new', 'IP_FAILED'],
  ])('that fails with "%s" is %s', async (text, code) => {
    const { calls, host } = fakeIp({ 'link add': { exitCode: 1, stderr: `${text}\nCommand failed -:1\n` } });
    await expect(host.addLink(spec)).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
    expect(calls).toHaveLength(1);
  });

  it('takes the link away again when it cannot be marked', async () => {
    const { calls, host } = fakeIp({
      'link add': { exitCode: 1, stderr: 'Error: no.\nCommand failed -:2\n' },
    });
    await expect(host.addLink(spec)).rejects.toThrow(/Could not make the macvlan link dn-office on eth0/);
    expect(calls[1]).toBe('ip link delete dev dn-office');
  });
});

describe('what is done already', () => {
  it.each([
    ['deleteLink', 'Cannot find device "dn-office"'],
    ['deleteAddress', 'Error: ipv4: Address not found.'],
    ['addAddress', 'Error: ipv4: Address already assigned.'],
    ['addAddress', 'RTNETLINK answers: File exists'],
  ] as const)('is success: %s with "%s"', async (call, stderr) => {
    const { host } = fakeIp({ 'dn-office': { exitCode: 2, stderr: `${stderr}\n` } });
    const done =
      call === 'deleteLink' ? host.deleteLink('dn-office') : host[call]('dn-office', '198.51.100.95/32');
    await expect(done).resolves.toBeUndefined();
  });

  it('does not hide another failure', async () => {
    const { host } = fakeIp({
      'dn-office': { exitCode: 2, stderr: 'RTNETLINK answers: Operation not permitted\n' },
    });
    await expect(host.deleteLink('dn-office')).rejects.toMatchObject({ code: 'NOT_PERMITTED' });
  });
});

describe('routes', () => {
  const routes = JSON.stringify([
    { dst: '198.51.100.70', dev: 'dn-office' },
    { dst: '198.51.100.99', dev: 'wg0' },
  ]);

  it('are added in one batch, and set again where they are there by the same link', async () => {
    const { calls, host } = fakeIp({ 'route show': { stdout: routes } });
    await host.addRoutes('dn-office', ['198.51.100.70/32', '198.51.100.71/32'], '198.51.100.95');
    expect(calls[1]).toBe(
      'ip -batch -\nroute replace 198.51.100.70/32 dev dn-office src 198.51.100.95\nroute add 198.51.100.71/32 dev dn-office src 198.51.100.95\n',
    );
  });

  it('are not taken over from another link, and then none is added', async () => {
    const { calls, host } = fakeIp({ 'route show': { stdout: routes } });
    await expect(
      host.addRoutes('dn-office', ['198.51.100.71/32', '198.51.100.99/32'], '198.51.100.95'),
    ).rejects.toMatchObject({ code: 'ROUTE_TAKEN', message: expect.stringContaining('wg0') });
    expect(calls).toHaveLength(1);
  });

  it('that are gone are deleted', async () => {
    const stderr =
      'RTNETLINK answers: No such process\nCommand failed -:1\nCannot find device "dn-office"\nCommand failed -:2\n';
    const { host } = fakeIp({ 'route delete': { exitCode: 1, stderr } });
    await expect(
      host.deleteRoutes('dn-office', ['198.51.100.70/32', '198.51.100.71/32']),
    ).resolves.toBeUndefined();
  });

  it('none asked for starts nothing', async () => {
    const { calls, host } = fakeIp({});
    await host.addRoutes('dn-office', [], '198.51.100.95');
    await host.deleteRoutes('dn-office', []);
    expect(calls).toEqual([]);
  });
});

it('knows a process that is gone by having no ports and no namespace', async () => {
  const { host } = fakeIp({});
  const beyondPidMax = 2 ** 22 + 1;
  expect(await host.listeningPorts(beyondPidMax)).toEqual([]);
  expect(await host.networkNamespace(beyondPidMax)).toBeNull();
});

it('measures the nearest folder that exists', async () => {
  const { host } = fakeIp({});
  const [beyond, at] = [await host.freeBytes('/tmp/adapters-none/of/this'), await host.freeBytes('/tmp')];
  // Others write to the same disk meanwhile.
  expect(Math.abs(beyond - at)).toBeLessThan(at / 10);
});
