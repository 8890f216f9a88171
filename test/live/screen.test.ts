import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawScreen, type Size } from '../../src/live/screen.ts';
import { createTally } from '../../src/live/tally.ts';
import type { Seen } from '../../src/live/watch.ts';
import type { LogRecord } from '../../src/logs/record.ts';
import { widthOf } from '../../src/text/columns.ts';
import { createPaint } from '../../src/text/paint.ts';
import { check } from '../fuzz/check.ts';
import { unsafeOnTerminal } from '../fuzz/documented.ts';
import { aRecord } from '../logs/records.ts';

beforeAll(() => {
  process.env.TZ = 'UTC';
});

const now = Date.parse('2025-03-01T12:04:00Z');
const frame = { deployment: 'office', since: '2025-03-01T11:04:00Z', now };
const plain = createPaint(false, {});

function seenOf(records: readonly Partial<LogRecord>[], changes: Partial<Seen> = {}): Seen {
  const tally = createTally();
  for (const record of records) tally.add(aRecord(record));
  return { touches: tally.touches(), isReading: false, trouble: null, ...changes };
}

function draw(seen: Seen, size: Partial<Size> = {}): readonly string[] {
  return drawScreen(seen, frame, { columns: 120, rows: 40, ...size }, plain);
}

const alarm = {
  event: 'egress-denied',
  service: 'base',
  src_ip: null,
  dst_port: 443,
  fields: { protocol: 'tcp', dst_ip: '203.0.113.9', count: '3' },
};

describe('the screen', () => {
  it('shows who is touching what', () => {
    const lines = draw(
      seenOf([
        { fields: { username: 'root', password: 'letmein', accepted: 'false' } },
        {
          time: '2025-03-01T12:03:50Z',
          decky: 'web-01',
          service: 'http',
          fields: { username: 'admin', password: 'x y', accepted: 'true' },
        },
        { ...alarm, decky: 'web-01', time: '2025-03-01T12:03:58Z' },
      ]),
    );
    expect(lines).toEqual([
      'office: 2 events from 1 source on 2 deckies since 11:04:00. q quits',
      'ALARM egress-denied: web-01 called tcp 203.0.113.9:443, 3 refused, 2 s ago',
      '',
      'SOURCE          EVENTS  LOGINS  DECKIES  AGO   LAST ON',
      '198.51.100.200  2       2       2        10 s  web-01 http',
      '',
      'DECKY     SERVICE  EVENTS  LOGINS  AGO   LAST FROM',
      'web-01    http     1       1       10 s  198.51.100.200',
      'files-01  ssh      1       1       16 s  198.51.100.200',
      '',
      'LOGIN FROM      ON            AGO   RESULT   USERNAME  PASSWORD OR PROOF',
      '198.51.100.200  web-01 http   10 s  let in   admin     "x y"',
      '198.51.100.200  files-01 ssh  16 s  refused  root      letmein',
      '',
      'EVENTS, THE LATEST FIRST',
      '12:03:58 web-01 base egress-denied - protocol=tcp dst_ip=203.0.113.9 count=3 dst_port=443',
      '12:03:50 web-01 http auth 198.51.100.200:41234 username=admin password="x y" accepted=true',
      '12:03:44 files-01 ssh auth 198.51.100.200:41234 username=root password=letmein accepted=false',
    ]);
  });

  it.each([
    [{ client_id: 'sensor', token: 't0k' }, 'refused  sensor    t0k'],
    [{ username: 'x', hashcat: '$krb5' }, 'refused  x         $krb5'],
    [{ username: 'x', fingerprint: 'SHA256:x' }, 'refused  x         SHA256:x'],
    [{ username: 'x', method: 'none' }, 'refused  x         - none'],
    [{}, 'refused  -         -'],
    [{ username: '', password: '' }, 'refused  ""        ""'],
  ])('shows of a login with %j what proves it', (fields, cells) => {
    const [shown = ''] = draw(seenOf([{ fields }])).filter((line) => line.includes('refused'));
    expect(shown.endsWith(cells)).toBe(true);
  });

  it('says whether nobody came or the past is still being read', () => {
    expect(draw(seenOf([]))).toEqual(['office: nobody came since 11:04:00. q quits']);
    const reading = draw(seenOf([], { isReading: true }));
    expect(reading).toEqual(['office: reading what was logged since 11:04:00. q quits']);
  });

  it('says when sources were so many that some were forgotten', () => {
    const many = Array.from({ length: 2_001 }, (_, index) => ({
      src_ip: `10.0.${index >> 8}.${index & 255}`,
    }));
    expect(draw(seenOf(many))[0]).toMatch(/2001 events from more than 1001 sources on 1 decky/);
  });

  it('counts the alarms that it does not show', () => {
    const alarms = Array.from({ length: 5 }, (_, index) => ({ ...alarm, dst_port: index + 1 }));
    const shown = draw(seenOf(alarms)).filter((line) => line.startsWith('ALARM'));
    expect(shown).toHaveLength(4);
    expect(shown[3]).toBe('ALARM egress-denied: 2 other destinations');
  });

  it('tells of trouble with reading, and goes on', () => {
    const lines = draw(seenOf([{}], { trouble: { text: 'cannot read\x1b[2J', at: now - 3_000 } }));
    expect(lines[1]).toBe('3 s ago: cannot read\\x1b[2J');
    expect(lines).toContain('EVENTS, THE LATEST FIRST');
  });

  it('shares a small window out, so that no part starves another', () => {
    const many = Array.from({ length: 50 }, (_, index) => ({
      src_ip: `192.0.2.${index}`,
      service: `s${index}`,
    }));
    const heads = (rows: number): readonly string[] =>
      draw(seenOf(many), { rows }).flatMap((line) => /^(SOURCE|DECKY|LOGIN|EVENTS)/.exec(line)?.[0] ?? []);
    expect(draw(seenOf(many), { rows: 24 })).toHaveLength(24);
    expect(heads(24)).toEqual(['SOURCE', 'DECKY', 'LOGIN', 'EVENTS']);
    expect(heads(13)).toEqual(['SOURCE', 'DECKY', 'LOGIN', 'EVENTS']);
    expect(heads(7)).toEqual(['SOURCE', 'DECKY']);
    expect(heads(2)).toEqual([]);
  });

  it('keeps colours out of what is measured', () => {
    const lines = drawScreen(seenOf([alarm]), frame, { columns: 30, rows: 10 }, createPaint(true, {}));
    expect(lines[1]).toBe('\x1b[31mALARM egress-denied: files-01…\x1b[39m');
  });
});

