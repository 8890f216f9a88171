import { describe, expect, it } from 'vitest';
import { beginning, type Place, readFrom, sinceOf } from '../../src/collect/place.ts';
import type { LogLine } from '../../src/docker/docker.ts';

const now = Date.parse('2026-01-01T01:00:00Z');

function line(nanoseconds: number, text: string, stream: LogLine['stream'] = 'stdout'): LogLine {
  return { time: `2026-01-01T00:00:00.${String(nanoseconds).padStart(9, '0')}Z`, stream, text };
}

/** What a reading from a place takes of these lines, with their ordinals, and where it ends. */
function read(place: Place, lines: readonly LogLine[]): { taken: string[]; place: Place } {
  const reading = readFrom(place, sinceOf(place, now));
  const taken = lines.flatMap((one) => {
    const ordinal = reading.take(one);
    return ordinal === null ? [] : [`${one.text} ${ordinal}`];
  });
  return { taken, place: reading.place() };
}

describe('where to read on', () => {
  it('is the beginning where nothing was read', () => {
    expect(sinceOf(beginning, now)).toBeUndefined();
  });

  it('is a little before the later of both streams', () => {
    const stdout = { time: '2026-01-01T00:00:20.5Z', count: 1 };
    expect(sinceOf({ stdout, stderr: { time: '2026-01-01T00:00:05Z', count: 1 } }, now)).toBe(
      '2026-01-01T00:00:10.500Z',
    );
  });

  it('is the beginning where the place lies in the future: the clock was set back', () => {
    const place = { stdout: { time: '2026-01-01T02:00:00Z', count: 1 } };
    expect(sinceOf(place, now)).toBeUndefined();
    expect(read(place, [line(1, 'a')]).taken).toEqual(['a 0']);
  });
});

describe('a reading', () => {
  const log = [line(1, 'a'), line(1, 'a'), line(1, 'b', 'stderr'), line(2, 'c'), line(2, 'd'), line(3, 'e')];
  const all = ['a 0', 'a 1', 'b 0', 'c 0', 'd 1', 'e 0'];

  it('numbers lines of one stream and moment', () => {
    expect(read(beginning, log).taken).toEqual(all);
  });

  it('goes on after every line with just the rest, with the numbers that they had', () => {
    for (let count = 0; count <= log.length; count += 1) {
      const { taken, place } = read(beginning, log.slice(0, count));
      expect([...taken, ...read(place, log).taken]).toEqual(all);
    }
  });

  it('takes what is behind its place, though the clock was set back meanwhile', () => {
    const lines = [line(5, 'a'), line(6, 'b'), line(2, 'c'), line(3, 'd')];
    const { place } = read(beginning, lines.slice(0, 2));
    expect(read(place, lines).taken).toEqual(['c 0', 'd 0']);
  });

  it('takes what comes first where its own line is no more, as after a rotation of the log', () => {
    const { place } = read(beginning, [line(1, 'a'), line(2, 'b')]);
    expect(read(place, [line(7, 'c')]).taken).toEqual(['c 0']);
  });

  it('takes a line of the other stream that ended late', () => {
    const { place } = read(beginning, [line(9, 'quick', 'stderr')]);
    expect(read(place, [line(1, 'long'), line(9, 'quick', 'stderr')]).taken).toEqual(['long 0']);
  });

  it('takes a line without a time, which is no place', () => {
    const { taken, place } = read(beginning, [{ time: '', stream: 'stdout', text: 'odd' }]);
    expect(taken).toEqual(['odd 0']);
    expect(place).toEqual(beginning);
  });
});
