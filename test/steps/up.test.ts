import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { DecnetError } from '../../src/errors.ts';
import { type Bench, createBench, rejection, removeBenches, without } from '../fakes/bench.ts';
import {
  addImage,
  containerNamed,
  type FakeContainer,
  startContainer,
  stopContainer,
} from '../fakes/fake-docker.ts';
import { decky, office } from '../fakes/fleet.ts';
import { onStep } from '../fakes/on-step.ts';
import { idsByName } from '../fakes/outcomes.ts';

afterAll(removeBenches);

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
  await bench.deploy();
});

function container(name: string): FakeContainer {
  const found = containerNamed(bench.world.dockerState, name);
  if (found === undefined) throw new Error(`No container ${name}`);
  return found;
}

async function remadeBy(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = idsByName(bench);
  await work();
  const after = idsByName(bench);
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => before[name] !== after[name])
    .sort();
}

const up = () => onStep(bench, 'up');

it('keeps containers that are as the compose file has them, with no effect', async () => {
  bench.faults.disarm();
  expect(await up().check()).toEqual({ status: 'satisfied', output: { containers: 5 } });
  await up().apply();
  expect(bench.faults.calls.filter((call) => call.isEffect)).toEqual([]);
});

it('inspects each container once to see that', async () => {
  bench.faults.disarm();
  await up().check();
  const inspections = bench.faults.calls.filter(({ name }) => name === 'docker.inspectContainer');
  expect(inspections).toHaveLength(5);
});

describe('what is not as it should be', () => {
  it.each<[string, () => unknown, string, readonly string[]]>([
    [
      'a container that was removed',
      () => bench.world.dockerState.containers.delete(container('decnet-office.web-01.http').id),
      'decnet-office.web-01.http is missing or does not run',
      ['decnet-office.web-01.http'],
    ],
    [
      'a base whose rules somebody changed',
      () => {
        container('decnet-office.web-01').egress = 'changed';
      },
      'decnet-office.web-01 does not hold the rules for its way out',
      ['decnet-office.web-01', 'decnet-office.web-01.http'],
    ],
    [
      'a service that has stopped',
      () => stopContainer(container('decnet-office.web-01.http'), 1),
      'decnet-office.web-01.http is missing or does not run',
      [],
    ],
    [
      'a base that was removed',
      () => bench.world.dockerState.containers.delete(container('decnet-office.web-01').id),
      'decnet-office.web-01.http has lost the network of its base',
      ['decnet-office.web-01', 'decnet-office.web-01.http'],
    ],
    [
      'a base that has started again',
      () => {
        stopContainer(container('decnet-office.web-01'), 0);
        startContainer(bench.world.dockerState, container('decnet-office.web-01'), 0);
      },
      'decnet-office.web-01.http has lost the network of its base',
      ['decnet-office.web-01.http'],
    ],
    [
      'an image that was built anew under the same tag',
      () => {
        const { images, containers } = bench.world.dockerState;
        const { imageId } =
          [...containers.values()].find(({ name }) => name === 'decnet-office.web-01.http') ?? {};
        const [tag, image] = [...images].find(([, { id }]) => id === imageId) ?? [];
        if (tag === undefined || image === undefined) throw new Error('no image');
        addImage(bench.world.dockerState, tag, image.labels);
      },
      'decnet-office.web-01.http is not as the compose file has it',
      ['decnet-office.files-01.http', 'decnet-office.web-01.http'],
    ],
  ])('is mended: %s', async (_, harm, difference, remade) => {
    harm();
    const found = await up().check();
    expect(found).toMatchObject({ status: 'drifted', differences: expect.arrayContaining([difference]) });
    expect(await remadeBy(() => up().apply())).toEqual(remade);
    expect(await up().check()).toMatchObject({ status: 'satisfied' });
  });

  it('is a container that the fleet does not want: it goes, and the others stay', async () => {
    const step = onStep(bench, 'up', without(office(), 'web-01'));
    expect(await step.check()).toMatchObject({
      status: 'drifted',
      differences: ['decnet-office.web-01 is not wanted', 'decnet-office.web-01.http is not wanted'],
    });
    expect(await remadeBy(() => step.apply())).toEqual(['decnet-office.web-01', 'decnet-office.web-01.http']);
  });
});

describe('a container of our name without our mark', () => {
  beforeEach(() => {
    const { containers } = bench.world.dockerState;
    const found = container('decnet-office.web-01.http');
    containers.set(found.id, { ...found, labels: {} });
  });

  it('is foreign', async () => {
    expect(await up().check()).toEqual({ status: 'foreign', found: 'container decnet-office.web-01.http' });
  });

  it('stops resume with a hint, and stays', async () => {
    const error = await rejection(bench.resume());
    expect(error).toMatchObject({
      code: 'FOREIGN',
      hint: expect.stringContaining('decnet never touches it'),
    });
    await bench.teardown();
    expect([...bench.world.dockerState.containers.values()].map(({ name }) => name)).toEqual([
      'decnet-office.web-01.http',
    ]);
  });
});

it('is undone by labels alone, without any memory, and twice', async () => {
  await up().undo(false);
  await up().undo(false);
  expect(bench.world.dockerState.containers.size).toBe(0);
});

describe('a compose that fails', () => {
  const joining = new DecnetError('cannot join network of a non running container', {
    code: 'DOCKER_BUSY',
    retryable: true,
  });

  beforeEach(() => {
    stopContainer(container('decnet-office.web-01.http'), 1);
    bench.faults.arm({ hits: ({ name }) => name === 'compose.up', moment: 'before', error: () => joining });
  });

  it('since a base has ended by itself is told in the words of the base, and not tried again', async () => {
    stopContainer(container('decnet-office.web-01'), 1);
    container('decnet-office.web-01').log = [
      '<131>1 2026-02-03T04:05:06Z WEB-01 base 1 fault [decnet@32473 text="the way out cannot be closed" error="no nftables"] fault',
    ];
    expect(await rejection(up().apply())).toMatchObject({
      code: 'BASE_FAULT',
      message: 'web-01 cannot start: the way out cannot be closed: no nftables',
      retryable: false,
    });
  });

  it('for another reason is told as it is', async () => {
    expect(await rejection(up().apply())).toBe(joining);
  });
});

it('takes deckies down first whose addresses others are to get, and no other', async () => {
  const [files, web] = office().deckies;
  if (files === undefined || web === undefined) throw new Error('The office has two deckies');
  const stays = decky('stays-01', 73, ['ssh']);
  await bench.deploy({ fleet: office({ deckies: [files, web, stays] }) });
  bench.faults.disarm();
  const exchanged = [{ ...files, ip: web.ip }, { ...web, ip: files.ip }, stays];
  const remade = await remadeBy(() => bench.deploy({ fleet: office({ deckies: exchanged }) }));
  expect(remade.filter((name) => name.includes('stays-01'))).toEqual([]);
  const effects = bench.faults.calls.filter(
    ({ step, isEffect, name }) => step === 'up' && isEffect && !name.startsWith('state.'),
  );
  const names = effects.map(({ name }) => name);
  expect(names.indexOf('compose.up')).toBe(5);
  expect(new Set(names.slice(0, 5))).toEqual(new Set(['docker.removeContainer']));
});
