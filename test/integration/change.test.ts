import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import type { FleetInput } from '../../src/fleet/schema.ts';
import { smallFleet } from './fleets.ts';
import { docker, eventually, linesOf, start, succeed } from './on-lab.ts';
import { copyPackage } from './package-copy.ts';
import { expectRefusal } from './refusal.ts';
import { openSite, type Site, troublesOf } from './site.ts';
import { answersByArp, keptOf, lookAround, startsOf } from './world.ts';

const two = smallFleet('changing', ['ssh'], ['redis']);
const three = smallFleet('changing', ['ssh'], ['redis'], ['ftp']);

let site: Site;

beforeAll(async () => {
  site = await openSite(two);
  await site.succeed('deploy');
});

afterAll(() => site?.close());

/** Deploys the changed fleet; answers when each container that stood before and stands still was started. */
async function change(to: FleetInput): Promise<{ before: Starts; after: Starts }> {
  const before = await startsOf('changing');
  await site.write(to);
  const { stderr } = await site.succeed('deploy');
  expect(stderr).not.toMatch(/attempt \d failed/);
  expect(troublesOf(await site.status())).toEqual([]);
  return { before, after: await startsOf('changing') };
}

type Starts = ReadonlyMap<string, string>;

describe('a deploy of a changed fleet over the one on the wire', () => {
  it('adds a decky and touches no other', async () => {
    const { before, after } = await change(three);
    expect(after.size).toBe(before.size + 2);
    expect(after).toEqual(new Map([...after, ...before]));
  });

  it('takes a decky out and touches no other', async () => {
    const { before, after } = await change(two);
    expect(after.size).toBe(before.size - 2);
    expect(before).toEqual(new Map([...before, ...after]));
    expect(await answersByArp('198.51.100.72')).toEqual([]);
  });

  it('writes down other alerts and touches no container', async () => {
    const compose = await readFile(join(site.folder, '.decnet/decnet-compose.yml'), 'utf8');
    const { before, after } = await change({
      ...two,
      alerts: [{ on: ['auth', 'egress-denied'], webhook: 'https://hooks.example/decnet/abc' }],
    });
    expect(after).toEqual(before);
    expect(await readFile(join(site.folder, '.decnet/decnet-compose.yml'), 'utf8')).toBe(compose);
    expect((await site.readState()).deployment?.fleet.alerts).toHaveLength(1);
    await change(two);
  });

  it('adds a service to a decky, and takes it out again, and touches no other', async () => {
    const withHttp = smallFleet('changing', ['ssh', 'http'], ['redis']);
    await site.write(withHttp);
    const plan = await site.decnet('plan', '--detailed-exit-code');
    expect([plan.exitCode, plan.stdout]).toEqual([7, expect.stringMatching(/^~ box-01: \+http$/m)]);
    const { before, after } = await change(withHttp);
    expect([...after.keys()]).toContain('decnet-changing.box-01.http');
    expect(startsOfDecky(after, 'box-02')).toEqual(startsOfDecky(before, 'box-02'));
    const back = await change(two);
    expect([...back.after.keys()].sort()).toEqual([...before.keys()].sort());
    expect(startsOfDecky(back.after, 'box-02')).toEqual(startsOfDecky(before, 'box-02'));
  });

  it('gives a service other options, and touches nothing else', async () => {
    const { before, after } = await change(withOption({ ssh: { accept_after: 3 } }));
    expect([...keptOf(before, after)].sort()).toEqual(
      [...before.keys()].filter((name) => name !== 'decnet-changing.box-01.ssh').sort(),
    );
    await change(two);
  });

  it('lets two deckies exchange their addresses', async () => {
    const [one, other] = two.deckies;
    if (one?.ip === undefined || other?.ip === undefined) throw new Error('Two deckies with addresses');
    const macs = [await answersByArp(one.ip), await answersByArp(other.ip)];
    await change({
      ...two,
      deckies: [
        { ...one, ip: other.ip },
        { ...other, ip: one.ip },
      ],
    });
    expect([await answersByArp(other.ip), await answersByArp(one.ip)]).toEqual(macs);
    await change(two);
    expect([await answersByArp(one.ip), await answersByArp(other.ip)]).toEqual(macs);
  });

  it('is refused where a decky takes the address of another, and changes nothing', async () => {
    const before = await startsOf('changing');
    const [one, other] = two.deckies;
    if (one === undefined || other === undefined) throw new Error('Two deckies');
    await site.write({ ...two, deckies: [one, { ...other, ip: '198.51.100.70' }] });
    for (const command of ['plan', 'deploy']) {
      expectRefusal(
        await site.decnet(command),
        2,
        /fleet\.yaml:\d+:\d+: ip 198\.51\.100\.70 is given twice: deckies\[0\] has it too/,
      );
    }
    expect(await startsOf('changing')).toEqual(before);
    await site.write(two);
  });

  it('changes nothing when an image cannot be built', async () => {
    const before = await lookAround();
    const state = await site.readState();
    await site.write(smallFleet('changing', ['ssh'], ['redis'], ['memcached']));
    const started = await site.start(['deploy', '--no-cache'], { programs: await brokenBuilder() });
    const failed = await started.ended;
    expect([failed.exitCode, failed.stderr]).toEqual([1, expect.stringContaining('step build: failed')]);
    expect(await lookAround()).toEqual(before);
    expect((await site.readState()).deployment).toEqual(state.deployment);
    expect(troublesOf(await site.status())).toEqual([]);
    await site.succeed('rollback');
    expect(await lookAround()).toEqual(before);
    await site.write(two);
  });

  it('that is killed is rolled back to the fleet before it', async () => {
    const before = await startsOf('changing');
    await site.write(smallFleet('changing', ['ssh', 'http'], ['redis'], ['ftp']));
    const started = await site.start(['deploy']);
    await eventually('containers are changed', () => started.printed().includes('step up: started'));
    process.kill(started.pid, 'SIGKILL');
    await started.ended;
    await site.succeed('rollback');
    const after = await startsOf('changing');
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    expect(startsOfDecky(after, 'box-02')).toEqual(startsOfDecky(before, 'box-02'));
    expect(troublesOf(await site.status())).toEqual([]);
    expect((await site.decnet('rollback')).stderr).toContain('Nothing to roll back');
    await site.write(two);
  });

  it('cannot be given another driver in place, and plan names the way', async () => {
    const before = await lookAround();
    await site.write({ ...two, network: { ...two.network, driver: 'ipvlan' } });
    const { stdout } = await site.decnet('plan');
    expect(stdout).toMatch(/^~ all deckies: driver macvlan → ipvlan$/m);
    expect(stdout).toMatch(/^preflight +refuse .*decnet teardown/m);
    expectRefusal(await site.decnet('deploy'), 3, 'decnet teardown', 'Nothing was changed');
    expect(await lookAround()).toEqual(before);
    await site.write(two);
  });

  it('is refused under another name', async () => {
    const before = await startsOf('changing');
    await site.write({ ...two, name: 'renamed' });
    expectRefusal(await site.decnet('deploy'), 4, 'Deployment changing is on the wire', 'decnet teardown');
    expect(await startsOf('changing')).toEqual(before);
    await site.write(two);
  });
});

