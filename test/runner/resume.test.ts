import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, rejection, removeBenches, without } from '../fakes/bench.ts';
import { startContainer, stopContainer } from '../fakes/fake-docker.ts';
import { deleteLink } from '../fakes/fake-host.ts';
import { decky, office } from '../fakes/fleet.ts';
import { createSharedBench, expectFull, idsByName, referenceWorlds } from '../fakes/outcomes.ts';
import { snapshot } from '../fakes/snapshot.ts';

afterAll(removeBenches);

const worlds = await referenceWorlds();
let bench: Bench;
beforeEach(async () => {
  bench = await createSharedBench();
});

async function failAtUp(): Promise<void> {
  bench.faults.arm({ hits: ({ name }) => name === 'compose.up', moment: 'before' });
  await rejection(bench.deploy({ fleetFile: '/etc/fleet.yaml' }));
  bench.faults.disarm();
}

describe('a fleet file that changed under an unfinished run', () => {
  const changed = office({
    deckies: [decky('files-01', 70, ['ssh', 'http']), decky('web-01', 75, ['http'])],
  });
  const resolveAgain = async () => changed;

  it('stops resume with exit code 4 and the steps that would change', async () => {
    await failAtUp();
    const before = await snapshot(bench);
    expect(await rejection(bench.resume({ resolveAgain }))).toMatchObject({
      code: 'FLEET_CHANGED',
      exitCode: 4,
      message: expect.stringMatching(
        /The fleet file \/etc\/fleet.yaml changed .*: preflight, host-bridge, network, compose-gen, state-save, up, verify$/,
      ),
      hint: expect.stringContaining('--accept-changes'),
    });
    expect(await snapshot(bench)).toEqual(before);
  });

  it('is what resume goes on with when told to accept it', async () => {
    await failAtUp();
    await bench.resume({ resolveAgain, acceptChanges: true });
    const world = await snapshot(bench);
    expect(world.routes).toEqual(['198.51.100.70/32', '198.51.100.75/32']);
    expect(world.deployment).toMatchObject({ fleet: changed });
    expect(world.run).toEqual({ pipeline: 'deploy', status: 'succeeded' });
  });

  it('is refused by deploy too, with what to do', async () => {
    await failAtUp();
    const error = await rejection(bench.deploy({ fleet: changed }));
    expect(error).toMatchObject({ exitCode: 4, hint: expect.stringContaining('decnet rollback') });
  });

  it('does not matter when it resolves to the same', async () => {
    await failAtUp();
    await bench.resume({ resolveAgain: async () => office() });
    await expectFull(bench, worlds.full);
  });
});

it('builds from a template that was mended since, without asking', async () => {
  bench.faults.arm({ hits: ({ name }) => name === 'images.build ssh', moment: 'before' });
  await rejection(bench.deploy());
  bench.faults.disarm();
  await appendFile(join(bench.templates, 'ssh/server.py'), 'RUN mended\n');
  await bench.resume();
  const world = await snapshot(bench);
  expect(world.files['.decnet/build/ssh/server.py']).toContain('mended');
  expect(world.run).toEqual({ pipeline: 'deploy', status: 'succeeded' });
});

describe('resume of a finished deployment', () => {
  beforeEach(() => bench.deploy());

  it('has no effect where nothing is wrong', async () => {
    bench.faults.disarm();
    await bench.resume();
    expect(bench.faults.calls.filter((call) => call.isEffect && !call.name.startsWith('state.'))).toEqual([]);
  });

  it('makes everything again after a reboot: no link, no routes, containers stopped', async () => {
    const { dockerState, hostState } = bench.world;
    deleteLink(hostState, 'dn-office');
    for (const container of dockerState.containers.values()) {
      if (container.name.startsWith('decnet-office.')) stopContainer(container, 255);
    }
    await bench.resume();
    await expectFull(bench, worlds.full);
  });

  it('makes containers and network again after both were removed by hand', async () => {
    const { dockerState } = bench.world;
    for (const { id, name } of dockerState.containers.values()) {
      if (name.startsWith('decnet-office.')) dockerState.containers.delete(id);
    }
    for (const { id, spec } of dockerState.networks.values()) {
      if (spec.name === 'decnet-lan.eth0') dockerState.networks.delete(id);
    }
    await bench.resume();
    await expectFull(bench, worlds.full);
  });

  it('makes the services again whose base has started again, and touches no other', async () => {
    const before = idsByName(bench);
    const base = [...bench.world.dockerState.containers.values()].find(
      ({ name }) => name === 'decnet-office.files-01',
    );
    if (base === undefined) throw new Error('no base');
    stopContainer(base, 0);
    startContainer(bench.world.dockerState, base, 0);
    await bench.resume();
    await expectFull(bench, worlds.full);
    const after = idsByName(bench);
    const remade = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(remade.sort()).toEqual(['decnet-office.files-01.http', 'decnet-office.files-01.ssh']);
  });

  it('puts back the compose file and a build context that were deleted', async () => {
    const { files } = bench.world;
    await files.remove(bench.paths.composeFile);
    await files.remove(join(bench.paths.contexts, 'ssh'));
    await bench.resume();
    await expectFull(bench, worlds.full);
  });
});

it('heals what a removal has left, and does not bring back the deckies of the fleet file', async () => {
  await bench.deploy({ fleetFile: '/etc/fleet.yaml' });
  await bench.teardown({ deckies: ['web-01'] });
  const before = await snapshot(bench);
  deleteLink(bench.world.hostState, 'dn-office');
  await bench.resume({ resolveAgain: async () => office() });
  const after = await snapshot(bench);
  expect(after.routes).toEqual(before.routes);
  expect(after.containers).toEqual(before.containers);
  expect(after.deployment).toMatchObject({ fleet: without(office(), 'web-01') });
});

it('does not build for an unfinished removal, though a template changed since', async () => {
  await bench.deploy();
  bench.faults.arm({ hits: ({ name }) => name === 'docker.removeContainer', moment: 'before' });
  await rejection(bench.teardown({ deckies: ['web-01'] }));
  bench.faults.disarm();
  await appendFile(join(bench.templates, 'ssh/server.py'), 'RUN something else\n');
  await bench.resume();
  expect(Object.keys(idsByName(bench)).sort()).toEqual([
    'decnet-office.files-01',
    'decnet-office.files-01.http',
    'decnet-office.files-01.ssh',
  ]);
});

it('has nothing to do after a rollback', async () => {
  await bench.deploy();
  await bench.rollback();
  const told = bench.events.length;
  await bench.resume();
  expect(bench.events).toHaveLength(told);
});
