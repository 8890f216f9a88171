import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDeploymentReader } from '../../src/collect/deployment.ts';
import { pathsOf } from '../../src/state/paths.ts';
import type { State } from '../../src/state/schema.ts';
import { decky, office } from '../fakes/fleet.ts';
import { aDeployment, aState } from '../fakes/states.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';

async function bench() {
  const paths = pathsOf(join(await temporaryFolder(), 'decnet-state.json'));
  return {
    paths,
    read: createDeploymentReader(paths),
    // As the store does: another file in the place of the old one.
    write: async (state: State | string) => {
      const next = `${paths.state}.tmp`;
      await writeFile(next, typeof state === 'string' ? state : JSON.stringify(state));
      await rename(next, paths.state);
    },
  };
}

describe('the deployment on record', () => {
  it('is none without a state file, and none where nothing is deployed', async () => {
    const { read, write } = await bench();
    expect(await read()).toBeNull();
    await write(aState());
    expect(await read()).toBeNull();
  });

  it('has the name and what each decky is on the LAN, and is the same until the file is another', async () => {
    const { read, write, paths } = await bench();
    await write(aState({ deployment: aDeployment() }));
    const first = await read();
    expect(first).toEqual({
      name: 'office',
      hosts: new Map([
        ['files-01', { ip: '198.51.100.70', hostname: 'FILES-01' }],
        ['web-01', { ip: '198.51.100.71', hostname: 'WEB-01' }],
      ]),
      alerts: [],
    });
    expect(await read()).toBe(first);

    await write(
      aState({ deployment: aDeployment({ fleet: office({ deckies: [decky('new-01', 72, ['ssh'])] }) }) }),
    );
    expect([...((await read())?.hosts.keys() ?? [])]).toEqual(['new-01']);
    await rm(paths.state);
    expect(await read()).toBeNull();
  });

  it('that cannot be read is an error every time, until the file is mended', async () => {
    const { read, write } = await bench();
    await write('{');
    await expect(read()).rejects.toMatchObject({ code: 'STATE_DAMAGED' });
    await expect(read()).rejects.toMatchObject({ code: 'STATE_DAMAGED' });
    await write(aState({ deployment: aDeployment() }));
    expect((await read())?.name).toBe('office');
  });
});
