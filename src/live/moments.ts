import { timeOfDay } from '../logs/format.ts';

const day = 86_400_000;

const units: readonly (readonly [milliseconds: number, unit: string])[] = [
  [day, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
];

/** How long ago, in the one unit that tells it best: `4 s`, `12 min`, `3 h`, `2 d`. A dash where the time is not known. */
export function formatAgo(time: number, now: number): string {
  if (time === 0) return '-';
  const passed = Math.max(0, now - time);
  const [size, unit] = units.find(([least]) => passed >= least) ?? [1_000, 's'];
  return `${Math.floor(passed / size)} ${unit}`;
}

/** An RFC 3339 time as the local time of day, with the date where it may be another day's. */
export function localTime(time: string, now: number): string {
  const moment = new Date(time);
  if (now - moment.getTime() < day) return timeOfDay(time);
  const parts = [moment.getFullYear(), moment.getMonth() + 1, moment.getDate()];
  return `${parts.map((part) => String(part).padStart(2, '0')).join('-')} ${timeOfDay(time)}`;
}
