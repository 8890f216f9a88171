import { describe, expect, it } from 'vitest';
import { type Filter, toAccepts } from '../../src/logs/filter.ts';
import type { LogRecord } from '../../src/logs/record.ts';
import { aRecord } from './records.ts';

/** 198.51.100.0/24 and 192.0.2.7. */
const visitors = [
  { address: 0xc6336400, prefix: 24 },
  { address: 0xc0000207, prefix: 32 },
];

function accepts(filter: Filter, record: Partial<LogRecord>): boolean | undefined {
  return toAccepts(filter)?.(aRecord(record));
}

describe('toAccepts', () => {
  it('is nothing to ask where everything is let through', () => {
    expect(toAccepts({})).toBe(null);
    expect(toAccepts({ visitors: [], events: [] })).toBe(null);
  });

  it.each<[string | null, boolean]>([
    ['198.51.100.0', true],
    ['198.51.100.255', true],
    ['192.0.2.7', true],
    ['192.0.2.8', false],
    ['198.51.101.0', false],
    [null, false],
    ['2001:db8::1', false],
    ['198.51.100.07', false],
    ['198.51.100.7 ', false],
    ['', false],
  ])('of the source %j says %s', (source, isAccepted) => {
    expect(accepts({ visitors }, { src_ip: source })).toBe(isAccepted);
  });

  it('takes an event for its whole name', () => {
    const events = ['auth', 'egress-denied'];
    const named = ['auth', 'egress-denied', 'authx', 'AUTH', 'raw', '', 'constructor'];
    expect(named.filter((event) => accepts({ events }, { event }))).toEqual(events);
  });

  it('wants both the source and the event to fit', () => {
    const both = { visitors, events: ['auth'] };
    expect(accepts(both, { event: 'auth', src_ip: '192.0.2.7' })).toBe(true);
    expect(accepts(both, { event: 'auth', src_ip: '192.0.2.9' })).toBe(false);
    expect(accepts(both, { event: 'connect', src_ip: '192.0.2.7' })).toBe(false);
  });
});
