import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../src/docker/docker.ts';
import { createLineAssembler, cutMark, longestLine } from '../../src/docker/log-lines.ts';

const time = '2026-01-01T00:00:00.123456789Z';
const later = '2026-01-01T00:00:01.000000000Z';

function assemble(...messages: readonly (string | Buffer)[]): readonly LogLine[] {
  const assembler = createLineAssembler();
  const lines = messages.flatMap((message) =>
    assembler.push({
      stream: 'stdout',
      payload: Buffer.concat([Buffer.from(`${time} `), Buffer.from(message)]),
    }),
  );
  return [...lines, ...assembler.end()];
}

describe('lines of a log', () => {
  it('are told with the time that Docker stamped them with', () => {
    expect(assemble('hello\n')).toEqual([{ time, stream: 'stdout', text: 'hello' }]);
  });

  it('are put together from messages, each with a stamp of its own', () => {
    expect(assemble('one ', 'two ', 'three\n', 'four\n').map(({ text }) => text)).toEqual([
      'one two three',
      'four',
    ]);
  });

  it('keep the time of their beginning', () => {
    const { push } = createLineAssembler();
    push({ stream: 'stdout', payload: Buffer.from(`${time} a`) });
    expect(push({ stream: 'stdout', payload: Buffer.from(`${later} b\n`) })[0]?.time).toBe(time);
  });

  it('of two streams do not mix', () => {
    const { push } = createLineAssembler();
    push({ stream: 'stdout', payload: Buffer.from(`${time} out`) });
    expect(push({ stream: 'stderr', payload: Buffer.from(`${time} err\n`) })).toEqual([
      { time, stream: 'stderr', text: 'err' },
    ]);
  });

  it('are whole at the end though no newline came', () => {
    expect(assemble('half').map(({ text }) => text)).toEqual(['half']);
  });

  it('keep a character that was cut in two', () => {
    const bytes = Buffer.from('ü\n');
    expect(assemble(bytes.subarray(0, 1), bytes.subarray(1))[0]?.text).toBe('ü');
  });

  it('survive what is not UTF-8', () => {
    expect(assemble(Buffer.from([0x61, 0xff, 0x62, 0x0a]))[0]?.text).toBe('a\ufffdb');
  });

  it('may be empty, and are not taken for a stamp that they only resemble', () => {
    expect(assemble('\n', `${later} in the text\n`).map(({ text }) => text)).toEqual([
      '',
      `${later} in the text`,
    ]);
  });

  it('are cut with a mark when they have no end', () => {
    const [line, next] = assemble('x'.repeat(longestLine), 'more', '\n', 'next\n');
    expect(line?.text).toBe('x'.repeat(longestLine) + cutMark);
    expect(next?.text).toBe('next');
  });

  it('that just fit are not marked', () => {
    expect(assemble('x'.repeat(longestLine), '\n')[0]?.text).toHaveLength(longestLine);
  });
});
