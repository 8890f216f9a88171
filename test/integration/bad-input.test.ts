import { chmod, chown, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import type { FleetInput } from '../../src/fleet/schema.ts';
import { packageRoot } from '../../src/package-root.ts';
import { smallFleet } from './fleets.ts';
import { removeForeign } from './foreign.ts';
import { docker, type Ended, eventually, run, type StartOptions, succeed } from './on-lab.ts';
import { openSite, type Site } from './site.ts';
import { type HostWorld, lookAround, startsOf } from './world.ts';

const good = smallFleet('wrong', ['ssh']);
const [box] = good.deckies;

let site: Site;
let before: HostWorld;

beforeAll(async () => {
  site = await openSite(good);
  before = await lookAround();
});

afterAll(() => site?.close());

/** One clear message: no trace, no bug, nothing on stdout that a program would take for a result. */
function expectRefusal(ended: Ended, exitCode: number, ...said: readonly (string | RegExp)[]): void {
  const { stderr } = ended;
  for (const text of said) expect(stderr).toMatch(text instanceof RegExp ? text : new RegExp(escaped(text)));
  expect(stderr).not.toMatch(/^\s+at |defect in decnet|node:internal/m);
  expect({ exitCode: ended.exitCode, stdout: ended.stdout }).toEqual({ exitCode, stdout: '' });
}

function escaped(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}

/** Neither host nor folder is other than before. */
async function expectNothingChanged(files: readonly string[] = ['fleet.yaml']): Promise<void> {
  expect(await lookAround()).toEqual(before);
  expect((await readdir(site.folder)).sort()).toEqual([...files].sort());
}

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
    await expectNothingChanged();
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
    await expectNothingChanged();
  });

  it('that is not there is named', async () => {
    await rm(site.fleetFile);
    expectRefusal(await site.decnet('deploy'), 2, site.fleetFile);
    await expectNothingChanged([]);
    await site.write(good);
  });
});

describe('a host that cannot carry the fleet', () => {
  beforeAll(() => site.write(good));

  afterEach(async () => {
    await removeForeign({ networks: ['wrong-lan'], links: ['spare0'] });
    await site.write(good);
  });

  async function deploy(options: StartOptions = {}): Promise<Ended> {
    return (await site.start(['deploy'], options)).ended;
  }

  /** A folder with programs of the same names as real ones. */
  async function fakePrograms(programs: Readonly<Record<string, string>>): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'decnet-programs-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    for (const [name, script] of Object.entries(programs)) {
      await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    return folder;
  }

  it('without Docker', async () => {
    const ended = await deploy({ env: { DOCKER_HOST: `unix://${site.folder}/none.sock` } });
    expectRefusal(ended, 3, 'connect ENOENT', 'DOCKER_HOST', 'Nothing was changed');
    // There is no run to go on with.
    expect(ended.stderr).not.toContain('decnet resume');
    await expectNothingChanged();
  });

  it('without the compose plugin', async () => {
    // The words of a real client without plugins.
    const docker = `echo "unknown shorthand flag: 's' in --short" >&2; exit 125`;
    const programs = await fakePrograms({ docker });
    expectRefusal(
      await deploy({ programs }),
      3,
      'compose plugin of Docker is not installed',
      'Install compose v2',
    );
    await expectNothingChanged();
  });

  it('with compose v1 only', async () => {
    const docker = `echo "docker: 'compose' is not a docker command." >&2; exit 1`;
    const programs = await fakePrograms({ docker, 'docker-compose': 'echo 1.29.2' });
    expectRefusal(await deploy({ programs }), 3, 'Only compose v1', 'Install compose v2');
    await expectNothingChanged();
  });

  it('with an interface that is down', async () => {
    const add = ['ip', 'link', 'add', 'spare0', 'type', 'veth', 'peer', 'name', 'spare1'];
    await succeed('host', ...add);
    await site.write({ ...good, network: { interface: 'spare0', subnet: '198.51.100.0/24' } });
    expectRefusal(await deploy(), 3, 'interface spare0 is down. Bring it up: ip link set spare0 up');
    await succeed('host', 'ip', 'link', 'delete', 'spare0');
    await expectNothingChanged();
  });

  it('with the Docker network of somebody else on the interface', async () => {
    await addForeignNetwork();
    expectRefusal(
      await deploy(),
      3,
      'Docker network wrong-lan is on eth0 already',
      'docker network rm wrong-lan',
    );
    await docker('network', 'rm', 'wrong-lan');
    await expectNothingChanged();
  });

  it('has all that is wrong told at once', async () => {
    await addForeignNetwork();
    const programs = await fakePrograms({ docker: 'exit 1' });
    const ended = await deploy({ programs });
    expectRefusal(ended, 3, 'wrong-lan', 'compose');
    expect(ended.stderr.match(/^ {2}- /gm)).toHaveLength(2);
  });

  async function addForeignNetwork(): Promise<void> {
    const where = ['--driver', 'macvlan', '--subnet', '203.0.113.0/24', '--opt', 'parent=eth0'];
    await docker('network', 'create', ...where, 'wrong-lan');
  }
});

