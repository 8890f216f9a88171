import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { renderTerminal } from '../../src/render/terminal.ts';
import * as event from './events.ts';
import { stubTerminal } from './terminal-stub.ts';

it('redraws a few times a second, however much a child prints', async () => {
  const terminal = stubTerminal();
  const renderer = renderTerminal({ stream: terminal.stream, env: {} });
  renderer.listener(event.runStarted('a'));
  renderer.listener(event.started('a'));
  await setTimeout(100);
  const before = terminal.frames().length;
  for (let count = 0; count < 2000; count += 1) renderer.listener(event.output('a', `line ${count}`));
  await setTimeout(250);
  expect(terminal.frames().length - before).toBeLessThan(30);
  expect(terminal.text()).toContain('line 1999');
  await renderer.close();
});
