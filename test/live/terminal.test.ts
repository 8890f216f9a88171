import { expect, it } from 'vitest';
import { openTerminal } from '../../src/live/terminal.ts';
import { FakeInput, FakeOutput } from './fake-terminal.ts';

function open(input = new FakeInput(), output = new FakeOutput()) {
  const heard: string[] = [];
  const terminal = openTerminal(input, output, {
    onKey: (key) => heard.push(key),
    onGone: () => heard.push('gone'),
  });
  return { input, output, heard, terminal };
}

it('takes the terminal over, and gives it back as it was', () => {
  const { input, output, terminal } = open();
  expect(output.text()).toBe('\x1b[?1049h\x1b[?25l\x1b[?7l');
  expect(input.isRaw).toBe(true);
  terminal.close();
  expect(output.text()).toBe('\x1b[?7h\x1b[?25h\x1b[?1049l');
  expect(input.isRaw).toBe(false);
  expect(input.listenerCount('data')).toBe(0);
  expect(input.isPaused()).toBe(true);
});

it('tells each key, also of several that come at once', async () => {
  const { input, heard } = open();
  input.write('aq\x03');
  await new Promise(setImmediate);
  expect(heard).toEqual(['a', 'q', '\x03']);
});

it('reads no keys from what is no keyboard', async () => {
  const input = new FakeInput();
  input.isTTY = false;
  const { terminal, heard } = open(input);
  input.write('q');
  await new Promise(setImmediate);
  terminal.close();
  expect([input.isRaw, heard]).toEqual([false, []]);
});

it('writes only the lines that are others than before', () => {
  const { output, terminal } = open();
  output.text();
  terminal.draw(['a', 'b', 'c']);
  expect(output.text()).toBe('\x1b[2J\x1b[1;1H\x1b[2Ka\x1b[2;1H\x1b[2Kb\x1b[3;1H\x1b[2Kc');
  terminal.draw(['a', 'x']);
  expect(output.text()).toBe('\x1b[2;1H\x1b[2Kx\x1b[3;1H\x1b[2K');
  terminal.draw(['a', 'x']);
  expect(output.text()).toBe('');
});

it('draws all anew in a window of another size', () => {
  const { output, terminal } = open();
  terminal.draw(['a']);
  output.text();
  output.columns = 100;
  terminal.draw(['a']);
  expect(output.text()).toBe('\x1b[2J\x1b[1;1H\x1b[2Ka');
  expect(terminal.size()).toEqual({ columns: 100, rows: 24 });
});

it('takes a size that is not known for the usual one', () => {
  const output = new FakeOutput();
  Object.assign(output, { columns: 0, rows: undefined });
  expect(open(new FakeInput(), output).terminal.size()).toEqual({ columns: 80, rows: 24 });
});

it('leaves pictures out on a line that is too slow, and makes up for them', () => {
  const { output, terminal } = open();
  output.text();
  output.slow(true);
  terminal.draw(['a']);
  expect(output.text()).toBe('');
  output.slow(false);
  terminal.draw(['b']);
  expect(output.text()).toBe('\x1b[2J\x1b[1;1H\x1b[2Kb');
});

it('tells when nobody reads any more, on either side, and after its end too', () => {
  const { input, output, heard, terminal } = open();
  output.emit('error', new Error('write EIO'));
  input.emit('error', new Error('read EIO'));
  terminal.close();
  output.emit('error', new Error('write EIO'));
  expect(heard).toEqual(['gone', 'gone', 'gone']);
});