describe('whoever is not root', () => {
  const nobody = 65534;
  const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

  beforeEach(async (context) => {
    await site.write(good);
    const cli = join(packageRoot(), 'dist/src/cli.js');
    const { exitCode } = await run('host', ...asNobody, 'node', cli, '--version');
    if (exitCode !== 0) context.skip('this checkout is closed to others');
  });

  it('is told to be root', async () => {
    await chown(site.folder, nobody, nobody);
    const ended = await run('host', ...asNobody, 'decnet', 'deploy', site.fleetFile);
    await chown(site.folder, 0, 0);
    expectRefusal(ended, 3, '/run/decnet', 'permission denied', 'Run decnet as root');
    await expectNothingChanged();
  });

  it('is told so too where the folder of the fleet is closed', async () => {
    await chmod(site.folder, 0o755);
    const ended = await run('host', ...asNobody, 'decnet', 'deploy', site.fleetFile);
    expectRefusal(ended, 3, `${site.stateFile}.lock`, 'permission denied', 'Run decnet as root');
    await expectNothingChanged();
  });

  it('nor has the right to make links, though root by name, is told with all that is wrong', async () => {
    const noRights = ['setpriv', '--bounding-set=-net_admin', '--inh-caps=-net_admin', 'env'];
    const noDocker = `DOCKER_HOST=unix://${site.folder}/none.sock`;
    const ended = await run('host', ...noRights, noDocker, 'decnet', 'deploy', site.fleetFile);
    expectRefusal(ended, 3, 'lacks CAP_NET_ADMIN. Run decnet as root', 'connect ENOENT');
    expect(ended.stderr.match(/^ {2}- /gm)).toHaveLength(2);
    await expectNothingChanged();
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
    ['that is damaged', '{"format": 1, "serial"', 'is damaged', '.backup'],
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
    await expectNothingChanged(['fleet.yaml', 'decnet-state.json']);
  });
});

describe('a run that is not finished', () => {
  const changed: FleetInput = {
    ...good,
    deckies: [{ name: 'box-01', archetype: 'deaddeck', ip: '198.51.100.77' }],
  };

  afterAll(() => site.decnet('teardown', '--name', 'wrong'));

  it('lets no second command in while it runs', async () => {
    const first = await site.start(['deploy']);
    await eventually('the lock is there', async () =>
      (await readdir(site.folder)).includes('decnet-state.json.lock'),
    );
    process.kill(first.pid, 'SIGSTOP');
    try {
      for (const command of ['deploy', 'resume', 'teardown', 'rollback']) {
        expectRefusal(await site.decnet(command), 6, `decnet deploy (pid ${first.pid}) holds the lock`);
      }
      // Who only looks needs no lock.
      expect(await site.decnet('plan')).toMatchObject({ exitCode: 0 });
    } finally {
      process.kill(first.pid, 'SIGCONT');
    }
    await eventually('containers come up', async () => (await startsOf('wrong')).size > 0);
    process.kill(first.pid, 'SIGINT');
    expect(await first.ended).toMatchObject({ exitCode: 130 });
  });

  it('is not gone on with for another fleet, unless told to', async () => {
    const state = await readFile(site.stateFile, 'utf8');
    await site.write(changed);
    const steps = 'network, host-bridge, compose-gen, state-save, up, verify';
    expectRefusal(await site.decnet('resume'), 4, `it would change the steps: ${steps}`, '--accept-changes');
    expectRefusal(
      await site.decnet('deploy'),
      4,
      'The fleet changed under an unfinished deploy',
      'decnet resume',
    );
    expect(JSON.parse(await readFile(site.stateFile, 'utf8')).run.fleet).toEqual(JSON.parse(state).run.fleet);
    await site.write(good);
    await site.succeed('resume');
    expect(await site.status()).toMatchObject({ healthy: true });
  });

  it('nor is a deployment that stands taken for another fleet', async () => {
    const starts = await startsOf('wrong');
    await site.write(changed);
    expectRefusal(await site.decnet('deploy'), 4, 'differs from this fleet in: box-01', 'decnet teardown');
    expect(await startsOf('wrong')).toEqual(starts);
    await site.write(good);
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
    await site.decnet('teardown', '--name', 'wrong');
    for (const command of ['status', 'logs', 'resume', 'rollback']) {
      expectRefusal(await site.decnet(command), 4, 'decnet deploy fleet.yaml');
    }
  });
});