describe('a plan that was kept', () => {
  const plan = () => join(site.folder, 'plan.json');

  it('is applied as it is, without the fleet file, and once', async () => {
    await site.write(three);
    await site.succeed('plan', '--out', plan());
    await site.write(two);
    const applied = await decnetOn('deploy', '--plan', plan());
    expect([applied.exitCode, applied.stderr]).toEqual([0, expect.stringContaining('deploy: succeeded')]);
    expect([...(await startsOf('changing')).keys()]).toContain('decnet-changing.box-03.ftp');
    expectRefusal(await decnetOn('deploy', '--plan', plan()), 4, 'does not hold any more', 'decnet plan');
  });

  it('is refused when the world has moved, or the fleet is another', async () => {
    await site.write(two);
    await site.succeed('plan', '--out', plan());
    const before = await startsOf('changing');
    expectRefusal(
      await decnetOn('deploy', '--plan', plan(), await otherFleetFile()),
      2,
      'is of another fleet',
      'decnet plan',
    );
    await docker('rm', '--force', 'decnet-changing.box-02.redis');
    expectRefusal(await decnetOn('deploy', '--plan', plan()), 4, 'step up was planned as', 'decnet plan');
    expect(await startsOf('changing')).toEqual(
      new Map([...before].filter(([name]) => name !== 'decnet-changing.box-02.redis')),
    );
  });
});

