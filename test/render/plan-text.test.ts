import { expect, it } from 'vitest';
import { planText } from '../../src/render/plan-text.ts';
import { office } from '../fakes/fleet.ts';

const text = (driver: 'macvlan' | 'ipvlan', notes: readonly string[] = []) => {
  const { network, deckies } = office();
  const fleet = office({
    network: { ...network, driver },
    deckies: deckies.map((decky) => ({ ...decky, mac: driver === 'ipvlan' ? null : decky.mac })),
  });
  return planText({ fleet, steps: [], statePath: '/srv/decnet-state.json', notes });
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
