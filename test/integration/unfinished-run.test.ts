import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FleetInput } from '../../src/fleet/schema.ts';
import { smallFleet } from './fleets.ts';
import { eventually } from './on-lab.ts';
import { expectRefusal } from './refusal.ts';
import { openSite, type Site, troublesOf } from './site.ts';
import { startsOf } from './world.ts';

const good = smallFleet('wrong', ['ssh']);

let site: Site;

beforeAll(async () => {
  site = await openSite(good);
});

afterAll(() => site?.close());

describe('a run that is not finished', () => {
  const changed: FleetInput = {
    ...good,
    deckies: [{ name: 'box-01', archetype: 'deaddeck', ip: '198.51.100.77' }],
  };

  it('lets no second command in while it runs', async () => {
    const first = await site.start(['deploy']);
    await eventually('the lock is there', async () =>
      (await readdir(site.folder)).includes('decnet-state.json.lock'),
    );
    process.kill(first.pid, 'SIGSTOP');
    try {
      for (const command of ['deploy', 'resume', 'teardown', 'rollback']) {
        expectRefusal(await site.decnet(command), 6, `decnet deploy (pid ${first.pid}) holds the lock`);
      }
      // Who only looks needs no lock.
      expect(await site.decnet('plan')).toMatchObject({ exitCode: 0 });
    } finally {
      process.kill(first.pid, 'SIGCONT');
    }
    await eventually('containers come up', async () => (await startsOf('wrong')).size > 0);
    process.kill(first.pid, 'SIGINT');
    expect(await first.ended).toMatchObject({ exitCode: 130 });
  });

  it('is not gone on with for another fleet, unless told to', async () => {
    const state = await readFile(site.stateFile, 'utf8');
    await site.write(changed);
    const steps = 'preflight, host-bridge, network, compose-gen, state-save, up, verify';
    expectRefusal(await site.decnet('resume'), 4, `it would change the steps: ${steps}`, '--accept-changes');
    expectRefusal(
      await site.decnet('deploy'),
      4,
      'The fleet changed under an unfinished deploy',
      'decnet resume',
    );
    expect(JSON.parse(await readFile(site.stateFile, 'utf8')).run.fleet).toEqual(JSON.parse(state).run.fleet);
    await site.write(good);
    await site.succeed('resume');
    expect(troublesOf(await site.status())).toEqual([]);
  });
});
