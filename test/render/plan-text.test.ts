import { expect, it } from 'vitest';
import type { FleetChange } from '../../src/fleet/changes.ts';
import { planText } from '../../src/render/plan-text.ts';
import { office } from '../fakes/fleet.ts';

const text = (
  driver: 'macvlan' | 'ipvlan',
  notes: readonly string[] = [],
  changes: readonly FleetChange[] | null = null,
) => {
  const { network, deckies } = office();
  const fleet = office({
    network: { ...network, driver },
    deckies: deckies.map((decky) => ({ ...decky, mac: driver === 'ipvlan' ? null : decky.mac })),
  });
  return planText({ fleet, steps: [], statePath: '/srv/decnet-state.json', changes, notes });
};

it('shows the domain, and of each decky the MAC', () => {
  expect(text('macvlan')).toMatch(/^Domain corp\.example; host bridge 198\.51\.100\.95; state file /m);
  expect(text('macvlan')).toMatch(/^web-01 .* 02:00:00:00:00:47 /m);
  expect(text('macvlan')).not.toContain('ipvlan');
});

it('says plainly that MACs are those of the parent on ipvlan', () => {
  expect(text('ipvlan')).toMatch(/^On ipvlan every decky has the MAC of eth0: no MAC tells a vendor$/m);
  expect(text('ipvlan')).toMatch(/^web-01 .* the parent's /m);
});

it('ends with what else is worth knowing', () => {
  expect(text('macvlan')).not.toContain('Note: ');
  expect(text('macvlan', ['the disguise will be weaker'])).toMatch(
    /\n\nNote: the disguise will be weaker\n$/,
  );
});

it('shows what becomes of the deployment that stands', () => {
  const changes = [
    { action: 'change', decky: null, what: ['egress'] },
    { action: 'add', decky: 'web-03', what: [] },
    { action: 'change', decky: 'files-01', what: ['+smb', 'ssh: banner'] },
    { action: 'remove', decky: 'printer-02', what: [] },
  ] as const;
  expect(text('macvlan', [], changes)).toContain(
    '\n\n~ all deckies: egress\n+ web-03\n~ files-01: +smb, ssh: banner\n- printer-02\n\n',
  );
  expect(text('macvlan', [], [])).toContain('\n\nThe fleet is the one that stands\n\n');
});
