import { describe, expect, it } from 'vitest';
import { egressRules } from '../../src/compose/egress-rules.ts';
import type { ResolvedFleet } from '../../src/fleet/resolved.ts';
import { decky, fleet } from './fleet.ts';

type Allow = ResolvedFleet['egress']['allow'];

function output(allow: Allow): readonly string[] {
  const rules = egressRules({ ...fleet([]), egress: { policy: 'closed', allow } }, decky(1));
  return outputOf(rules);
}

function outputOf(rules: string): readonly string[] {
  return rules
    .slice(rules.indexOf('chain output'))
    .split('\n')
    .slice(2, -3)
    .map((line) => line.trim());
}

const resolver = decky(1, {
  services: [
    {
      name: 'llmnr',
      ports: [
        { port: 5355, protocol: 'udp' },
        { port: 5353, protocol: 'udp' },
        { port: 5353, protocol: 'tcp' },
      ],
      config: {},
    },
  ],
});
const answers = [
  'ct direction reply ct state established,related accept',
  'tcp flags & rst == rst accept',
  'oifname lo ip daddr != 127.0.0.11 accept',
];
const toHost = `ip daddr ${fleet([]).network.bridgeAddress}`;

describe('the rules of a decky', () => {
  it('let out answers, and refuse, count and tell everything else', () => {
    expect(output([])).toEqual([...answers, `${toHost} jump refuse`, 'jump refuse']);
    expect(egressRules(fleet([]), decky(1))).toContain(
      'type filter hook output priority filter; policy drop;',
    );
    expect(egressRules(fleet([]), decky(1))).toContain('counter name denied');
  });

  it('let a port that was asked as one of a group answer who asked it, and nobody else', () => {
    const rules = egressRules(fleet([]), resolver);
    expect(rules).toContain('timeout 10s');
    expect(rules).toContain(
      'meta pkttype { broadcast, multicast } udp dport { 5355, 5353 } update @asked { udp dport . ip saddr . udp sport }',
    );
    const [added, ignored, ...rest] = outputOf(rules).slice(answers.length);
    expect(added).toBe('udp sport . ip daddr . udp dport @asked accept');
    expect(ignored).toBe('ip protocol igmp drop');
    expect(rest).toEqual([`${toHost} jump refuse`, 'jump refuse']);
  });

  it('remember nobody who asked where no port of UDP listens', () => {
    expect(egressRules(fleet([]), decky(1))).not.toMatch(/asked|igmp|input/);
  });

  it('let out what is allowed by name', () => {
    const allow: Allow = [
      { to: '192.0.2.10/32', port: 514, protocol: 'udp' },
      { to: '192.0.2.0/28', port: null, protocol: null },
    ];
    expect(output(allow).slice(answers.length)).toEqual([
      `${toHost} jump refuse`,
      'ip daddr 192.0.2.10/32 udp dport 514 accept',
      'ip daddr 192.0.2.0/28 accept',
      'jump refuse',
    ]);
  });

  it('open the host only where it is named itself, never by a network that it is in', () => {
    const host = `${fleet([]).network.bridgeAddress}/32`;
    const allow: Allow = [
      { to: '0.0.0.0/0', port: null, protocol: null },
      { to: host, port: 8080, protocol: 'tcp' },
    ];
    expect(output(allow).slice(answers.length)).toEqual([
      `ip daddr ${host} tcp dport 8080 accept`,
      `${toHost} jump refuse`,
      'ip daddr 0.0.0.0/0 accept',
      'jump refuse',
    ]);
  });

  it('are none where the fleet asks for none', () => {
    expect(egressRules({ ...fleet([]), egress: { policy: 'open', allow: [] } }, resolver)).toBe('');
  });
});
