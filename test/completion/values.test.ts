import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { answerLines, candidateLine } from '../../src/completion/values.ts';
import { loadCatalogue } from '../../src/fleet/catalogue.ts';
import { templatesFolder } from '../../src/package-root.ts';
import { createProgram } from '../../src/program.ts';
import { loadServices } from '../../src/services/load-services.ts';
import { steps } from '../../steps/index.ts';
import { aDeployment, aState } from '../fakes/states.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** What a shell's script is answered: the program is asked as the script asks it. */
async function answer(...words: readonly string[]): Promise<readonly string[]> {
  let output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    output += String(chunk);
    return true;
  });
  await createProgram('1.2.3').parseAsync(['completion', 'complete', '--', ...words], { from: 'user' });
  return output.split('\n').slice(0, -1);
}

const value = { of: 'interface', placeholder: 'name', begun: '', prefix: '', options: {} };

describe('the answer', () => {
  it('is a word a line, with its description after a tab', async () => {
    expect(await answer('man')).toEqual(['man\tprint the manual page']);
    expect(await answer('step', 'list', '--pipeline=te')).toEqual(['--pipeline=teardown']);
    expect(candidateLine({ word: 'a', description: 'two\nlines\tof it' })).toBe('a\ttwo lines of it');
  });

  it('asks for names of files where a path is wanted', async () => {
    for (const line of [
      ['deploy', ''],
      ['deploy', '--state', ''],
      ['deploy', '--state=/srv/'],
      ['plan', '--out', ''],
      ['collect', '--output', ''],
      ['validate', ''],
    ]) {
      expect(await answer(...line), line.join(' ')).toEqual([':files']);
    }
  });

  it('is nothing where nobody knows the values', async () => {
    expect(await answer('logs', '--tail', '')).toEqual([]);
  });

  it('is nothing where a source fails', async () => {
    const sources = { interface: () => Promise.reject(new Error('no')) };
    expect(await answerLines(value, sources)).toEqual([]);
  });

  it('keeps out what a shell would see more in than a word', async () => {
    const hostile = ['$(reboot)', '`reboot`', 'a b', 'a;b', 'a\tb', 'a\nb', '', '*', "it's", ':files'];
    const sources = { interface: async () => ['eth0', ...hostile, 'br-1.2@x'] };
    expect(await answerLines(value, sources)).toEqual(['eth0', 'br-1.2@x']);
    expect(await answerLines({ ...value, begun: 'e', prefix: '--interface=' }, sources)).toEqual([
      '--interface=eth0',
    ]);
  });
});

describe('names', () => {
  it('are those of the catalogue', async () => {
    const { archetypes } = await loadCatalogue(templatesFolder());
    expect(await answer('archetypes', 'show', '')).toEqual([...archetypes.keys()]);
    expect(await answer('init', '--archetype', '')).toEqual([...archetypes.keys()]);
    const services = [...(await loadServices(templatesFolder())).keys()];
    expect([...(await answer('services', 'show', ''))].sort()).toEqual(services.sort());
    expect(await answer('services', 'show', 'ss')).toEqual(['ssh']);
  });

  it('are those of the steps', async () => {
    expect(await answer('step', 'run', '')).toEqual([...steps.keys()]);
  });

  it('are the deckies of the state file that the line names', async () => {
    const file = join(await temporaryFolder(), 'some state.json');
    await writeFile(file, JSON.stringify(aState({ deployment: aDeployment() })));
    const names = aDeployment().fleet.deckies.map(({ name }) => name);
    expect(await answer('teardown', '--state', file, '')).toEqual(names);
    expect(await answer('logs', `--state=${file}`, '')).toEqual(names);
  });

  it('are none where there is no state file, or a damaged one', async () => {
    const file = join(await temporaryFolder(), 'decnet-state.json');
    expect(await answer('teardown', '--state', file, '')).toEqual([]);
    await writeFile(file, '{ "format": 1, ');
    expect(await answer('teardown', '--state', file, '')).toEqual([]);
  });
});
