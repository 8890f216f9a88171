import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceContainerName } from '../../src/fleet/names.ts';
import { smallFleet } from './fleets.ts';
import { docker, type Ended, type StartOptions } from './on-lab.ts';
import { openSite, type Site } from './site.ts';
import { lookAround } from './world.ts';

const name = 'doctor';
const secret = 'horse-battery-7';
const small = smallFleet(name, ['ssh', 'redis']);
const fleet = {
  ...small,
  deckies: small.deckies.map((decky) => ({
    ...decky,
    config: {
      ssh: { accept: [{ username: 'root', password: secret }] },
      redis: { password: `${secret}-r` },
    },
  })),
};
const container = serviceContainerName(name, 'box-01', 'redis');

let site: Site;

beforeAll(async () => {
  site = await openSite(fleet);
  await site.succeed('deploy');
});

afterAll(() => site?.close());

async function doctor(flags: readonly string[] = [], options: StartOptions = {}): Promise<Ended> {
  const ended = await (await site.start(['doctor', ...flags], options)).ended;
  expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
  expect(ended.stdout).not.toContain(secret);
  return ended;
}

describe('doctor', () => {
  it('tells of the host, of what is recorded and of what stands, without a secret, and changes nothing', async () => {
    const before = await lookAround();
    const { stdout } = await doctor();
    expect(stdout).toMatch(/^ok {7}Docker Engine$/m);
    expect(stdout).toMatch(/^ok {7}last run$/m);
    expect(stdout).toMatch(/^ +deployment +doctor: 1 deckies, 2 services, macvlan on eth0, egress closed$/m);
    expect(stdout).toMatch(new RegExp(`^ +container +${container}: Up `, 'm'));
    expect(stdout).toContain('"run-finished"');
    expect(await lookAround()).toEqual(before);
  });

  it('with --json prints one object, on one line', async () => {
    const { stdout } = await doctor(['--json']);
    expect(stdout.indexOf('\n')).toBe(stdout.length - 1);
    const { parts } = JSON.parse(stdout);
    expect(parts).toContainEqual({ title: 'kernel', facts: expect.any(Array), checks: expect.any(Array) });
    expect(parts).toHaveLength(7);
  });

  it.each([
    ['no socket is', 'unix:///run/decnet-nobody.sock'],
    ['nobody listens', 'tcp://127.0.0.1:9'],
  ])('reports all the same where %s at DOCKER_HOST', async (_, address) => {
    const { stdout } = await doctor([], { env: { DOCKER_HOST: address } });
    expect(stdout).toMatch(/^problem {2}Docker Engine: /m);
    expect(stdout).toMatch(/^ +engine +does not answer$/m);
    expect(stdout).toContain(address);
    expect(stdout).toMatch(/^ +deployment +doctor: 1 deckies/m);
    expect(stdout).toMatch(/^ +link +\S+: macvlan on eth0, up/m);
    expect(stdout).toContain('"run-finished"');
  });

  it('sees what is gone, and that it is back after resume', async () => {
    await docker('rm', '--force', container);
    const { stdout } = await doctor();
    expect(stdout).not.toContain(`${container}: Up`);
    await site.succeed('resume', '--json');
    expect((await doctor()).stdout).toContain(`${container}: Up`);
  });
});
