import type { Alert } from '../../src/alerts/alert.ts';
import type { CollectedEvent } from '../../src/collect/sink.ts';

/** A login at the decky files-01, number `index`. */
export function login(index: number, over: Partial<CollectedEvent> = {}): CollectedEvent {
  return {
    id: index.toString(16).padStart(32, '0'),
    deployment: 'office',
    severity: 5,
    host: { ip: '198.51.100.70', hostname: 'FILES-01' },
    time: '2026-02-03T04:05:06.000000000Z',
    decky: 'files-01',
    service: 'ssh',
    event: 'auth',
    src_ip: '198.51.100.200',
    src_port: 41234,
    dst_port: 22,
    session: 'abcdef0123456789',
    fields: { username: 'root', password: 'toor', accepted: 'false' },
    message: 'auth from 198.51.100.200',
    ...over,
  };
}

export function logins(from: number, count: number): CollectedEvent[] {
  return Array.from({ length: count }, (_, index) => login(from + index));
}

/** What a webhook gets of a login, with `over` in place of its own values. */
export function alert(over: Readonly<Record<string, unknown>> = {}): Alert {
  return {
    id: '0'.repeat(32),
    deployment: 'office',
    decky: 'files-01',
    service: 'ssh',
    event: 'auth',
    src_ip: '198.51.100.200',
    username: 'root',
    password: 'toor',
    ...over,
  };
}
