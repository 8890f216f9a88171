import { describe, expect, it } from 'vitest';
import { createDemultiplexer } from '../../src/docker/demux.ts';
import { frame } from './frames.ts';

describe('a multiplexed stream', () => {
  it('comes apart the same however it was cut into chunks', () => {
    const bytes = Buffer.concat([frame(1, 'one\n'), frame(2, 'two\n'), frame(1, '')]);
    for (let size = 1; size <= bytes.length; size++) {
      const demultiplex = createDemultiplexer();
      const frames = [];
      for (let start = 0; start < bytes.length; start += size) {
        frames.push(...demultiplex(bytes.subarray(start, start + size)));
      }
      expect(frames.map(({ stream, payload }) => `${stream} ${payload}`)).toEqual([
        'stdout one\n',
        'stderr two\n',
        'stdout ',
      ]);
    }
  });

  it.each([
    ['plain text', Buffer.from('2026-01-01T00:00:00Z hello')],
    ['a frame of a gigabyte', Buffer.from([1, 0, 0, 0, 0x40, 0, 0, 0])],
  ])('is refused when it is %s', (_what, bytes) => {
    expect(() => createDemultiplexer()(bytes)).toThrow(/no multiplexed stream/);
  });
});
