const units: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

// RFC 3339, and what of it docker(1) and journalctl(1) let one leave out: the zone, the seconds, the time of day.
const moment = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?(Z|z|[+-]\d\d:\d\d)?)?$/;

/**
 * A moment, as people name it: so long before `now` (`10m`, `1h30m`, `3d`, `2w`), or RFC 3339. Without a zone it is
 * local time, without a time of day midnight. Answers RFC 3339 in UTC; null for anything else.
 */
export function parseSince(text: string, now: number): string | null {
  const milliseconds = /^(?:\d{1,6}[smhdw])+$/.test(text) ? now - toMilliseconds(text) : toMoment(text);
  if (Number.isNaN(milliseconds)) return null;
  // Nothing was logged before there was a clock, and Docker takes no negative time.
  return new Date(Math.max(0, milliseconds)).toISOString();
}

function toMilliseconds(duration: string): number {
  const parts = [...duration.matchAll(/(\d+)([smhdw])/g)];
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 0), 0);
}

function toMoment(text: string): number {
  const match = moment.exec(text);
  if (match === null) return Number.NaN;
  const [, year, month, day, time = '00:00', seconds = ':00', zone = ''] = match;
  // Date takes the 31st of February for the 3rd of March.
  if (Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) return Number.NaN;
  return Date.parse(`${year}-${month}-${day}T${time}${seconds}${zone.toUpperCase()}`);
}
