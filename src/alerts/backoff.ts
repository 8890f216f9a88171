interface Failures {
  /** In a row; 1 after the first. */
  readonly count: number;
  /** What the server asked for, milliseconds; null when it did not. */
  readonly retryAfter: number | null;
}

const first = 1_000;
const longest = 300_000;

/** A server that asks for more is mistaken, or wants to be rid of us: an alert that waits for a day is none. */
const longestAsked = 3_600_000;

/**
 * Milliseconds until the next try: 1 s, doubled with every failure up to 5 min, half of it drawn, so that many senders
 * do not come back at once; never sooner than the server asks for. `random` is in [0, 1).
 */
export function pauseAfter({ count, retryAfter }: Failures, random: () => number): number {
  const full = Math.min(first * 2 ** Math.min(count - 1, 30), longest);
  const own = full / 2 + (full / 2) * random();
  return Math.max(own, Math.min(retryAfter ?? 0, longestAsked));
}

/** `Retry-After` (RFC 9110, section 10.2.3) in milliseconds; null when there is none that can be read. */
export function parseRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  if (/^\d{1,12}$/.test(value)) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
