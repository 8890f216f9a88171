import { formatJson } from '../logs/format.ts';
import { formatEcs } from './ecs.ts';
import { formatRfc5424 } from './rfc5424-line.ts';
import type { CollectedEvent } from './sink.ts';

/** What an event may be written as: one line, without its line break. */
export const formats = {
  rfc5424: formatRfc5424,
  /** As `decnet logs --json` has it, with the id and the deployment. */
  json: ({ host: _host, severity: _severity, ...event }: CollectedEvent): string => formatJson(event),
  ecs: formatEcs,
} as const;

export type Format = keyof typeof formats;
