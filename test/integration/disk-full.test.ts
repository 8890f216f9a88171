import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ended } from '../../src/chaos/on-lab.ts';
import { startWorker, stoppedOrEnded } from '../../src/chaos/type.ts';
import { smallFleet } from './fleets.ts';
import { start, succeed } from './on-lab.ts';
import { openSite, type Site, troublesOf } from './site.ts';
import { type SmallEngine, startSmallEngine } from './small-engine.ts';
import { marksOf } from './world.ts';

const name = 'small';

let site: Site;
let engine: SmallEngine;

beforeAll(async () => {
  site = await openSite(smallFleet(name, ['redis'], ['redis']));
  engine = await startSmallEngine();
});

afterAll(async () => {
  await decnet('teardown', '--name', name);
  await engine?.stop();
  await site?.close();
});

async function decnet(...args: readonly string[]): Promise<Ended['exitCode']> {
  return (await (await site.start(args, { env: engine.env })).ended).exitCode;
}

/** A deploy, around which the disk of Docker's data becomes full before that effect. */
async function deployUntilFull(effect: string): Promise<Ended> {
  const at = { boundary: `before ${effect}`, event: 'SIGSTOP' } as const;
  const deploy = await startWorker(site, { command: 'deploy', deckies: [] }, at, engine.env);
  await stoppedOrEnded(deploy);
  await engine.fill();
  if (!deploy.hasEnded()) process.kill(deploy.pid, 'SIGCONT');
  const ended = await deploy.ended;
  await engine.makeRoom();
  expect(ended.printed).toContain(`chaos: SIGSTOP before ${effect}`);
  return ended;
}

describe("a disk that is full of somebody else's, where Docker keeps its data", () => {
  it('ends a deploy at its images, which resume finishes once there is room', async () => {
    const { exitCode, printed } = await deployUntilFull('images.build');
    expect(printed).toMatch(/no space left on device/i);
    expect(printed).toContain('[NO_SPACE]');
    expect(exitCode).toBe(1);
    expect(await decnet('resume')).toBe(0);
    const { stdout } = await (await site.start(['status', '--json'], { env: engine.env })).ended;
    expect(troublesOf(JSON.parse(stdout))).toEqual([]);
    for (const ip of ['198.51.100.70', '198.51.100.71'])
      await succeed('attacker', 'nc', '-n', '-z', '-w', '3', ip, '6379');
  });

  it('ends a deploy at its containers, which rollback takes back', async () => {
    expect(await decnet('teardown')).toBe(0);
    const { exitCode, printed } = await deployUntilFull('compose.up');
    expect(printed).toContain('[NO_SPACE]');
    expect(exitCode).toBe(1);
    expect(await decnet('rollback')).toBe(0);
    const list = ['docker', 'ps', '--all', '--quiet'];
    expect((await (await start('host', list, { env: engine.env })).ended).stdout).toBe('');
    expect(await marksOf(name)).toEqual([]);
  });
});
