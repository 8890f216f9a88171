import { describe, expect, it } from 'vitest';
import { labels } from '../../src/fleet/names.ts';
import { findSources, type Selection, toSource } from '../../src/logs/sources.ts';
import { rejection } from '../fakes/bench.ts';
import { logDocker } from './log-docker.ts';

const office = { name: 'office', deckies: ['files-01', 'web-01', 'idle-01'] };

const docker = logDocker([
  { id: 'foreign', decky: 'files-01', service: null, history: [] },
  { id: 'files-ssh', decky: 'files-01', service: 'ssh', history: [] },
  { id: 'files-http', decky: 'files-01', service: 'http', history: [] },
  { id: 'web-http', decky: 'web-01', service: 'http', history: [] },
]);

const find = async (selection: Selection) =>
  (await findSources(docker, office, selection)).map(({ id }) => id);

describe('the containers that are meant', () => {
  it.each<[Selection, readonly string[]]>([
    [{}, ['files-ssh', 'files-http', 'web-http']],
    [{ deckies: [], services: [] }, ['files-ssh', 'files-http', 'web-http']],
    [{ deckies: ['files-01'] }, ['files-ssh', 'files-http']],
    [{ services: ['http'] }, ['files-http', 'web-http']],
    [{ deckies: ['files-01', 'web-01'], services: ['ssh', 'http'] }, ['files-ssh', 'files-http', 'web-http']],
    [{ deckies: ['web-01', 'idle-01'] }, ['web-http']],
    [{ deckies: ['idle-01'], services: ['anything'] }, []],
  ])('by %o are %o', async (selection, expected) => {
    expect(await find(selection)).toEqual(expected);
  });

  it.each([
    [{ deckies: ['files-01', 'webb-01'] }, 'NO_SUCH_DECKY', 'web-01'],
    [{ deckies: ['web-01'], services: ['ssh'] }, 'NO_SUCH_SERVICE', 'ssh'],
    [{ services: ['http', 'htp'] }, 'NO_SUCH_SERVICE', 'http'],
  ])('are none by a wrong name among %o', async (selection, code, named) => {
    expect(await rejection(findSources(docker, office, selection))).toMatchObject({
      code,
      exitCode: 2,
      message: expect.stringContaining(named),
    });
  });

  it('bear both marks', async () => {
    const [container] = await docker.listContainers();
    const only = (marks: Readonly<Record<string, string>>) =>
      container === undefined ? [] : toSource({ ...container, labels: marks });
    expect(only({ [labels.decky]: 'a' })).toEqual([]);
    expect(only({ [labels.service]: 'b' })).toEqual([]);
    expect(only({ [labels.decky]: 'a', [labels.service]: 'b' })).toEqual([
      { id: 'foreign', decky: 'a', service: 'b' },
    ]);
  });
});
