import type { StatusReport } from '../operations/status.ts';
import { formatDuration } from '../text/duration.ts';
import { table } from '../text/table.ts';

/** A report for people: one line a service, the decky's own facts on its first. Ends with a newline. */
export function statusText(report: StatusReport): string {
  const rows = report.deckies.flatMap((decky) => {
    const uptime = decky.uptime === null ? decky.base : formatDuration(decky.uptime);
    // On ipvlan there is none to be wished for, and Docker names an empty one.
    const mac = decky.wire?.mac || decky.mac || '-';
    const own = [decky.decky, decky.ip, mac, decky.hostname, uptime];
    return decky.services.map((service, index) => [
      ...(index === 0 ? own : own.map(() => '')),
      service.service,
      service.ports.map(({ port, protocol }) => `${port}/${protocol}`).join(' '),
      service.health,
    ]);
  });
  const run = report.run === null ? 'no run' : `${report.run.pipeline} ${report.run.status}`;
  const verdict = report.healthy ? 'healthy' : 'degraded';
  const bridge = report.bridge ? '' : '\nThe host link is missing: decnet resume brings it back.';
  const egress = report.deckies
    .flatMap(egressLine)
    .map((line) => `\n${line}`)
    .join('');
  const asked = conflictLines(report.deckies);
  const headers = ['DECKY', 'IP', 'MAC', 'HOSTNAME', 'UP', 'SERVICE', 'PORTS', 'STATE'];
  return `Deployment ${report.deployment}: ${verdict} (${run})${bridge}${egress}${asked}\n\n${table(headers, rows)}\n`;
}

function egressLine({ decky, egress }: StatusReport['deckies'][number]): readonly string[] {
  if (egress === null || egress.rules === 'open') return [];
  if (egress.rules === 'not read')
    return [`${decky}: the rules for its way out were not looked at: that needs root.`];
  if (egress.rules !== 'closed')
    return [`${decky}: the rules for its way out are ${egress.rules}: decnet resume starts it anew.`];
  if (egress.refused === null || egress.refused === 0) return [];
  return [`${decky} called out: ${egress.refused} packets were refused. See: decnet logs ${decky}`];
}

function conflictLines(deckies: StatusReport['deckies']): string {
  const held = deckies.flatMap(({ decky, ip, conflict }) =>
    typeof conflict === 'string'
      ? []
      : [
          `\nAnother machine answers for ${ip} of ${decky}: ${conflict.mac}. Take it off the LAN, or give the decky another ip and deploy again.`,
        ],
  );
  const unasked = deckies.filter(({ conflict }) => conflict === 'not asked');
  // A reason is not known for sure, and each of them is easily looked at.
  const line = `\nNot asked who else has the address of ${unasked.map(({ decky }) => decky).join(', ')}: that needs root, the parent interface up, and no pinned neighbour entry.`;
  return `${held.join('')}${unasked.length === 0 ? '' : line}`;
}
