/** A moment that can be compared as a string: milliseconds would lose the order of a busy container's lines. */
export type TimeKey = string;

/** From RFC 3339 with up to nine digits of a second, in any zone. What is no time sorts first. */
export function timeKey(time: string): TimeKey {
  const match = /^(.*?)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/i.exec(time);
  if (match === null) return '';
  const [, seconds = '', fraction = '', zone = ''] = match;
  const milliseconds = Date.parse(seconds + zone);
  if (Number.isNaN(milliseconds)) return '';
  return String(milliseconds / 1000).padStart(12, '0') + fraction.padEnd(9, '0');
}
