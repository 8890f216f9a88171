import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { smallFleet } from './fleets.ts';
import { run } from './on-lab.ts';
import { expectNothingChanged, expectRefusal } from './refusal.ts';
import { openSite, type Site } from './site.ts';
import { type HostWorld, lookAround } from './world.ts';

const good = smallFleet('wrong', ['ssh']);
const [box] = good.deckies;

let site: Site;
let before: HostWorld;

beforeAll(async () => {
  site = await openSite(good);
  before = await lookAround();
});

afterAll(() => site?.close());

function withDecky(decky: object): string {
  return stringify({ ...good, deckies: [{ ...box, ...decky }] });
}

describe('a fleet file', () => {
  const cases: readonly (readonly [what: string, file: string, said: readonly (string | RegExp)[]])[] = [
    ['that is no YAML', 'name: wrong\ndeckies: [\n', [/fleet\.yaml:\d+:\d+: /]],
    ['with an unknown key', `${stringify(good)}deckys: []\n`, [/fleet\.yaml:\d+:1: .*"deckys".*"deckies"/]],
    ['with an unknown service', withDecky({ services: ['shh'] }), ['"shh"', '"ssh"']],
    ['with an unknown archetype', withDecky({ archetype: 'web-sever' }), ['"web-sever"', '"web-server"']],
    [
      'with an address outside the subnet',
      withDecky({ ip: '192.0.2.70' }),
      ['192.0.2.70 is not in the subnet 198.51.100.0/24 of eth0'],
    ],
    ["with the host's own address", withDecky({ ip: '198.51.100.1' }), ["is this host's own address"]],
    ['with the gateway for an address', withDecky({ ip: '198.51.100.254' }), ['is the gateway']],
    [
      'with an address twice',
      stringify({ ...good, deckies: [box, { ...box, name: 'box-02' }] }),
      [/198\.51\.100\.70/, /box-0[12]|twice|already/],
    ],
    [
      'with a wrong option of a service',
      withDecky({ config: { ssh: { baner: 'SSH-2.0-x' } } }),
      ['"baner"', '"banner"'],
    ],
  ];

  it.each(cases)('%s is refused by validate, plan and deploy', async (_what, file, said) => {
    await site.write(file);
    for (const command of ['validate', 'plan', 'deploy']) {
      expectRefusal(await site.decnet(command), 2, ...said);
    }
    await expectNothingChanged(site, before);
  });

  it('has all its errors told at once, each with its line', async () => {
    await site.write(withDecky({ archetype: 'web-sever', services: ['shh'], ip: '192.0.2.70' }));
    const ended = await site.decnet('deploy');
    expectRefusal(ended, 2, '"web-sever"', '"shh"', '192.0.2.70');
    expect(ended.stderr.match(/fleet\.yaml:\d+:\d+/g)).toHaveLength(3);
  });

  it('for an interface that is not there is refused by plan and deploy; it may be for another host', async () => {
    await site.write(stringify({ ...good, network: { interface: 'eth9' } }));
    for (const command of ['plan', 'deploy']) {
      expectRefusal(await site.decnet(command), 2, 'this host has no interface "eth9"; there are: eth0');
    }
    const { stdout } = await site.succeed('validate');
    expect(stdout).toContain('checked against the file alone');
    await expectNothingChanged(site, before);
  });

  it('that is not there is named', async () => {
    await rm(site.fleetFile);
    expectRefusal(await site.decnet('deploy'), 2, site.fleetFile);
    await expectNothingChanged(site, before, []);
    await site.write(good);
  });
});

describe('a state file', () => {
  const commands = [
    ['deploy'],
    ['resume'],
    ['rollback'],
    ['status'],
    ['teardown'],
    ['step', 'run', 'network'],
  ];
  const state = { format: 1, serial: 3, deployment: null, run: null };
  const cases = [
    ['that is damaged', '{"format": 1, "serial"', 'is damaged', 'decnet teardown --name NAME'],
    ['that is of no shape', JSON.stringify({ hello: 'world' }), 'is damaged', 'format version'],
    ['of a newer decnet', JSON.stringify({ ...state, format: 99 }), 'has format 99', 'Upgrade decnet'],
    [
      'of another host',
      JSON.stringify({ ...state, host: { hostname: 'elsewhere', machineId: '0123' } }),
      'belongs to host elsewhere',
      'Run decnet on elsewhere',
    ],
  ] as const;

  afterEach(() => rm(site.stateFile, { force: true }));

  it.each(cases)('%s is refused by every command and left as it is', async (_what, content, ...said) => {
    for (const command of commands) {
      await writeFile(site.stateFile, content);
      expectRefusal(await site.decnet(...command), 4, site.stateFile, ...said);
      expect(await readFile(site.stateFile, 'utf8')).toBe(content);
    }
    await expectNothingChanged(site, before, ['fleet.yaml', 'decnet-state.json']);
  });
});

describe('a command line', () => {
  it.each([
    [['deplyo'], /unknown command 'deplyo'/],
    [['status', '--jsn'], /unknown option '--jsn'/],
    [['step', 'run', 'netwrok'], /"?netwrok"?.*"?network"?/s],
  ])('of %j is refused', async (argv, said) => {
    const ended = await run('host', 'decnet', ...argv);
    expectRefusal(ended, 2, said);
  });

  it('that asks for what was never deployed is told so', async () => {
    for (const command of ['status', 'logs', 'resume', 'rollback']) {
      expectRefusal(await site.decnet(command), 4, 'decnet deploy fleet.yaml');
    }
  });
});
