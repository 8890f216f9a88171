import { scanElement } from './structured-data.ts';

/** One line of a decoy's log, as `templates/shared/decnet_logging.py` prints it. */
export interface SyslogLine {
  /** 0 (emergency) to 7 (debug). */
  readonly severity: number;
  /** RFC 3339; null for `-`. */
  readonly time: string | null;
  readonly hostname: string | null;
  readonly appName: string | null;
  readonly processId: string | null;
  /** MSGID: the type of the event. */
  readonly event: string;
  /** Parameters of the structured data, unescaped. Claims of whoever printed the line. */
  readonly params: Readonly<Record<string, string>>;
  readonly message: string;
}

const facility = 16; // local0, RFC 5424 section 6.2.1
const elementId = 'decnet@32473';

// RFC 5424 section 6: PRI VERSION SP TIMESTAMP SP HOSTNAME SP APP-NAME SP PROCID SP MSGID SP, each at its full length.
const header =
  /^<(0|[1-9]\d{0,2})>1 (-|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) /;

/**
 * Reads a line by RFC 5424, section 6. Null for anything else, and for what our helper never prints: another
 * facility, a missing MSGID, an element that is not `decnet@32473`, a name twice, a wrong escape, a control character.
 */
export function parseRfc5424(line: string): SyslogLine | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a control character is what is looked for.
  if (/[\x00-\x1f\x7f]/.test(line)) return null;
  const match = header.exec(line);
  if (match === null) return null;
  const [whole, priority = '', time = '-', hostname = '-', appName = '-', processId = '-', event = '-'] =
    match;
  const severity = Number(priority) - facility * 8;
  if (severity < 0 || severity > 7 || event === '-') return null;
  if (time !== '-' && Number.isNaN(Date.parse(time))) return null;
  const element = scanElement(line, whole.length);
  if (element === null || element.id !== elementId) return null;
  const message = messageAfter(line, element.end);
  if (message === null) return null;
  return {
    severity,
    time: orNull(time),
    hostname: orNull(hostname),
    appName: orNull(appName),
    processId: orNull(processId),
    event,
    params: element.params,
    message,
  };
}

// Nothing, or a space and the message, which may begin with a byte order mark (section 6.4).
function messageAfter(line: string, end: number): string | null {
  if (end === line.length) return '';
  return line[end] === ' ' ? line.slice(end + 1).replace(/^\ufeff/, '') : null;
}

function orNull(value: string): string | null {
  return value === '-' ? null : value;
}
