import { safeText } from '../text/safe.ts';
import { parseRetryAfter } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { Message } from './message.ts';

/** What came of a POST. `reason` is safe to print and holds nothing of the URL. */
export type Answer =
  | { readonly kind: 'taken'; readonly status: number }
  /** The receiver has read it and wants no such message: another may be welcome. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** May go well later: the receiver is not there, not well, or not set up. */
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfter: number | null };

const timeout = 10_000;
const refusals: ReadonlySet<number> = new Set([400, 413, 415, 422]);

/**
 * Sends a message to a webhook. Never rejects, unless `signal` ends it. Redirects are not followed: they would carry
 * what attackers typed, and the credentials of the URL, to somewhere that nobody has named.
 */
export async function post(
  webhook: string,
  message: Message,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Answer> {
  // Not AbortSignal.any: on Node 20 it never forgets (nodejs/node#54614), and this runs for months.
  const ended = new AbortController();
  const end = (): void => ended.abort();
  let isLate = false;
  const cancel = clock.after(timeout, () => {
    isLate = true;
    end();
  });
  signal.addEventListener('abort', end, { once: true });
  try {
    signal.throwIfAborted();
    const { url, headers } = addressOf(webhook);
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': message.id },
      body: message.body,
      redirect: 'manual',
      signal: ended.signal,
    });
    // The status says it all; an answer without end is not read.
    await response.body?.cancel().catch(() => {});
    return answerOf(response, clock.now());
  } catch (error) {
    signal.throwIfAborted();
    const reason = isLate ? `no answer within ${timeout / 1_000} s` : reasonOf(error);
    return { kind: 'failed', reason, retryAfter: null };
  } finally {
    signal.removeEventListener('abort', end);
    cancel();
  }
}

// `fetch` refuses a URL with credentials in it.
function addressOf(webhook: string): {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
} {
  const url = new URL(webhook);
  const { username, password } = url;
  if (username === '' && password === '') return { url, headers: {} };
  url.username = '';
  url.password = '';
  const pair = `${decoded(username)}:${decoded(password)}`;
  return { url, headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function answerOf({ ok, status, headers }: Response, now: number): Answer {
  if (ok) return { kind: 'taken', status };
  const reason = `HTTP ${status}`;
  if (refusals.has(status)) return { kind: 'refused', reason };
  if (status >= 300 && status < 400)
    return {
      kind: 'failed',
      reason: `${reason}, a redirect; give the URL that it leads to`,
      retryAfter: null,
    };
  return { kind: 'failed', reason, retryAfter: parseRetryAfter(headers.get('retry-after'), now) };
}

// Only the code, e.g. ECONNREFUSED: a message may quote the URL.
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string')
    return safeText(cause.code);
  return 'the connection failed';
}
