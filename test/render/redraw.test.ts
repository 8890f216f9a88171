import { expect, it, vi } from 'vitest';
import { renderTerminal } from '../../src/render/terminal.ts';
import * as event from './events.ts';
import { stubTerminal } from './terminal-stub.ts';

/** Milliseconds; listr2 is loaded at the first run. */
const patience = 5_000;

it('redraws a few times a second, however much a child prints', async () => {
  const terminal = stubTerminal();
  const renderer = renderTerminal({ stream: terminal.stream, env: {} });
  renderer.listener(event.runStarted('a'));
  renderer.listener(event.started('a'));
  await vi.waitFor(() => expect(terminal.text()).toContain('Make a'), patience);
  const before = terminal.frames().length;
  for (let count = 0; count < 2000; count += 1) renderer.listener(event.output('a', `line ${count}`));
  await vi.waitFor(() => expect(terminal.text()).toContain('line 1999'), patience);
  // A redraw a line would be two thousand.
  expect(terminal.frames().length - before).toBeLessThan(100);
  await renderer.close();
});
