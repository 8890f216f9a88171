import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Event } from '../../src/events/events.ts';
import { renderTerminal } from '../../src/render/terminal.ts';
import * as event from './events.ts';
import { stubTerminal, type TerminalStub } from './terminal-stub.ts';

async function show(events: readonly (Event | number)[], env = { NO_COLOR: '1' }): Promise<TerminalStub> {
  const terminal = stubTerminal();
  const renderer = renderTerminal({ stream: terminal.stream, env });
  for (const item of events) {
    if (typeof item === 'number') await setTimeout(item);
    else renderer.listener(item);
  }
  await renderer.close();
  return terminal;
}

it('shows what was done, kept and skipped, with durations', async () => {
  const steps = [
    event.started('a'),
    event.done('a'),
    event.started('b'),
    event.kept('b'),
    event.skipped('c'),
  ];
  const terminal = await show([event.runStarted('a', 'b', 'c'), ...steps, event.runFinished()]);
  expect(terminal.screen()).toEqual([
    'deploy of office, state in /s/state.json',
    '✔ Make a 0.4 s',
    '✔ Make b kept',
    '↓ Make c skipped: not asked for',
    'deploy: succeeded after 12.4 s',
  ]);
});

it('leaves steps that never started pending, and ends', async () => {
  const steps = [event.started('a'), event.output('a', 'last words'), event.failed('a')];
  const finished = event.runFinished('failed', {
    error: event.error,
    next: ['decnet resume', 'decnet rollback'],
  });
  const terminal = await show([event.runStarted('a', 'b', 'c'), ...steps, finished]);
  expect(terminal.screen().slice(1)).toEqual([
    '✖ Make a failed after 3.2 s',
    '  › no space left on \\x1b[2Jdevice',
    '  › last words',
    '◼ Make b',
    '◼ Make c',
    'deploy: failed after 12.4 s',
    'error: no space left on \\x1b[2Jdevice [UP_FAILED]',
    'hint: Run: df -h',
    'next:',
    '  decnet resume',
    '  decnet rollback',
  ]);
});

it('shows a step as running only between its start and its end', async () => {
  const terminal = await show([
    event.runStarted('a', 'b'),
    50,
    event.started('a'),
    250,
    event.done('a'),
    250,
  ]);
  const drawn = terminal.frames().join('');
  expect(drawn).toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] Make a/u);
  expect(drawn).not.toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] Make b/u);
});

it('shows the last four lines of a child while it runs, made safe, and takes them away when all is well', async () => {
  const lines = ['1', '2', '3', '4\x1b[31m', '5'].map((text) => event.output('a', `line ${text}`));
  const terminal = await show([event.runStarted('a'), event.started('a'), ...lines, 300, event.done('a')]);
  const drawn = terminal.frames().find((frame) => frame.includes('line 5'));
  expect(drawn).toMatch(/› line 2\n\s+line 3\n\s+line 4\\x1b\[31m\n\s+line 5/);
  expect(drawn).not.toContain('line 1');
  expect(terminal.screen()).not.toContainEqual(expect.stringContaining('line'));
});

it('shows a retry with its delay, then the attempt', async () => {
  const steps = [event.started('a'), event.retrying('a'), 250, event.started('a', 2), 250, event.done('a')];
  const terminal = await show([event.runStarted('a'), ...steps, event.runFinished()]);
  const drawn = terminal.frames().join('');
  expect(drawn).toContain('Make a attempt 1 failed, next in 1.5 s: connection reset');
  expect(drawn).toContain('Make a attempt 2');
  expect(terminal.screen()).toContain('✔ Make a 0.4 s');
});

it('shows a walk back', async () => {
  const steps = [event.undoing('b'), event.undone('b'), event.undoing('a'), event.undoFailed('a')];
  const terminal = await show([
    event.runStarted('b', 'a'),
    ...steps,
    event.runFinished('rollback-incomplete'),
  ]);
  expect(terminal.screen().slice(1, 4)).toEqual([
    '✔ Make b undone 0.3 s',
    '✖ Make a not undone after 0.3 s',
    '  › no space left on \\x1b[2Jdevice',
  ]);
});

it('shows runs one below the other, and warnings below the list they came in', async () => {
  const first = [
    event.runStarted('a'),
    event.started('a'),
    event.warning('old\x07 kernel'),
    event.interrupted('a'),
  ];
  const second = [
    event.runStarted('z'),
    event.started('z'),
    event.done('z'),
    event.runFinished('rolled-back'),
  ];
  const terminal = await show([...first, event.runFinished('interrupted'), ...second]);
  expect(terminal.screen().slice(1)).toEqual([
    '✖ Make a interrupted by SIGINT',
    'warning: old\\x07 kernel',
    'deploy: interrupted after 12.4 s',
    'deploy of office, state in /s/state.json',
    '✔ Make z 0.4 s',
    'deploy: rolled-back after 12.4 s',
  ]);
});

it('tells in plain words what the list has no open step for', async () => {
  const steps = [
    event.started('a'),
    event.failed('a'),
    event.undoing('a'),
    event.undone('a'),
    event.done('other'),
  ];
  const terminal = await show([event.runStarted('a'), ...steps, event.runFinished('rolled-back')]);
  expect(terminal.screen().slice(3, 6)).toEqual([
    'step a: undoing',
    'step a: undone in 0.3 s',
    'step other: done in 0.4 s',
  ]);
});

it('ends a list whose run was cut off', async () => {
  const terminal = await show([event.runStarted('a', 'b'), event.started('a')]);
  expect(terminal.screen().slice(1)).toEqual(['✖ Make a not finished', '◼ Make b']);
});

it('writes no colour when NO_COLOR is set, and colours otherwise', async () => {
  const run = [event.runStarted('a'), event.started('a'), event.done('a'), event.runFinished()];
  const color = new RegExp(`${'\x1b'}\\[\\d+m`);
  expect((await show(run)).text()).not.toMatch(color);
  expect((await show(run, { NO_COLOR: '' })).text()).toMatch(color);
});

it('leaves no listener for signals and gives stderr back', async () => {
  const before = process.listenerCount('SIGINT');
  const write = process.stderr.write;
  await show([event.runStarted('a'), event.started('a'), event.done('a'), event.runFinished()]);
  expect(process.listenerCount('SIGINT')).toBe(before);
  expect(process.stderr.write).toBe(write);
});
