import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sink } from '../collect/sink.ts';
import { DecnetError } from '../errors.ts';
import { maskUrl } from '../services/secrets.ts';
import { safeText } from '../text/safe.ts';
import { alertLine } from './alert.ts';
import { type Clock, realClock } from './clock.ts';
import { type AlertRule, webhooksFor } from './rules.ts';
import { type Sender, startSender } from './sender.ts';
import { openSpool, type Spool } from './spool.ts';

/** Sends what the rules ask for to webhooks. `add` and `flush` never wait for one. */
export interface AlertSink extends Sink {
  /** From now on these rules. What waits for a webhook that none of them names is forgotten. */
  replaceRules(rules: readonly AlertRule[]): Promise<void>;
}

export interface AlertSinkOptions {
  readonly rules: readonly AlertRule[];
  /** Absolute; made if it is not there. Of this sink alone, and of one process at a time. */
  readonly folder: string;
  /** Says a line to whoever runs this, e.g. that a webhook does not answer; holds no secret. */
  readonly tell: (line: string) => void;
  /** Bytes that may wait for each webhook. */
  readonly capacity?: number;
  readonly clock?: Clock;
}

interface Channel {
  readonly spool: Spool;
  readonly sender: Sender;
}

const usualCapacity = 64_000_000;

/** Opens the spools and begins to send what still waits in them. Rejects when the folder cannot be used. */
export async function createAlertSink(options: AlertSinkOptions): Promise<AlertSink> {
  const { folder, tell, capacity = usualCapacity, clock = realClock } = options;
  const channels = new Map<string, Channel>();
  let rules: readonly AlertRule[] = [];

  async function openChannel(webhook: string): Promise<Channel> {
    const told = new Set<string>();
    const onFailure = (error: unknown): void => {
      const reason = error instanceof Error ? error.message : String(error);
      // A message may name one file or another; of a disk that is full, once is enough.
      const kind = reason.split(':')[0] ?? '';
      if (!told.has(kind)) tell(safeText(`Alerts to ${maskUrl(webhook)} cannot be kept on disk: ${reason}`));
      told.add(kind);
    };
    const spool = await openSpool(join(folder, nameOf(webhook)), { capacity, onFailure });
    const sender = startSender(spool, { webhook, clock, tell });
    return { spool, sender };
  }

  async function replaceRules(next: readonly AlertRule[]): Promise<void> {
    const wanted = new Set(next.map(({ webhook }) => webhook));
    for (const webhook of wanted)
      if (!channels.has(webhook)) channels.set(webhook, await openChannel(webhook));
    rules = next;
    for (const [webhook, channel] of channels) {
      if (wanted.has(webhook)) continue;
      channels.delete(webhook);
      await closeChannel(channel);
    }
    await removeOthers(folder, new Set([...wanted].map(nameOf)));
  }

  async function flush(): Promise<void> {
    const flushed = [...channels.values()].map(async ({ spool, sender }) => {
      if (await spool.flush()) sender.wake();
    });
    await Promise.all(flushed);
  }

  await mkdir(folder, { recursive: true, mode: 0o700 })
    .then(() => replaceRules(options.rules))
    .catch((cause: unknown) => {
      throw unusable(folder, cause);
    });

  return {
    replaceRules,
    add: (events) => {
      for (const event of events)
        for (const webhook of webhooksFor(rules, event)) channels.get(webhook)?.spool.add(alertLine(event));
    },
    flush,
    close: async () => {
      await flush();
      await Promise.all([...channels.values()].map(closeChannel));
      channels.clear();
    },
  };
}

async function closeChannel({ spool, sender }: Channel): Promise<void> {
  await sender.stop();
  await spool.close();
}

/** Of a webhook's folder: tells nobody what the webhook is. */
function nameOf(webhook: string): string {
  return createHash('sha256').update(webhook).digest('hex').slice(0, 16);
}

/** Removes the spools of webhooks that no rule names: to where they should go is not known any more. */
async function removeOthers(folder: string, kept: ReadonlySet<string>): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^[0-9a-f]{16}$/.test(name) && !kept.has(name));
  await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

function unusable(folder: string, cause: unknown): DecnetError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DecnetError(`Alerts cannot be kept in ${folder}: ${reason}`, {
    code: 'ALERTS_UNUSABLE',
    hint: 'Free some space or mend the permissions of that folder. What waits in it is in the log, too.',
    cause,
  });
}
