import type { StatusReport } from '../operations/status.ts';
import { formatDuration } from '../text/duration.ts';
import { table } from '../text/table.ts';

/** A report for people: one line a service, the decky's own facts on its first. Ends with a newline. */
export function statusText(report: StatusReport): string {
  const rows = report.deckies.flatMap((decky) => {
    const uptime = decky.uptime === null ? decky.base : formatDuration(decky.uptime);
    const own = [decky.decky, decky.ip, decky.wire?.mac ?? decky.mac ?? '-', decky.hostname, uptime];
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
  const headers = ['DECKY', 'IP', 'MAC', 'HOSTNAME', 'UP', 'SERVICE', 'PORTS', 'STATE'];
  return `Deployment ${report.deployment}: ${verdict} (${run})${bridge}\n\n${table(headers, rows)}\n`;
}
