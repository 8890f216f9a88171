import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { smallFleet } from './fleets.ts';
import { removeForeign } from './foreign.ts';
import { docker, type Ended, run, type StartOptions, succeed } from './on-lab.ts';
import { expectNothingChanged, expectRefusal } from './refusal.ts';
import { openSite, type Site } from './site.ts';
import { type HostWorld, lookAround } from './world.ts';

const good = smallFleet('wrong', ['ssh']);

let site: Site;
let before: HostWorld;

beforeAll(async () => {
  site = await openSite(good);
  before = await lookAround();
});

afterAll(() => site?.close());

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
    await expectNothingChanged(site, before);
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
    await expectNothingChanged(site, before);
  });

  it('with compose v1 only', async () => {
    const docker = `echo "docker: 'compose' is not a docker command." >&2; exit 1`;
    const programs = await fakePrograms({ docker, 'docker-compose': 'echo 1.29.2' });
    expectRefusal(await deploy({ programs }), 3, 'Only compose v1', 'Install compose v2');
    await expectNothingChanged(site, before);
  });

  it('with an interface that is down', async () => {
    const add = ['ip', 'link', 'add', 'spare0', 'type', 'veth', 'peer', 'name', 'spare1'];
    await succeed('host', ...add);
    await site.write({ ...good, network: { interface: 'spare0', subnet: '198.51.100.0/24' } });
    expectRefusal(await deploy(), 3, 'interface spare0 is down. Bring it up: ip link set spare0 up');
    await succeed('host', 'ip', 'link', 'delete', 'spare0');
    await expectNothingChanged(site, before);
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
    await expectNothingChanged(site, before);
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
  // Nobody may still read everything: the checkout may lie where only root can look.
  const mayRead = ['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search'];
  const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...mayRead];

  beforeEach(() => site.write(good));

  it('is told to be root, with all else that is wrong', async () => {
    await chown(site.folder, nobody, nobody);
    const ended = await run('host', ...asNobody, 'decnet', 'deploy', site.fleetFile);
    await chown(site.folder, 0, 0);
    expectRefusal(ended, 3, 'lacks CAP_NET_ADMIN. Run decnet as root', 'EACCES', 'docker.sock');
    await expectNothingChanged(site, before);
  });

  it('is told so too where the folder of the fleet is closed', async () => {
    await chmod(site.folder, 0o755);
    const ended = await run('host', ...asNobody, 'decnet', 'deploy', site.fleetFile);
    expectRefusal(ended, 3, `${site.stateFile}.lock`, 'permission denied', 'Run decnet as root');
    await expectNothingChanged(site, before);
  });

  it('nor has the right to make links, though root by name, is told with all that is wrong', async () => {
    const noRights = ['setpriv', '--bounding-set=-net_admin', '--inh-caps=-net_admin', 'env'];
    const noDocker = `DOCKER_HOST=unix://${site.folder}/none.sock`;
    const ended = await run('host', ...noRights, noDocker, 'decnet', 'deploy', site.fleetFile);
    expectRefusal(ended, 3, 'lacks CAP_NET_ADMIN. Run decnet as root', 'connect ENOENT');
    expect(ended.stderr.match(/^ {2}- /gm)).toHaveLength(2);
    await expectNothingChanged(site, before);
  });
});
