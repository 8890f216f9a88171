import { maskUrl } from '../services/secrets.ts';
import { pauseAfter } from './backoff.ts';
import type { Clock } from './clock.ts';
import { messageOf } from './message.ts';
import { type Answer, post } from './post.ts';
import type { Batch, Spool } from './spool.ts';

interface SenderOptions {
  readonly webhook: string;
  readonly clock: Clock;
  /** Says a line to whoever runs this. */
  readonly tell: (line: string) => void;
}

/** Delivers what a spool holds, in order, until it is stopped. */
export interface Sender {
  /** Something was added. */
  wake(): void;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

/** Alerts in one message. */
const mostAlerts = 100;

/** What comes within so many milliseconds goes out as one message. */
const gathering = 5_000;

/** Between two messages as long as more alerts wait: what Slack allows. */
const pace = 1_000;

export function startSender(spool: Spool, { webhook, clock, tell }: SenderOptions): Sender {
  const stopped = new AbortController();
  const { signal } = stopped;
  const bell = createBell();
  const shown = maskUrl(webhook);
  let failures = 0;
  let most = mostAlerts;
  let told: string | null = null;

  async function deliverAll(): Promise<void> {
    while (!signal.aborted) {
      const batch = await spool.take(most);
      if (batch === null) {
        await bell.rung();
        await clock.sleep(gathering, signal);
      } else {
        const answer = await post(webhook, messageOf(batch.alerts, batch.dropped), { clock, signal });
        await clock.sleep(await settle(batch, answer), signal);
      }
    }
  }

  /** Draws the consequences of an answer; answers how long to wait then. */
  async function settle(batch: Batch, answer: Answer): Promise<number> {
    if (answer.kind === 'taken') {
      await spool.remove(batch);
      failures = 0;
      most = mostAlerts;
      if (told !== null) tell(`Alerts to ${shown} arrive again.`);
      told = null;
      return batch.isLast ? gathering : pace;
    }
    failures += 1;
    say(answer);
    if (answer.kind === 'failed') return pauseAfter({ count: failures, ...answer }, clock.random);
    await narrow(batch);
    return pauseAfter({ count: failures, retryAfter: null }, clock.random);
  }

  // One alert that a receiver cannot take must not keep back all others: half of the batch, and so on, finds it.
  async function narrow(batch: Batch): Promise<void> {
    const { length } = batch.alerts;
    most = Math.max(1, Math.floor(length / 2));
    if (length === 1) await spool.remove(batch, 'lost');
  }

  function say({ kind, reason }: Exclude<Answer, { kind: 'taken' }>): void {
    if (reason === told) return;
    told = reason;
    const next = {
      failed: 'They are kept and sent again.',
      refused:
        'They are sent in smaller parts; one that is refused by itself is given up, and stays in the log.',
    };
    tell(`Alerts to ${shown} do not arrive (${reason}). ${next[kind]}`);
  }

  const running = deliverAll().catch((error: unknown) => {
    // What ended it then is that it was stopped.
    if (!signal.aborted) tell(`Alerts to ${shown} are not sent any more: ${String(error)}`);
  });
  return {
    wake: bell.ring,
    stop: async () => {
      stopped.abort();
      bell.ring();
      await running;
    },
  };
}

interface Bell {
  readonly ring: () => void;
  readonly rung: () => Promise<void>;
}

/** A ring is heard by whoever waits, or by the next who does. */
function createBell(): Bell {
  let isRung = false;
  let hear: (() => void) | null = null;
  return {
    ring: () => {
      isRung = true;
      hear?.();
    },
    rung: async () => {
      if (!isRung)
        await new Promise<void>((resolve) => {
          hear = resolve;
        });
      isRung = false;
      hear = null;
    },
  };
}
