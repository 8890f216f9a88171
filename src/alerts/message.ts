import { createHash } from 'node:crypto';
import { jsonLine } from '../text/json-line.ts';
import type { Alert } from './alert.ts';
import { summaryOf } from './summary.ts';

/** What is sent by one POST. */
export interface Message {
  /** The same for the same alerts, also after a restart: a receiver knows by it what it has had. 32 hex digits. */
  readonly id: string;
  /** JSON. */
  readonly body: string;
}

/** `dropped`: how many alerts were not kept for this webhook since the last message that arrived. */
export function messageOf(alerts: readonly Alert[], dropped: number): Message {
  const ids = alerts.map(({ id }) => id).join(',');
  return {
    id: createHash('sha256').update(ids).digest('hex').slice(0, 32),
    body: jsonLine({
      text: summaryOf(alerts, dropped),
      deployment: alerts[0]?.deployment ?? null,
      alerts,
      dropped,
    }),
  };
}
