import type { Alert } from '../../src/alerts/alert.ts';
import type { CollectedEvent } from '../../src/collect/sink.ts';
import { anEvent } from '../collect/an-event.ts';

/** A login at the decky files-01, number `index`. */
export function login(index: number, over: Partial<CollectedEvent> = {}): CollectedEvent {
  return anEvent({ id: index.toString(16).padStart(32, '0'), ...over });
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
