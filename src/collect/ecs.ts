import { isIP } from 'node:net';
import { jsonLine } from '../text/json-line.ts';
import type { CollectedEvent } from './sink.ts';

type Kind = readonly [category: readonly string[], type: readonly string[]];

/** Elastic Common Schema, https://www.elastic.co/guide/en/ecs/8.11/. */
const version = '8.11.0';

const other: Kind = [['host'], ['info']];

/** `event.category` and `event.type`, of the values that the schema allows together. A line may claim any name. */
const kinds: ReadonlyMap<string, Kind> = new Map(
  Object.entries<Kind>({
    start: [['process'], ['start']],
    announce: [['network'], ['info']],
    connect: [['network'], ['connection', 'start']],
    auth: [['authentication'], ['start']],
    command: [['network'], ['access', 'protocol']],
    request: [['network'], ['access', 'protocol']],
    upload: [['file'], ['creation']],
    malformed: [['network'], ['protocol', 'info']],
    disconnect: [['network'], ['connection', 'end']],
    'egress-denied': [['network'], ['connection', 'denied']],
  }),
);

/**
 * An event as ECS has it, one JSON object a line. What the schema has no field for is under `decnet`, as is what its
 * field would not take: an index refuses a whole document for one address that is none.
 */
export function formatEcs(event: CollectedEvent): string {
  const [category, type] = kinds.get(event.event) ?? other;
  const isAlarm = event.event === 'egress-denied';
  return jsonLine({
    '@timestamp': event.time,
    ecs: { version },
    event: {
      id: event.id,
      kind: isAlarm ? 'alert' : 'event',
      category,
      type,
      action: event.event,
      module: 'decnet',
      dataset: `decnet.${event.service}`,
      severity: event.severity,
      ...present({ outcome: outcomeOf(event), duration: durationOf(event.fields.duration) }),
    },
    message: event.message,
    ...(isAlarm ? wayOut(event) : wayIn(event)),
    host: {
      name: event.decky,
      ...(event.host === null ? {} : { hostname: event.host.hostname, ip: [event.host.ip] }),
    },
    service: { name: event.service, type: event.service },
    observer: { vendor: 'DECNET', product: 'decnet', type: 'honeypot', name: event.deployment },
    ...group('user', { name: event.fields.username, domain: event.fields.domain }),
    ...group('user_agent', { original: event.fields.user_agent }),
    decnet: {
      deployment: event.deployment,
      decky: event.decky,
      service: event.service,
      ...present({ session: event.session ?? undefined }),
      // Under its own name whatever it is: nobody has to know what became of it above.
      fields: { ...present({ src_ip: event.src_ip ?? undefined }), ...event.fields },
    },
  });
}

/** A visitor came to the decky. */
function wayIn(event: CollectedEvent): object {
  return {
    ...endpoint('source', event.src_ip, event.src_port),
    ...endpoint('destination', event.src_ip === null ? null : (event.host?.ip ?? null), event.dst_port),
  };
}

/** The decky itself called out. */
function wayOut(event: CollectedEvent): object {
  return {
    ...endpoint('source', event.host?.ip ?? null, null),
    ...endpoint('destination', event.fields.dst_ip ?? null, event.dst_port),
  };
}

function endpoint(name: string, address: string | null, port: number | null): object {
  const ip = address !== null && isIP(address) > 0 ? address : undefined;
  return group(name, { ip, address: ip, port: port ?? undefined });
}

function outcomeOf({ event, fields }: CollectedEvent): string | undefined {
  if (event === 'egress-denied') return 'failure';
  if (fields.accepted === undefined) return event === 'auth' ? 'unknown' : undefined;
  return fields.accepted === 'true' ? 'success' : 'failure';
}

/** From seconds to nanoseconds. */
function durationOf(seconds: string | undefined): number | undefined {
  return seconds !== undefined && /^\d{1,9}(\.\d{1,9})?$/.test(seconds)
    ? Math.round(Number(seconds) * 1e9)
    : undefined;
}

function group(name: string, values: Readonly<Record<string, unknown>>): object {
  const there = present(values);
  return Object.keys(there).length === 0 ? {} : { [name]: there };
}

function present(values: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
