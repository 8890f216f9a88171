import { describe, expect, it } from 'vitest';
import { createTally, type Touches } from '../../src/live/tally.ts';
import type { LogRecord } from '../../src/logs/record.ts';
import { aRecord } from '../logs/records.ts';

function tallyOf(...records: readonly Partial<LogRecord>[]): Touches {
  const tally = createTally();
  for (const record of records) tally.add(aRecord(record));
  return tally.touches();
}

const at = (second: number): string => `2025-03-01T12:03:0${second}.000000000Z`;
const moment = (second: number): number => Date.parse(at(second));
const denied = { event: 'egress-denied', service: 'base', src_ip: null, dst_port: 53 };

describe('the tally', () => {
  it('is of nothing at first', () => {
    const nothing = { visitors: [], hasForgotten: false, places: [], alarms: [], logins: [], recent: [] };
    expect(tallyOf()).toEqual({ events: 0, ...nothing });
  });

  it('counts by source and by service, the busiest first', () => {
    const { events, visitors, places } = tallyOf(
      { time: at(1), event: 'connect' },
      { time: at(2) },
      { time: at(3), decky: 'web-01', service: 'http', event: 'request' },
      { time: at(4), src_ip: '192.0.2.9', event: 'connect' },
    );
    expect(events).toBe(4);
    expect(visitors).toEqual([
      {
        address: '198.51.100.200',
        events: 3,
        logins: 1,
        last: moment(3),
        deckies: new Set(['files-01', 'web-01']),
        lastPlace: 'web-01 http',
      },
      expect.objectContaining({ address: '192.0.2.9', events: 1, logins: 0, lastPlace: 'files-01 ssh' }),
    ]);
    expect(places).toEqual([
      { decky: 'files-01', service: 'ssh', events: 3, logins: 1, last: moment(4), lastVisitor: '192.0.2.9' },
      {
        decky: 'web-01',
        service: 'http',
        events: 1,
        logins: 0,
        last: moment(3),
        lastVisitor: '198.51.100.200',
      },
    ]);
  });

  it('counts no visit where nobody came, and shows the record all the same', () => {
    const { events, visitors, places, recent } = tallyOf({ event: 'listening', src_ip: null });
    expect([events, visitors, places]).toEqual([0, [], []]);
    expect(recent).toHaveLength(1);
  });

  it('takes a source that is no address for nobody: the decoy was taken over, or the line forged', () => {
    const { events, visitors, places } = tallyOf({ src_ip: '\x1b[2J' }, { src_ip: '2001:db8::1' });
    expect([events, visitors]).toEqual([2, []]);
    expect(places).toMatchObject([{ events: 2, logins: 2, lastVisitor: '?' }]);
  });

  it('shows logins and events the latest first', () => {
    const { logins, recent } = tallyOf(
      { time: at(1), session: 'a' },
      { session: 'b', event: 'connect' },
      { time: at(3), session: 'c' },
    );
    expect(logins.map(({ session }) => session)).toEqual(['c', 'a']);
    expect(recent.map(({ session }) => session)).toEqual(['c', 'b', 'a']);
  });

  it('takes a time that is none for one that is not known, and the last for the last that was', () => {
    expect(tallyOf({ time: 'x' }).visitors).toMatchObject([{ last: 0 }]);
    expect(tallyOf({ time: at(5) }, { time: at(1) }).visitors).toMatchObject([{ last: moment(5) }]);
  });
});

describe('an alarm', () => {
  it('is each destination of a decky, the latest first, and no visit', () => {
    const one = { ...denied, fields: { protocol: 'udp', dst_ip: '203.0.113.9', count: '3' } };
    const other = { ...denied, fields: { protocol: 'icmp', dst_ip: '203.0.113.9' }, dst_port: null };
    const { events, alarms } = tallyOf({ ...one, time: at(1) }, { ...other, time: at(2) }, one, {
      ...other,
      decky: 'web-01',
      time: at(3),
    });
    expect(events).toBe(0);
    expect(alarms.map(({ decky, destination, packets }) => [decky, destination, packets])).toEqual([
      ['files-01', 'udp 203.0.113.9:53', 6],
      ['web-01', 'icmp 203.0.113.9', 1],
      ['files-01', 'icmp 203.0.113.9', 1],
    ]);
  });

  it.each(['', '-1', '1e9', '99999999999', 'NaN', '0x10'])('counts one packet for a count of %j', (count) => {
    expect(tallyOf({ ...denied, fields: { count } }).alarms).toMatchObject([
      { destination: 'several addresses', packets: 1 },
    ]);
  });

  it('names no more of a destination than is of use', () => {
    const { alarms } = tallyOf({ ...denied, fields: { dst_ip: '9'.repeat(65_536) } });
    expect(alarms[0]?.destination).toHaveLength(100);
  });
});

describe('in a flood', () => {
  it('of sources it forgets the quiet ones, keeps the busy, and says so', () => {
    const tally = createTally();
    for (let index = 0; index < 20_000; index += 1) {
      tally.add(aRecord({ src_ip: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}` }));
      if (index % 10 === 0) tally.add(aRecord());
    }
    const { events, visitors, hasForgotten, logins, recent } = tally.touches();
    expect(events).toBe(22_000);
    expect(hasForgotten).toBe(true);
    expect(visitors.length).toBeLessThanOrEqual(2_000);
    expect(visitors[0]).toMatchObject({ address: '198.51.100.200', events: 2_000 });
    expect([logins.length, recent.length]).toEqual([200, 200]);
  });

  it('of names, destinations and no addresses it stays as small', () => {
    const tally = createTally();
    for (let index = 0; index < 20_000; index += 1) {
      tally.add(aRecord({ decky: `decky-${index}`, src_ip: `nobody ${index}` }));
      tally.add(aRecord({ ...denied, fields: { dst_ip: `203.0.113.${index}` } }));
    }
    const { visitors, places, alarms } = tally.touches();
    expect(visitors).toEqual([]);
    expect(places.length).toBeLessThanOrEqual(4_000);
    expect(alarms.length).toBeLessThanOrEqual(200);
    expect(tally.touches().hasForgotten).toBe(false);
  });
});
