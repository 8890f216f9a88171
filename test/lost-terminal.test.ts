import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compile } from './fakes/compile.ts';

const onTerminal = join(import.meta.dirname, 'integration/on-terminal.py');

let folder: string;

beforeAll(async () => {
  folder = await compile(new URL('../src/lost-terminal.ts', import.meta.url));
}, 30_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The exit code of a program that begins on a terminal and is told of SIGHUP; `keys` are typed once it is ready. */
function run(keys: string, program: string): Promise<number | null> {
  const script = `import { endByHangup, openTerminals } from ${JSON.stringify(join(folder, 'src/lost-terminal.js'))};
    const before = openTerminals();
    process.on('SIGHUP', () => {});
    process.stdin.resume().on('error', () => {});
    ${program}
    console.log('ready');`;
  const node = [process.execPath, '--input-type=module', '-e', script];
  return new Promise((resolve) => {
    const child = execFile('python3', [onTerminal, 'ready', keys, ...node], () => resolve(child.exitCode));
  });
}

it('ends by HUP when a terminal that it began with is gone', async () => {
  expect(await run('hangup', "process.stdin.on('close', () => endByHangup(before));")).toBe(129);
});

it('leaves the exit code alone while the terminals are there', async () => {
  const atKey =
    "process.stdin.once('data', () => { process.exitCode = 7; endByHangup(before); process.exit(); });";
  expect(await run('x\n', atKey)).toBe(7);
});
