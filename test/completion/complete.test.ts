import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { complete } from '../../src/completion/complete.ts';
import { createProgram } from '../../src/program.ts';

const program = createProgram('1.2.3');

/** What is offered for a line, or what kind of value is asked for. */
function offered(...words: readonly string[]): readonly string[] | { of: string; begun: string } {
  const completion = complete(program, words);
  if (completion.kind === 'value') return { of: completion.of, begun: completion.begun };
  return completion.candidates.map(({ word }) => word);
}

describe('commands', () => {
  it('are those that begin as typed', () => {
    expect(offered('st')).toEqual(['status', 'step']);
    expect(offered('deploy')).toEqual(['deploy']);
    expect(offered('nothing-like-it')).toEqual([]);
  });

  it('are all that the help shows where nothing is typed', () => {
    const all = program.createHelp().visibleCommands(program);
    expect(offered('')).toEqual(all.map((command) => command.name()));
    expect(offered()).toEqual(offered(''));
  });

  it('come with what the help says of them', () => {
    expect(complete(program, ['man'])).toEqual({
      kind: 'words',
      candidates: [{ word: 'man', description: 'print the manual page' }],
    });
  });

  it('have subcommands after them, and only there', () => {
    expect(offered('step', '')).toEqual(['list', 'show', 'check', 'run', 'undo', 'help']);
    expect(offered('step', 'list', '')).toEqual([]);
    expect(offered('nothing-like-it', 'st')).toEqual([]);
    expect(offered('--', 'st')).toEqual([]);
  });

  it('do not include what is for the scripts alone', () => {
    expect(offered('completion', '')).toEqual(['bash', 'zsh', 'fish', 'help']);
  });
});

describe('options', () => {
  it('are those of the command that the line has come to', () => {
    expect(offered('deploy', '--pl')).toEqual(['--plan']);
    expect(offered('--')).toEqual(['--version', '--debug', '--help']);
    expect(offered('step', 'list', '--')).toEqual(['--pipeline', '--state', '--json', '--help']);
  });

  it('are offered in full after one dash, and never the hidden', () => {
    expect(offered('deploy', '-')).toContain('--dry-run');
    expect(offered('deploy', '-')).not.toContain('--debug');
  });

  it('are over after two dashes', () => {
    expect(offered('step', 'show', '--', '--')).toEqual({ of: 'id', begun: '--' });
  });
});

describe('values', () => {
  it('are the choices where there are some, also behind an equals sign', () => {
    expect(offered('step', 'list', '--pipeline', '')).toEqual(['deploy', 'teardown', 'remove', 'restore']);
    expect(offered('step', 'list', '--pipeline=te')).toEqual(['--pipeline=teardown']);
  });

  it('are told by what they are called, with what stands before them in the word', () => {
    expect(complete(program, ['deploy', '--state=/srv/de'])).toEqual({
      kind: 'value',
      of: 'state',
      placeholder: 'path',
      begun: '/srv/de',
      prefix: '--state=',
      options: {},
    });
    expect(offered('services', 'show', 'ss')).toEqual({ of: 'service', begun: 'ss' });
    expect(offered('archetypes', 'show', '')).toEqual({ of: 'archetype', begun: '' });
  });

  it('belong to the option before them, even where they look like one', () => {
    expect(offered('deploy', '--plan', '--st')).toEqual({ of: 'plan', begun: '--st' });
  });

  it('know the options that the line has already, in either form', () => {
    for (const typed of [['--state', 'a.json'], ['--state=a.json']]) {
      expect(complete(program, ['teardown', ...typed, ''])).toMatchObject({
        of: 'deckies',
        options: { state: 'a.json' },
      });
    }
  });

  it('of options are no arguments, and flags take none', () => {
    expect(offered('deploy', '--state', 'a.json', '--json', '')).toEqual({ of: 'fleet', begun: '' });
    expect(offered('deploy', '--no-such-option', 'fleet.yaml', '')).toEqual([]);
    expect(offered('deploy', '--no-such-option=')).toEqual([]);
  });

  it('come to an end with the arguments, but for one that may be given several times', () => {
    expect(offered('step', 'show', 'up', '')).toEqual([]);
    expect(offered('teardown', 'a', 'b', '')).toEqual({ of: 'deckies', begun: '' });
  });
});

it('answers any line, and with nothing that does not begin as typed', () => {
  const known = [
    'step',
    'show',
    'deploy',
    '--state',
    '--state=',
    '--pipeline=',
    '--',
    '-',
    '',
    '--json',
    'up',
  ];
  const line = fc.array(fc.oneof(fc.constantFrom(...known), fc.string({ unit: 'binary' })), { maxLength: 6 });
  fc.assert(
    fc.property(line, (words) => {
      const completion = complete(program, words);
      const begun = words.at(-1) ?? '';
      if (completion.kind === 'value') expect(completion.prefix + completion.begun).toBe(begun);
      else for (const { word } of completion.candidates) expect(word.startsWith(begun)).toBe(true);
    }),
  );
});
