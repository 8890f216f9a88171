import { randomBytes } from 'node:crypto';
import type { ResolvedFleet } from '../fleet/resolved.ts';
import { maskUrl } from '../services/secrets.ts';
import type { Alert } from './alert.ts';
import type { Clock } from './clock.ts';
import { messageOf } from './message.ts';
import { post } from './post.ts';

/** What a webhook made of a test. */
export interface Trial {
  /** Without what is secret of it. */
  readonly webhook: string;
  readonly ok: boolean;
  /** `HTTP 200`, or why it failed. */
  readonly result: string;
}

/** Sends an alert of the event `test` to each webhook of a fleet, once. */
export async function tryWebhooks(
  fleet: ResolvedFleet,
  context: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<readonly Trial[]> {
  const webhooks = [...new Set(fleet.alerts.map(({ webhook }) => webhook))];
  return Promise.all(
    webhooks.map(async (webhook) => {
      const message = messageOf([testAlert(fleet, context.clock.now())], 0);
      const answer = await post(webhook, message, context);
      const isTaken = answer.kind === 'taken';
      const result = isTaken ? `HTTP ${answer.status}` : answer.reason;
      return { webhook: maskUrl(webhook), ok: isTaken, result };
    }),
  );
}

// Its id is drawn, so that a receiver does not take a second test for the first.
function testAlert({ name, deckies }: ResolvedFleet, now: number): Alert {
  const [decky] = deckies;
  return {
    id: randomBytes(16).toString('hex'),
    time: new Date(now).toISOString(),
    deployment: name,
    decky: decky?.name ?? '',
    service: decky?.services[0]?.name ?? '',
    event: 'test',
    src_ip: null,
    message: 'Sent by decnet alerts test: nobody has touched anything',
  };
}
