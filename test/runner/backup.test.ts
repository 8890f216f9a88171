import { access, copyFile } from 'node:fs/promises';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { type Bench, createBench, readText, removeBenches } from '../fakes/bench.ts';

afterAll(removeBenches);

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
});

const hasBackup = () =>
  access(bench.paths.backup).then(
    () => true,
    () => false,
  );

it('keeps what stands as the backup, so that in its place it leads to the same', async () => {
  await bench.deploy();
  expect(await readText(bench.paths.backup)).toBe(await readText(bench.paths.state));
  await bench.resume();
  await copyFile(bench.paths.backup, bench.paths.state);
  await bench.rollback();
  expect([
    ...bench.world.dockerState.containers.values(),
    ...bench.world.dockerState.networks.values(),
  ]).toEqual([]);
});

it('keeps no backup of nothing, which would forget what the next run makes', async () => {
  await bench.deploy();
  await bench.rollback();
  expect(await hasBackup()).toBe(false);
  bench.faults.arm({ hits: ({ name }) => name === 'compose.up', moment: 'before' });
  await bench.deploy().catch(() => {});
  expect(await hasBackup()).toBe(false);
});

it('ends well though the backup cannot be written, and says so', async () => {
  bench.faults.arm({ hits: ({ name }) => name === 'state.keepBackup', moment: 'before' });
  await bench.deploy();
  expect((await bench.state())?.run?.status).toBe('succeeded');
  expect(bench.events).toContainEqual(
    expect.objectContaining({ type: 'warning', text: expect.stringContaining('backup of the state file') }),
  );
});
