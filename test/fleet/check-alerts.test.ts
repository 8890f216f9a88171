import { describe, expect, it } from 'vitest';
import { checkAlerts } from '../../src/fleet/check-alerts.ts';
import { fleetFromObject, parseFleet } from '../../src/fleet/parse.ts';
import { resolveFleet } from '../../src/fleet/resolve.ts';
import { catalogue, facts } from './catalogue-fixture.ts';

const deckies = `deckies:
  - { name: files-01, archetype: web-server, services: [ssh, ftp] }
  - { archetype: web-server, count: 2 }
`;
const webhook = 'webhook: https://hooks.example/hunter2';

/** The rule's line is 2, its keys begin in column 7. */
function problemsOf(rule: string): string[] {
  const { fleet, positions } = parseFleet(`alerts:\n  - { ${rule} }\n${deckies}`, 'fleet.yaml', catalogue);
  return checkAlerts(fleet, catalogue).map(({ path, message }) => {
    const { line, column } = positions?.find(path, 'value') ?? {};
    return `${line}:${column}: ${message}`;
  });
}

function refusalOf(rule: string): string {
  try {
    parseFleet(`alerts:\n  - { ${rule} }\n${deckies}`, 'fleet.yaml', catalogue);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'it was taken';
}

describe('a rule', () => {
  it.each([
    'on: auth',
    'on: [auth, egress-denied, fault]',
    'on: auth, decky: files-01, service: ftp',
    'on: [upload], decky: [files-01, web-server-02], service: [ssh, ftp]',
    'on: egress-denied, service: base',
    'on: egress-denied, service: base, decky: web-server-01',
    'on: auth, service: http',
  ])('is fine: %s', (rule) => {
    expect(problemsOf(`${webhook}, ${rule}`)).toEqual([]);
  });

  it.each([
    ['on: login', '2:11: unknown event "login"; known: start, announce, connect, auth'],
    ['on: [auth, uplaod]', '2:18: unknown event "uplaod"; did you mean "upload"?'],
    ['on: auth, decky: web-server-03', '2:24: unknown decky "web-server-03"; did you mean "web-server-01"?'],
    ['on: auth, service: [ssh, htp]', '2:32: unknown service "htp"; did you mean "http"?'],
    ['on: auth, service: http-alt', '2:26: no decky that this rule is about has the service http-alt'],
    [
      'on: auth, decky: web-server-01, service: ftp',
      '2:48: no decky that this rule is about has the service ftp',
    ],
  ])('that nothing would meet is refused, %s', (rule, expected) => {
    expect(problemsOf(`${rule}, ${webhook}`)).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    ['on: auth', 'key "webhook" is missing'],
    [webhook, 'key "on" is missing'],
    [`on: [], ${webhook}`, 'at least 1 needed'],
    [`on: 7, ${webhook}`, 'expected a name, or a list of names'],
    [`on: auth, decky: {}, ${webhook}`, 'expected a name, or a list of names'],
    ['on: auth, webhook: 7', 'expected text, got 7'],
    ['on: auth, webhook: ""', 'not an http or https URL'],
    [`on: auth, ${webhook}, to: x`, 'unknown key "to"'],
  ])('of wrong form is refused: %s', (rule, message) => {
    expect(refusalOf(rule)).toContain(message);
  });

  it.each(['ftp://hooks.example/hunter2', 'hooks.example/hunter2', 'javascript:hunter2', 'hunter2'])(
    'has a webhook of http or https, and does not quote another: %s',
    (url) => {
      const message = refusalOf(`on: auth, webhook: ${url}`);
      expect(message).toBe('fleet.yaml:2:26: not an http or https URL');
    },
  );

  it('does not quote a webhook that is too long', () => {
    const message = refusalOf(`on: auth, webhook: "https://hooks.example/${'hunter2'.repeat(300)}"`);
    expect(message).toBe('fleet.yaml:2:26: a URL of at most 2000 characters');
  });
});

it('is refused with everything else that is wrong with a fleet', () => {
  const { fleet } = fleetFromObject(
    { alerts: [{ on: 'login', webhook: 'https://x.example' }], deckies: [{ archetype: 'web-server' }] },
    catalogue,
  );
  expect(() => resolveFleet(fleet, facts, catalogue)).toThrow('alerts[0].on[0]: unknown event "login"');
});

it('is resolved with nothing left open', () => {
  const alerts = [
    { on: 'auth', webhook: 'https://x.example/a' },
    { on: ['upload'], webhook: 'https://x.example/b', decky: 'web-server-01', service: ['ssh'] },
  ];
  const { fleet } = fleetFromObject({ alerts, deckies: [{ archetype: 'web-server' }] }, catalogue);
  expect(resolveFleet(fleet, facts, catalogue).alerts).toEqual([
    { on: ['auth'], webhook: 'https://x.example/a', deckies: null, services: null },
    { on: ['upload'], webhook: 'https://x.example/b', deckies: ['web-server-01'], services: ['ssh'] },
  ]);
});