describe('heal', () => {
  it('says what was wrong, brings it back, and touches nothing that is well', async () => {
    await site.write(two);
    await site.succeed('deploy');
    const before = await startsOf('changing');
    // An edit that is not deployed is none of its business.
    await site.write(three);
    expect((await site.succeed('heal')).stdout).toBe('All is as it should be\n');
    await docker('rm', '--force', 'decnet-changing.box-02.redis');
    await succeed('host', 'ip', 'link', 'del', 'dn-changing');
    const { stdout } = await site.succeed('heal');
    expect(linesOf(stdout)).toEqual([
      'healed host-bridge: made again',
      'healed up: decnet-changing.box-02.redis is missing or does not run',
    ]);
    const after = await startsOf('changing');
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    expect(keptOf(before, after)).not.toContain('decnet-changing.box-02.redis');
    expect(keptOf(before, after)).toHaveLength(before.size - 1);
    expect(troublesOf(await site.status())).toEqual([]);
  });

  it('needs no archetype that a newer decnet has no more; only a new plan does', async () => {
    await site.write(two);
    await site.succeed('deploy');
    const newer = await copyPackage();
    onTestFinished(() => newer.remove());
    const archetypes = join(newer.templates, 'archetypes.yaml');
    const text = await readFile(archetypes, 'utf8');
    await writeFile(archetypes, text.replace(/^deaddeck:\n(?: .*\n)+/m, ''));
    const withNewer = async (...args: readonly string[]) =>
      (await start('host', ['node', newer.cli, ...args])).ended;
    expectRefusal(await withNewer('plan', site.fleetFile), 2, /fleet\.yaml:\d+:\d+: .*"deaddeck"/);
    await docker('rm', '--force', 'decnet-changing.box-02.redis');
    const { exitCode, stdout } = await withNewer('heal', '--state', site.stateFile);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('healed up: ')]);
    expect(troublesOf(await site.status())).toEqual([]);
  });

  it('is refused while a run is unfinished, with the ways out', async () => {
    await docker('rm', '--force', 'decnet-changing.box-02.redis');
    const started = await site.start(['heal']);
    await eventually('containers are changed', () => started.printed().includes('step up: started'));
    process.kill(started.pid, 'SIGKILL');
    await started.ended;
    expectRefusal(await site.decnet('heal'), 4, 'A run is not finished', 'decnet resume');
    await site.succeed('resume', '--accept-changes');
  });
});

function startsOfDecky(starts: Starts, decky: string): Starts {
  return new Map([...starts].filter(([name]) => name.includes(`.${decky}`)));
}

function withOption(config: NonNullable<FleetInput['deckies'][number]['config']>): FleetInput {
  return { ...two, deckies: two.deckies.map((decky, index) => (index === 0 ? { ...decky, config } : decky)) };
}

/** Runs `decnet` with these words alone: no fleet file, no state file. */
async function decnetOn(...args: readonly string[]) {
  return (await start('host', ['decnet', ...args])).ended;
}

/** A folder with a docker that builds nothing, and does everything else as the real one. */
async function brokenBuilder(): Promise<string> {
  const folder = join(site.folder, 'programs');
  await mkdir(folder);
  const script = '#!/bin/sh\nif [ "$1" = build ]; then echo "failed to solve" >&2; exit 1; fi\n';
  await writeFile(join(folder, 'docker'), `${script}PATH="\${PATH#*:}" exec docker "$@"\n`, { mode: 0o755 });
  return folder;
}

async function otherFleetFile(): Promise<string> {
  const path = join(site.folder, 'other.yaml');
  await writeFile(path, stringify(smallFleet('changing', ['ftp'])));
  return path;
}
