import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { baseContainerName, bridgeLinkName } from '../../src/fleet/names.ts';
import { docker, eventually, succeed } from '../integration/on-lab.ts';
import { openSite, type Site, troublesOf } from '../integration/site.ts';
import { marksOf, startsOf } from '../integration/world.ts';
import { canConnect, doors, expectHealthy, twoDeckies } from './lan.ts';

const name = 'mend';
const link = bridgeLinkName(name);

let site: Site;

beforeAll(async () => {
  site = await openSite(twoDeckies(name, 'ipvlan'));
});

afterAll(() => site?.close());

/**
 * Starts a deploy, and kills it when the first of its containers is there; answers the group of the compose that it
 * leaves behind, which is stopped. Compose gets on in slices: else, where a look takes a second, all would be there.
 */
async function deployHalf(): Promise<number> {
  const deploy = await site.start(['deploy']);
  let compose = 0;
  await eventually(
    'compose runs',
    async () => {
      if (!deploy.isRunning()) throw new Error(`The deploy ended early:\n${deploy.printed()}`);
      const state = await site.readState().catch(() => null);
      const child = state?.run?.steps.find(({ id }) => id === 'up')?.children.at(-1);
      compose = -(child?.pid ?? 0);
      return child !== undefined;
    },
    240_000,
  );
  const any = async (): Promise<boolean> => {
    process.kill(compose, 'SIGCONT');
    await sleep(100);
    process.kill(compose, 'SIGSTOP');
    return (await startsOf(name)).size > 0;
  };
  await eventually(`a container of ${name} is there`, any, 60_000);
  process.kill(deploy.pid, 'SIGKILL');
  await deploy.ended;
  expect(await site.status()).toMatchObject({ healthy: false, run: { status: 'interrupted' } });
  return compose;
}

describe('a deploy by ipvlan that is killed while it brings containers up', () => {
  it('is taken back by rollback, and nothing is left', async () => {
    process.kill(await deployHalf(), 'SIGCONT');
    await site.succeed('rollback');
    expect(await marksOf(name)).toEqual([]);
  });

  it('is finished by resume, though its compose was killed too', async () => {
    process.kill(await deployHalf(), 'SIGKILL');
    await site.succeed('resume');
    await expectHealthy(site);
    for (const { ip, open } of doors) expect([ip, await canConnect(ip, open)]).toEqual([ip, true]);
  });
});

describe('a fleet by ipvlan that somebody broke', () => {
  it('gets its host link back, and no container is touched', async () => {
    const starts = await startsOf(name);
    await succeed('host', 'ip', 'link', 'delete', link);
    expect(await site.status()).toMatchObject({ healthy: false, bridge: false });
    await site.succeed('resume');
    for (const { ip } of doors)
      expect(await succeed('host', 'ip', 'route', 'get', ip)).toContain(`dev ${link}`);
    expect(await startsOf(name)).toEqual(starts);
    await expectHealthy(site);
  });

  it('gets services back that lost the network of a restarted base', async () => {
    await docker('restart', '--time', '1', baseContainerName(name, 'box-01'));
    await eventually('status has noticed', async () =>
      troublesOf(await site.status()).includes('box-01 ssh lost network'),
    );
    await site.succeed('resume');
    await expectHealthy(site);
    expect(await canConnect(doors[0].ip, doors[0].open)).toBe(true);
  });
});
