import { safeText } from '../text/safe.ts';
import type { Alert } from './alert.ts';

/** So many kinds of alert are told one by one; a message of a chat is read, or it is none. */
const mostKinds = 5;
const mostTried = 3;
const longestValue = 80;

/** Alerts that differ only in what was tried. */
interface Kind {
  readonly head: string;
  readonly verb: string;
  readonly count: number;
  readonly tried: ReadonlySet<string>;
}

/**
 * What people read of a batch, as chats show it: how many of what, where, and from whom. No passwords: a chat is read
 * by more people than a case is. Whatever a visitor chose stands in a code span, where neither Slack nor Mattermost
 * sees mentions, links or markup.
 */
export function summaryOf(alerts: readonly Alert[], dropped: number): string {
  const kinds = kindsOf(alerts);
  const told = kinds.slice(0, mostKinds);
  const others = alerts.length - told.reduce((sum, { count }) => sum + count, 0);
  const parts = [
    ...told.map(kindText),
    ...(others === 0 ? [] : [`${others} more`]),
    ...(dropped === 0 ? [] : [`${dropped} were not kept for this webhook and are in the log alone`]),
  ];
  return `${alerts[0]?.deployment ?? ''}: ${parts.join('; ')}`;
}

function kindsOf(alerts: readonly Alert[]): readonly Kind[] {
  const kinds = new Map<string, Kind>();
  for (const alert of alerts) {
    const head = headOf(alert);
    const { count, tried } = kinds.get(head) ?? { count: 0, tried: new Set<string>() };
    const verb = alert.event === 'egress-denied' ? 'to' : 'as';
    kinds.set(head, { head, verb, count: count + 1, tried: new Set([...tried, ...triedIn(alert)]) });
  }
  return [...kinds.values()];
}

function headOf({ event, decky, service, src_ip: source, accepted }: Alert): string {
  const outcome = accepted === 'true' ? ' let in' : '';
  return `${event}${outcome} on ${decky} ${service}${source === null ? '' : ` from ${code(source)}`}`;
}

function triedIn({ event, username, dst_ip: address, dst_port: port }: Alert): readonly string[] {
  const tried = event === 'egress-denied' ? [text(address), text(port)] : [text(username)];
  const shown = tried.filter((part) => part !== null).join(' port ');
  return shown === '' ? [] : [code(shown)];
}

function kindText({ head, verb, count, tried }: Kind): string {
  const times = count === 1 ? '' : `${count} × `;
  if (tried.size === 0) return `${times}${head}`;
  const first = [...tried].slice(0, mostTried);
  const others = tried.size - first.length;
  return `${times}${head} ${verb} ${first.join(', ')}${others === 0 ? '' : ` and ${others} others`}`;
}

function text(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

// A backtick would end the span. The three characters are all that Slack asks to be escaped in a text.
function code(value: string): string {
  const cut = value.length > longestValue ? `${value.slice(0, longestValue)}…` : value;
  const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '`': "'" };
  return `\`${safeText(cut).replace(/[&<>`]/g, (character) => escapes[character] ?? '')}\``;
}
