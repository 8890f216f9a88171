import { expect, it } from 'vitest';
import type { Conflict } from '../../src/observe/second-holders.ts';
import type { StatusReport } from '../../src/operations/status.ts';
import { statusText } from '../../src/render/status-text.ts';

function reportOf(...conflicts: readonly Conflict[]): StatusReport {
  const deckies = conflicts.map((conflict, index) => ({
    decky: `web-0${index + 1}`,
    archetype: 'web-server',
    hostname: 'www',
    ip: `198.51.100.7${index}`,
    mac: null,
    wire: null,
    base: 'up' as const,
    uptime: 1_000,
    announced: true,
    egress: { rules: 'closed' as const, refused: 0 },
    services: [],
    conflict,
  }));
  return {
    deployment: 'office',
    statePath: '/srv/decnet-state.json',
    run: null,
    healthy: true,
    bridge: true,
    deckies,
  };
}

function headOf(...conflicts: readonly Conflict[]): readonly string[] {
  return (
    statusText(reportOf(...conflicts))
      .split('\n\n')[0]
      ?.split('\n')
      .slice(1) ?? []
  );
}

it('says nothing of addresses that nobody else has', () => {
  expect(headOf('none', 'none')).toEqual([]);
});

it('names every address that another machine answers for, and its MAC', () => {
  const mac = '02:00:00:00:bb:01';
  expect(headOf({ mac }, 'none', { mac })).toEqual([
    `Another machine answers for 198.51.100.70 of web-01: ${mac}. Take it off the LAN, or give the decky another ip and deploy again.`,
    `Another machine answers for 198.51.100.72 of web-03: ${mac}. Take it off the LAN, or give the decky another ip and deploy again.`,
  ]);
});

it('says so where it was not asked', () => {
  expect(headOf('not asked', 'none')).toEqual([
    'Not asked who else has the address of web-01: that needs root, the parent interface up, and no pinned neighbour entry.',
  ]);
});

it('has no MAC to show for a decky on ipvlan, of which Docker knows none', () => {
  const report = reportOf('none');
  const service = {
    service: 'ssh',
    ports: [{ port: 22, protocol: 'tcp' as const }],
    health: 'healthy' as const,
  };
  const deckies = report.deckies.map((decky) => ({
    ...decky,
    wire: { ip: decky.ip, mac: '' },
    services: [service],
  }));
  expect(statusText({ ...report, deckies })).toMatch(/^web-01 +198\.51\.100\.70 +- +www +1\.0 s +ssh/m);
});

it('says who called out, and where the rules that keep a decky from it do not stand', () => {
  const report = reportOf('none', 'none', 'none', 'none');
  const states = [
    { rules: 'closed', refused: 7 },
    { rules: 'changed', refused: null },
    { rules: 'not read', refused: null },
    { rules: 'open', refused: null },
  ] as const;
  const deckies = report.deckies.map((decky, index) => ({ ...decky, egress: states[index] ?? null }));
  expect(
    statusText({ ...report, deckies })
      .split('\n\n')[0]
      ?.split('\n')
      .slice(1),
  ).toEqual([
    'web-01 called out: 7 packets were refused. See: decnet logs web-01',
    'web-02: the rules for its way out are changed: decnet resume starts it anew.',
    'web-03: the rules for its way out were not looked at: that needs root.',
  ]);
});
