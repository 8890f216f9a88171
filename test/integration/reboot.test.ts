import { readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bringEngineBack, killEngine } from '../../src/chaos/faults.ts';
import { baseContainerName, bridgeLinkName } from '../../src/fleet/names.ts';
import { stopEngine } from '../../src/lab/dockerd.ts';
import { labPaths } from '../../src/lab/layout.ts';
import { smallFleet } from './fleets.ts';
import { docker, eventually, run, succeed } from './on-lab.ts';
import { openSite, type Site, troublesOf } from './site.ts';
import { keptOf, startsOf } from './world.ts';

const name = 'boot';
const link = bridgeLinkName(name);
const bases = ['box-01', 'box-02'].map((decky) => baseContainerName(name, decky));

let site: Site;

beforeAll(async () => {
  site = await openSite(smallFleet(name, ['redis', 'http', 'ftp'], ['redis', 'http', 'ftp']));
  await site.succeed('deploy');
});

afterAll(() => site?.close());

async function shutDown(): Promise<void> {
  await stopEngine(new AbortController().signal);
}

/** Docker, what watches over its containers, and the containers are gone at once, and what lay in memory too. */
async function losePower(): Promise<void> {
  const ids = await docker('ps', '--quiet');
  const pids = await docker('inspect', '--format', '{{.State.Pid}}', ...ids);
  await killEngine();
  for (const pid of [...(await shims()), ...pids.map(Number)]) kill(pid);
  await eventually('no shim is left', async () => (await shims()).length === 0);
  await rm(labPaths.execRoot, { recursive: true, force: true });
}

/** Of this lab: one in a container of this machine has another pid namespace. */
async function shims(): Promise<readonly number[]> {
  const own = await readlink('/proc/self/ns/pid');
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const found = pids.map(async (pid) => {
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const isShim = words.includes('containerd-shim') && words.includes(labPaths.execRoot);
    return isShim && (await readlink(`/proc/${pid}/ns/pid`).catch(() => '')) === own ? [Number(pid)] : [];
  });
  return (await Promise.all(found)).flat();
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // ESRCH: it went with its shim
  }
}

/** What the kernel forgets, and a lock of a run that the reboot ended: nothing but another boot id tells so. */
async function forget(): Promise<void> {
  await succeed('host', 'ip', 'link', 'delete', link);
  const owner = { pid: process.pid, startTime: '1', bootId: 'another', pidNamespace: '1', command: 'resume' };
  await writeFile(`${site.stateFile}.lock`, JSON.stringify(owner));
}

/** The unit's own command, with as little of an environment as systemd gives. */
async function runUnit() {
  const unit = (await site.succeed('systemd')).stdout;
  const command = /^ExecStart=(.*)$/m.exec(unit)?.[1]?.split(' ') ?? [];
  return run('host', 'env', '--unset=HOME', '--unset=USER', '--unset=LOGNAME', '--chdir=/', ...command);
}

describe.each([
  ['a machine that was shut down', shutDown],
  ['a machine that lost power', losePower],
  // What Docker starts by itself depends on its haste: more than one look.
  ['a machine that lost power once more', losePower],
])('%s', (_, goDown) => {
  let afterBoot: ReadonlyMap<string, string>;
  let troubled: readonly string[];

  beforeAll(async () => {
    await goDown();
    await forget();
    await bringEngineBack();
  });

  it('comes up with its deckies, without the host link, and with services that never joined theirs', async () => {
    await eventually('all services have started or given up', async () =>
      troublesOf(await site.status()).every((trouble) => !trouble.endsWith('starting')),
    );
    const report = await site.status();
    expect(report).toMatchObject({ healthy: false, bridge: false });
    troubled = troublesOf(report);
    for (const trouble of troubled) expect(trouble).toMatch(/^box-0[12] \w+ (exited \(\d+\)|lost network)$/);
    afterBoot = await startsOf(name);
    expect(await docker('inspect', '--format', '{{.State.Running}}', ...bases)).toEqual(['true', 'true']);
  });

  it('is healed by the unit: link and routes are back, and whoever lost its network is made again', async () => {
    const { exitCode, stderr } = await runUnit();
    expect(stderr).toContain('heal: succeeded');
    expect(exitCode).toBe(0);
    const report = await site.status();
    expect(report).toMatchObject({ healthy: true, bridge: true });
    expect(await succeed('host', 'ip', 'route', 'get', '198.51.100.71')).toContain(`dev ${link}`);
    for (const decky of report.deckies)
      await succeed('attacker', 'nc', '-n', '-z', '-w', '3', decky.ip, '6379');
    expect(await readdir(site.folder)).not.toContain('decnet-state.json.lock');
  });

  it('has nothing else touched: what was healthy is the same, and started no second time', async () => {
    const broken = troubled.map((trouble) => {
      const [decky, service] = trouble.split(' ');
      return `${baseContainerName(name, decky ?? '')}.${service}`;
    });
    const kept = keptOf(afterBoot, await startsOf(name));
    expect([...afterBoot.keys()].filter((container) => !kept.includes(container)).sort()).toEqual(
      broken.sort(),
    );
  });
});
