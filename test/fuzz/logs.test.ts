import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestLine } from '../../src/docker/log-lines.ts';
import { readLog } from '../../src/docker/logs.ts';
import { collectLogs } from '../../src/logs/collect.ts';
import { formatHuman, formatJson } from '../../src/logs/format.ts';
import { toRecord } from '../../src/logs/record.ts';
import { parseRfc5424 } from '../../src/logs/rfc5424.ts';
import { createPaint } from '../../src/text/paint.ts';
import { frame } from '../docker/frames.ts';
import { logDocker } from '../logs/log-docker.ts';
import { check, patient } from './check.ts';
import { documented, unsafeOnTerminal } from './documented.ts';
import { lineBytes, stamp } from './log-lines.ts';

const origin = { decky: 'files-01', service: 'ssh' };
const paint = createPaint(false, {});
const promised = [
  'time',
  'decky',
  'service',
  'event',
  'src_ip',
  'src_port',
  'dst_port',
  'session',
  'message',
];
/** How long a message may be before the engine splits it. */
const split = 16_384;

/** A line as the engine sends it: in messages of 16 kB, each with the stamp before it. */
function framesOf(time: string, line: Buffer): Buffer {
  const whole = Buffer.concat([line, Buffer.from('\n')]);
  const count = Math.ceil(whole.length / split);
  const parts = Array.from({ length: count }, (_, index) =>
    whole.subarray(index * split, (index + 1) * split),
  );
  return Buffer.concat(parts.map((part) => frame(1, Buffer.concat([Buffer.from(`${time} `), part]))));
}

/** The bytes in chunks of any size, as a socket delivers them. */
function inChunks(bytes: Buffer, sizes: readonly number[]): Readable {
  const chunks: Buffer[] = [];
  for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? bytes.length;
    chunks.push(bytes.subarray(start, start + size));
    start += size;
  }
  return Readable.from(chunks);
}

async function all<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const signal = new AbortController().signal;
const chunkSizes = fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 4 });

describe('whatever a container prints', () => {
  it(
    'comes out as one record a line, that names its decky and service by the container alone',
    patient,
    async () => {
      await check(
        fc.asyncProperty(
          fc.array(fc.tuple(stamp, lineBytes), { maxLength: 4 }),
          chunkSizes,
          async (lines, sizes) => {
            const bytes = Buffer.concat(lines.map(([time, line]) => framesOf(time, line)));
            const read = await all(readLog(inChunks(bytes, sizes), { signal }));
            expect(read).toHaveLength(lines.length);
            for (const line of read) {
              expect(line.text.length).toBeLessThan(longestLine + 20);
              const record = toRecord(line, origin);
              expect(record).toMatchObject(origin);
              const json = formatJson(record);
              expect(json).not.toMatch(unsafeOnTerminal);
              const parsed: Record<string, unknown> = JSON.parse(json);
              expect(Object.keys(parsed)).toEqual(expect.arrayContaining(promised));
              expect(parsed).toMatchObject({
                ...origin,
                event: record.event,
                message: record.message.toWellFormed(),
              });
              expect(Object.keys(parsed)).toHaveLength(promised.length + Object.keys(record.fields).length);
              for (const port of [parsed.src_port, parsed.dst_port])
                expect(port).toSatisfy((value: unknown) => value === null || Number.isInteger(value));
              if (record.event === 'raw') expect(record.fields).toEqual({});
              expect(formatHuman(record, paint)).not.toMatch(unsafeOnTerminal);
              expect(formatHuman(record, paint)).toMatch(/^[\d:-]{8} files-01 ssh \S+ /);
            }
          },
        ),
        150,
      );
    },
  );

  it('may be no stream of the engine’s at all: that is told, and nothing else', patient, async () => {
    await check(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), chunkSizes, async (bytes, sizes) => {
        await all(readLog(inChunks(Buffer.from(bytes), sizes), { signal })).catch((error: unknown) => {
          // Exit code 1, or whatever a stream that broke is told as: never a bug.
          expect(documented(error).code).toBe('LOG_STREAM_INVALID');
        });
      }),
      150,
    );
  });

  it('is read whole up to where the stream broke off', patient, async () => {
    await check(
      fc.asyncProperty(lineBytes, fc.nat(), async (line, cut) => {
        const whole = framesOf('2026-02-03T04:05:06.789000000Z', Buffer.from('first'));
        const bytes = Buffer.concat([whole, framesOf('2026-02-03T04:05:07.789000000Z', line)]);
        const broken = bytes.subarray(0, whole.length + (cut % (bytes.length - whole.length)));
        const [first] = await all(readLog(inChunks(broken, [1_000]), { signal }));
        expect(first?.text).toBe('first');
      }),
      50,
    );
  });
});

it('a line of a megabyte, ours or not, hangs nothing', patient, () => {
  for (const piece of ['\\"', '\\\\', ' a="b"', '[', '"', ']', '\u202e', '🐙', ' ', '<134>1 ']) {
    const long = piece.repeat(1_000_000 / Buffer.byteLength(piece));
    const line = `<134>1 2026-02-03T04:05:06Z h a 1 auth [decnet@32473 x="${long}"] ${long}`;
    const started = performance.now();
    for (const each of [line, long]) {
      parseRfc5424(each);
      formatHuman(toRecord({ time: '', stream: 'stdout', text: each }, origin), paint);
    }
    expect(performance.now() - started, piece).toBeLessThan(20_000);
  }
});

it(
  'reading on never asks the engine for a time that is none, nor for one before what was read',
  patient,
  async () => {
    await check(
      fc.asyncProperty(fc.array(stamp, { minLength: 1, maxLength: 5 }), async (stamps) => {
        const line = (time: string) => ({ time, stream: 'stdout' as const, text: 'x' });
        const news = [stamps.map(line), [line('2026-02-03T04:05:08.000000000Z')]];
        const docker = logDocker([{ id: 'ssh', ...origin, history: stamps.map(line), news }]);
        const stop = new AbortController();
        const options = {
          follow: true,
          signal: stop.signal,
          onLost: () => {},
          sleep: async () => {},
          now: () => 0,
        };
        const records = collectLogs(docker, [{ id: 'ssh', ...origin }], options);
        for await (const record of records) if (record.time.includes('05:08')) stop.abort();
        await setImmediate();
        const asked = docker.asked
          .flatMap(({ options: { since } }) => since ?? [])
          .map((since) => Date.parse(since));
        expect(asked.every((moment, index) => moment >= (asked[index - 1] ?? Number.NEGATIVE_INFINITY))).toBe(
          true,
        );
      }),
      20,
    );
  },
);
