import type { CollectedEvent } from '../../src/collect/sink.ts';
import { aRecord } from '../logs/records.ts';

/** A login at files-01 as it is collected, with `over` in place of its own values. */
export function anEvent(over: Partial<CollectedEvent> = {}): CollectedEvent {
  return {
    id: '0123456789abcdef0123456789abcdef',
    deployment: 'office',
    ...aRecord({
      time: '2026-02-03T04:05:06.123456789Z',
      session: '00112233aabbccdd',
      fields: { method: 'password', username: 'root', password: 'toor', accepted: 'false' },
      message: 'auth from 198.51.100.200',
    }),
    severity: 5,
    host: { ip: '198.51.100.70', hostname: 'FILES-01' },
    ...over,
  };
}
