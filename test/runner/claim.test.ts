import { readdir, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Session, withSession } from '../../src/runner/session.ts';
import { pathsOf } from '../../src/state/paths.ts';
import { type Bench, rejection, removeBenches } from '../fakes/bench.ts';
import { deleteLink } from '../fakes/fake-host.ts';
import { idsByName } from '../fakes/outcomes.ts';
import { createPair, standingOf } from '../fakes/side-by-side.ts';

afterAll(removeBenches);

/** Two state files of one host. */
let one: Bench;
let other: Bench;
beforeEach(async () => {
  ({ one, other } = await createPair());
});

const commands: readonly (readonly [string, (bench: Bench) => Promise<unknown>])[] = [
  ['deploy', (bench) => bench.deploy()],
  ['resume', (bench) => bench.resume()],
  ['rollback', (bench) => bench.rollback()],
  ['teardown', (bench) => bench.teardown()],
  ['teardown of a decky', (bench) => bench.teardown({ deckies: ['web-01'] })],
];

const notes = async () => (await readdir(dirname(one.hostLock))).filter((name) => name !== 'host.lock');

describe('a deployment that a command is changing', () => {
  it('is nobody else’s, whatever the state file: exit code 6, naming the other', async () => {
    let refused: unknown = null;
    await one.session('deploy', async (session: Session) => {
      await session.claim('office');
      refused = await rejection(other.deploy());
    });
    expect(refused).toMatchObject({
      code: 'LOCKED',
      exitCode: 6,
      message: expect.stringContaining(`decnet deploy --state ${one.paths.state} (pid ${process.pid})`),
    });
    expect(await other.state()).toBeNull();
    await other.deploy();
  });

  it('is free again after every command, and leaves no note where nothing stands', async () => {
    await one.deploy();
    expect(await notes()).toEqual(['office.state']);
    await one.teardown();
    expect(await notes()).toEqual([]);
  });
});

describe('a deployment that stands under another state file', () => {
  const refusal = (path: string) => ({
    code: 'OTHER_STATE_FILE',
    exitCode: 4,
    message: expect.stringContaining(path),
    hint: expect.stringContaining(`decnet teardown --state ${path}`),
  });

  it.each(['deploy', 'teardown'] as const)('is left alone by %s', async (command) => {
    await one.deploy();
    const before = standingOf(one, 'office');
    const over = command === 'deploy' ? {} : { name: 'office' };
    expect(await rejection(other[command](over))).toMatchObject(refusal(one.paths.state));
    expect(await other.state()).toBeNull();
    expect(standingOf(one, 'office')).toEqual(before);
  });

  it('is told of by the note of its last command where it has no container yet', async () => {
    one.faults.arm({ hits: ({ name }) => name === 'images.build ssh', moment: 'before' });
    await rejection(one.deploy());
    expect(await rejection(other.deploy())).toMatchObject(refusal(one.paths.state));
  });

  it('is told of by its containers after a reboot', async () => {
    await one.deploy();
    await rm(one.options.engine.claimFiles('office').note);
    deleteLink(one.world.hostState, 'dn-office');
    expect(await rejection(other.deploy())).toMatchObject(refusal(one.paths.state));
  });

  it.each(commands)('is not taken from under it: %s of a record that is overtaken', async (_, command) => {
    await one.deploy();
    await rename(one.paths.state, `${one.paths.state}.aside`);
    await other.deploy();
    await rename(`${one.paths.state}.aside`, one.paths.state);
    const before = standingOf(one, 'office');
    expect(await rejection(command(one))).toMatchObject(refusal(other.paths.state));
    expect(standingOf(one, 'office')).toEqual(before);
    await other.resume();
  });

  it('is the same one by another way to its folder', async () => {
    await one.deploy();
    const link = `${dirname(one.paths.state)}-link`;
    await symlink(dirname(one.paths.state), link);
    const paths = pathsOf(join(link, 'decnet-state.json'));
    const { engine, signal } = one.options;
    const options = { engine, signal, paths, command: 'deploy', listener: () => {} };
    await withSession(options, (session) => session.claim('office'));
  });
});

describe('a deployment whose state file is gone', () => {
  it('is taken over, and nothing of it is made again', async () => {
    await one.deploy();
    const before = idsByName(one);
    await rm(one.paths.state);
    await other.deploy();
    expect(idsByName(other)).toEqual(before);
    await other.teardown();
    expect(standingOf(one, 'office')).toEqual([undefined]);
  });

  it('is also one that was rolled back there', async () => {
    await one.deploy();
    await one.rollback();
    await other.deploy();
  });
});

it('forgets a name that a command made its own and was killed before it recorded anything', async () => {
  one.faults.arm({ hits: ({ name }) => name === 'state.update', moment: 'before', kill: true });
  await rejection(one.deploy());
  one.faults.disarm();
  expect(await notes()).not.toEqual([]);
  expect(await rejection(one.resume())).toMatchObject({ code: 'NO_RUN' });
  expect(await notes()).toEqual([]);
});

it('forgets the name of a rollback that was killed after its last record', async () => {
  await one.deploy();
  one.faults.arm({ hits: ({ name }) => name === 'state.dropBackup', moment: 'before', kill: true });
  await rejection(one.rollback());
  one.faults.disarm();
  expect(await notes()).not.toEqual([]);
  expect(await one.resume()).toBe(false);
  expect(await notes()).toEqual([]);
});