describe('whatever visitors send, the screen', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom(
      '\x1b[2J\x1b]0;x\x07',
      '文'.repeat(300),
      '\u0301'.repeat(70_000),
      '🇩🇪👍🏽',
      '\u202e',
      '\r\n',
      '',
    ),
  );
  const record = fc.record({
    time: fc.oneof(fc.constant('2025-03-01T12:03:44Z'), nasty),
    decky: nasty,
    service: nasty,
    event: fc.oneof(fc.constantFrom('auth', 'egress-denied', 'raw'), nasty),
    src_ip: fc.oneof(fc.constantFrom(null, '192.0.2.1'), nasty),
    dst_port: fc.constantFrom(null, 65_535),
    fields: fc.dictionary(
      fc.oneof(
        fc.constantFrom('username', 'password', 'method', 'dst_ip', 'protocol', 'count', '__proto__'),
        nasty,
      ),
      nasty,
      { maxKeys: 4 },
    ),
    message: nasty,
  });

  it('is never wider or higher than the window, and moves no cursor', async () => {
    await check(
      fc.property(
        fc.array(record, { maxLength: 8 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 60 }),
        nasty,
        (records, columns, rows, text) => {
          const seen = seenOf(records, { trouble: { text, at: now } });
          const lines = draw(seen, { columns, rows });
          expect(lines.length).toBeLessThanOrEqual(rows);
          for (const line of lines) {
            expect(widthOf(line)).toBeLessThanOrEqual(columns);
            expect(line).not.toMatch(unsafeOnTerminal);
          }
        },
      ),
      200,
    );
  });

  it('is drawn quickly though its values are as long as they may be', () => {
    const long = { username: 'a\u0301\x1b'.repeat(20_000), password: '文'.repeat(60_000) };
    const seen = seenOf(Array.from({ length: 200 }, () => ({ fields: long, message: long.username })));
    const started = performance.now();
    draw(seen, { columns: 400, rows: 100 });
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
