import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { completionScript } from '../../src/completion/scripts.ts';
import { shells } from '../../src/completion/shells.ts';
import { createProgram } from '../../src/program.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it.each(shells)('is printed for %s', async (shell) => {
  let output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    output += String(chunk);
    return true;
  });
  await createProgram('1.2.3').parseAsync(['completion', shell], { from: 'user' });
  expect(output).toBe(completionScript(shell));
  expect(output).toContain('decnet completion complete -- ');
});

interface Tab {
  /** What decnet was asked, after `--`. */
  readonly asked: readonly string[];
  /** What bash would put in the place of the word. */
  readonly replies: readonly string[];
  readonly folder: string;
}

/** Sources the script into a real bash and has it complete as bash would; decnet answers what is given. */
async function tab(
  words: readonly string[],
  { answer = [], cursor = words.length - 1, files = [] }: Partial<Setting> = {},
): Promise<Tab> {
  const folder = await temporaryFolder();
  for (const file of files) await writeFile(join(folder, file), '');
  const elsewhere = await temporaryFolder();
  const [script, asked, answers] = ['script', 'asked', 'answers'].map((name) => join(elsewhere, name));
  if (script === undefined || asked === undefined || answers === undefined) throw new Error('unreachable');
  await writeFile(script, completionScript('bash'));
  await writeFile(answers, answer.map((line) => `${line}\n`).join(''));
  const program = `
    decnet() { printf '%s\\0' "$@" > "$asked"; cat "$answers"; }
    source "$script"
    COMP_WORDS=("\${@:2}") COMP_CWORD=$1
    $(complete -p decnet | sed 's/.*-F \\([^ ]*\\).*/\\1/')
    ((\${#COMPREPLY[@]} == 0)) || printf '%s\\0' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = await promisify(execFile)(
    'bash',
    ['--norc', '-c', program, 'bash', String(cursor), ...words],
    { cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', script, asked, answers } },
  );
  expect(stderr).toBe('');
  const [first, second, dashes, ...rest] = (await readFile(asked, 'utf8')).split('\0').slice(0, -1);
  expect([first, second, dashes]).toEqual(['completion', 'complete', '--']);
  return { asked: rest, replies: stdout.split('\0').slice(0, -1), folder };
}

interface Setting {
  readonly answer: readonly string[];
  /** Which of the words the cursor is on. */
  readonly cursor: number;
  /** Files of the folder that bash is in. */
  readonly files: readonly string[];
}

describe('in bash', () => {
  it('offers the words of the answer without what is said of them', async () => {
    const answer = ['status\tshow how the fleet is', 'step\tlook at a step'];
    const { asked, replies } = await tab(['decnet', 'st'], { answer });
    expect(asked).toEqual(['st']);
    expect(replies).toEqual(['status', 'step']);
  });

  it('asks for a word that is not begun yet', async () => {
    expect((await tab(['decnet', ''])).asked).toEqual(['']);
    expect((await tab(['decnet', 'step', ''])).asked).toEqual(['step', '']);
  });

  it('asks only about the line up to the cursor', async () => {
    const { asked } = await tab(['decnet', 'st', 'show', 'up'], { cursor: 1 });
    expect(asked).toEqual(['st']);
  });

  it('offers nothing where the answer is empty', async () => {
    expect((await tab(['decnet', 'nothing-like-it'])).replies).toEqual([]);
  });

  it('puts together what bash cuts at the equals sign, and replaces only what is behind it', async () => {
    const begun = await tab(['decnet', 'step', 'list', '--pipeline', '=', 'te'], {
      answer: ['--pipeline=teardown'],
    });
    expect(begun.asked).toEqual(['step', 'list', '--pipeline=te']);
    expect(begun.replies).toEqual(['teardown']);

    const empty = await tab(['decnet', 'step', 'list', '--pipeline', '='], {
      answer: ['--pipeline=deploy', '--pipeline=teardown'],
    });
    expect(empty.asked).toEqual(['step', 'list', '--pipeline=']);
    expect(empty.replies).toEqual(['deploy', 'teardown']);

    const earlier = await tab(['decnet', 'teardown', '--state', '=', 'a.json', 'fi'], {
      answer: ['files-01'],
    });
    expect(earlier.asked).toEqual(['teardown', '--state=a.json', 'fi']);
    expect(earlier.replies).toEqual(['files-01']);
  });

  it('completes names of files where decnet asks for them', async () => {
    const files = ['fleet one.yaml', 'fleet.yaml', 'other'];
    const { replies } = await tab(['decnet', 'deploy', 'fl'], { answer: [':files'], files });
    expect([...replies].sort()).toEqual(['fleet one.yaml', 'fleet.yaml']);
    const behind = await tab(['decnet', 'deploy', '--state', '=', 'o'], { answer: [':files'], files });
    expect(behind.replies).toEqual(['other']);
  });

  it('runs and expands nothing of the line, of the answer or of names of files', async () => {
    const hostile = ['$(touch pwned)', '`touch pwned`', '*', 'a;touch pwned', '"; touch pwned; "', '-n'];
    const { asked, replies, folder } = await tab(['decnet', ...hostile, ''], {
      answer: hostile,
      files: ['f'],
    });
    expect(asked).toEqual([...hostile, '']);
    expect(replies).toEqual(hostile);
    expect(await readdir(folder)).toEqual(['f']);
    const named = await tab(['decnet', 'deploy', ''], { answer: [':files'], files: ['$(touch pwned)'] });
    expect(named.replies).toEqual(['$(touch pwned)']);
    expect(await readdir(named.folder)).toEqual(['$(touch pwned)']);
  });
});
