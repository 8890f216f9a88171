import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { readMarks } from '../../src/host/base-marks.ts';
import { templatesFolder } from '../../src/package-root.ts';

const ended: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

/** A process that says what a base does, by the same means, until its test is over. */
async function python(...statements: readonly string[]): Promise<number> {
  const program = ['import marks, socket, sys', ...statements, 'print(flush=True)', 'sys.stdin.read()'].join(
    '\n',
  );
  const child = spawn('python3', ['-c', program], {
    env: { ...process.env, PYTHONPATH: `${templatesFolder()}/runtime`, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  ended.push(() => {
    child.stdin.end();
    return once(child, 'close');
  });
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

it('reads what a base says, and not what it has taken back', async () => {
  const pid = await python(
    'kept = [marks.mark("egress", "8eddd50a8d1fd03a"), marks.mark("announced", "once")]',
    'marks.mark("refused", "none").close()',
  );
  expect(await readMarks(pid)).toEqual(
    new Map([
      ['egress', '8eddd50a8d1fd03a'],
      ['announced', 'once'],
    ]),
  );
});

it('goes by no socket, whatever its name makes up in the table of sockets', async () => {
  const line = '0: 00000002 00000000 00000000 0002 01 4711 @decnet-egress-8eddd50a8d1fd03a';
  const pid = await python(
    'forged = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)',
    `forged.bind("\\0x\\n${line}")`,
    'gate = marks.let_in("8eddd50a8d1fd03a")',
  );
  expect(await readMarks(pid)).toEqual(new Map());
});

it('takes a process that is gone for one that says nothing', async () => {
  expect(await readMarks(2 ** 22 + 1)).toEqual(new Map());
});

it.runIf(process.getuid?.() === 0)('knows where it may not look', async () => {
  const pid = await python('kept = marks.mark("egress", "open")');
  process.seteuid?.(65534);
  try {
    expect(await readMarks(pid)).toBeNull();
  } finally {
    process.seteuid?.(0);
  }
  expect(await readMarks(pid)).toEqual(new Map([['egress', 'open']]));
});
