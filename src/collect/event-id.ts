import { hash } from 'node:crypto';
import type { LogLine } from '../docker/docker.ts';

/**
 * The id of a line: 32 hex digits, the same whenever the line is read. `ordinal` tells lines apart that are the same
 * to the nanosecond. No part but the text, which comes last, can have a line break in it.
 */
export function eventId(container: string, { stream, time, text }: LogLine, ordinal: number): string {
  return hash('sha256', `${container}\n${stream}\n${time}\n${ordinal}\n${text}`).slice(0, 32);
}
