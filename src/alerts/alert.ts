import { z } from 'zod';
import type { CollectedEvent } from '../collect/sink.ts';
import { formatJson } from '../logs/format.ts';

// Only what the summary needs is looked at: the rest goes to the webhook as the event has it.
const alertSchema = z.looseObject({
  id: z.string(),
  deployment: z.string(),
  decky: z.string(),
  service: z.string(),
  event: z.string(),
  src_ip: z.string().nullable(),
});

/** An event as a webhook gets it: as `decnet logs --json` has it, and what the decky is on the LAN. */
export type Alert = Readonly<z.infer<typeof alertSchema>>;

/** Bytes of one alert: four of them make a small batch, and a thousand a small spool. */
const longest = 16_384;

/** An event as one line of a spool, at most 16 kB: of a longer one, only who and when. */
export function alertLine(collected: CollectedEvent): string {
  const { host, severity: _severity, ...event } = collected;
  const known = { ...event, decky_ip: host?.ip ?? null, decky_hostname: host?.hostname ?? null };
  const line = formatJson(known);
  if (Buffer.byteLength(line) <= longest) return line;
  const src_ip = known.src_ip?.slice(0, 45) ?? null;
  const session = known.session?.slice(0, 16) ?? null;
  return formatJson({ ...known, src_ip, session, fields: { cut: `${line.length}` }, message: '' });
}

/** Null for what no decnet has written, as what is left of a line that a crash tore. */
export function parseAlert(line: string): Alert | null {
  try {
    return alertSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
