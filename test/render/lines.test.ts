import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/events/events.ts';
import { chooseRenderer } from '../../src/render/choose.ts';
import { renderJson } from '../../src/render/json.ts';
import { renderPlain } from '../../src/render/plain.ts';
import type { Renderer } from '../../src/render/renderer.ts';
import * as event from './events.ts';
import { stubTerminal } from './terminal-stub.ts';

async function shown(make: (stream: PassThrough) => Renderer, events: readonly Event[]): Promise<string[]> {
  const stream = new PassThrough();
  const renderer = make(stream);
  for (const item of events) renderer.listener(item);
  await renderer.close();
  stream.end();
  return (await text(stream)).trimEnd().split('\n');
}

describe('renderPlain', () => {
  it('writes one line an event', async () => {
    const steps = [
      event.started('network'),
      event.output('network', 'made \x1b[1mit'),
      event.done('network'),
      event.kept('bridge'),
      event.skipped('build'),
      event.started('up', 2),
      event.retrying('up'),
      event.failed('up'),
      event.interrupted('up'),
      event.undoing('up'),
      event.undone('up'),
      event.undoFailed('up'),
      event.warning('careful'),
    ];
    expect(await shown(renderPlain, [event.runStarted('network'), ...steps])).toEqual([
      'deploy of office, state in /s/state.json',
      'step network: started',
      'network | made \\x1b[1mit',
      'step network: done in 0.4 s',
      'step bridge: kept, checked in 0.1 s',
      'step build: skipped: not asked for',
      'step up: started, attempt 2',
      'step up: attempt 1 failed, next in 1.5 s: connection reset',
      'step up: failed after 3.2 s: no space left on \\x1b[2Jdevice',
      'step up: interrupted by SIGINT',
      'step up: undoing',
      'step up: undone in 0.3 s',
      'step up: undo failed after 0.3 s: no space left on \\x1b[2Jdevice',
      'warning: careful',
    ]);
  });

  it('ends with error, hint and next commands; a long message keeps its lines', async () => {
    const error = { code: 'PREFLIGHT', message: 'two things:\nno Docker\nno root', hint: 'Run: sudo decnet' };
    const finished = event.runFinished('failed', { error, next: ['decnet resume'] });
    expect(await shown(renderPlain, [event.runStarted(), finished])).toEqual([
      'deploy of office, state in /s/state.json',
      'deploy: failed after 12.4 s',
      'error: two things:',
      '  no Docker',
      '  no root [PREFLIGHT]',
      'hint: Run: sudo decnet',
      'next:',
      '  decnet resume',
    ]);
  });
});

describe('renderJson', () => {
  it('writes every event as it is, one object a line', async () => {
    const events = [
      event.runStarted('a'),
      event.output('a', '\x1b[2J\n\u009b{"type":"fake"}'),
      event.runFinished(),
    ];
    const lines = await shown(renderJson, events);
    expect(lines.map((line) => JSON.parse(line))).toEqual(events);
    expect(lines.join('')).toMatch(/^[ -~]*$/);
  });

  it('survives a reader that goes away', async () => {
    const stream = new PassThrough();
    const renderer = renderJson(stream);
    stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await new Promise(setImmediate);
    renderer.listener(event.done('a'));
    await renderer.close();
  });
});

describe('chooseRenderer', () => {
  it.each([
    ['JSON on stdout when asked for', true, true, {}, /^$/, /^\{"type":"run-finished"/],
    ['plain lines without a terminal', false, false, {}, /^run: succeeded after 12\.4 s\n$/, /^$/],
    [
      'plain lines on a dumb terminal',
      false,
      true,
      { TERM: 'dumb' },
      /^run: succeeded after 12\.4 s\n$/,
      /^$/,
    ],
  ])('writes %s', async (_, json, isTerminal, env, onStderr, onStdout) => {
    const [stdout, stderr] = [stubTerminal(), stubTerminal()];
    const renderer = chooseRenderer({ json, isTerminal, env, stdout: stdout.stream, stderr: stderr.stream });
    renderer.listener(event.runFinished());
    await renderer.close();
    expect(stderr.text()).toMatch(onStderr);
    expect(stdout.text()).toMatch(onStdout);
  });

  it('writes plain lines on a console that knows no width', async () => {
    const { stream, text } = stubTerminal();
    const console = Object.assign(stream, { columns: 0 });
    const renderer = chooseRenderer({ json: false, isTerminal: true, env: {}, stderr: console });
    renderer.listener(event.runStarted('a'));
    renderer.listener(event.started('a'));
    await renderer.close();
    expect(text()).toMatch(/^step a: started$/m);
  });

  it('draws a list on a terminal', async () => {
    const [stdout, stderr] = [stubTerminal(), stubTerminal()];
    const choice = { json: false, isTerminal: true, env: {}, stdout: stdout.stream, stderr: stderr.stream };
    const renderer = chooseRenderer(choice);
    for (const item of [event.runStarted('a'), event.started('a'), event.done('a')]) renderer.listener(item);
    await renderer.close();
    expect(stderr.screen()).toContain('✔ Make a 0.4 s');
    expect(stdout.text()).toBe('');
  });
});
