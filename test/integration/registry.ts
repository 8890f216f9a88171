import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, cacheFolder, hashInputs } from '../../src/debian/cache.ts';
import { downloadPackages } from '../../src/debian/download.ts';
import { readDebianMachine } from '../../src/debian/machine.ts';
import { debianTools, rootRelease } from '../../src/debian/root.ts';
import { linkMergedUsr, unpackPackages } from '../../src/debian/unpack.ts';
import { labCommand } from '../../src/lab/command.ts';
import { eventually, labRecord, run } from './on-lab.ts';

/** A real registry on the lab's host. */
export interface Registry {
  /** What an image's name begins with. */
  readonly address: string;
  stop(): Promise<void>;
}

/** Debian's docker-registry, unpacked into the cache like the toolbox: the machine's packages stay as they are. */
async function ensureProgram(): Promise<string> {
  const { signal } = new AbortController();
  const machine = await readDebianMachine(debianTools.exec, signal);
  const hash = hashInputs(['docker-registry', machine.architecture, rootRelease]);
  const root = await cached(cacheFolder(process.env), `registry-${hash}`, async (workFolder) => {
    const options = { signal, onLine: () => {} };
    const downloads = join(workFolder, 'apt');
    await mkdir(downloads);
    const { archive } = machine;
    // A Go program: what it depends on is an init system's.
    const request = {
      archive,
      releases: [rootRelease],
      packages: ['docker-registry'],
      pin: null,
      status: null,
    };
    const all = await downloadPackages(debianTools.exec, request, downloads, options);
    const files = all.filter((file) => /\/docker-registry_/.test(file));
    const unpacked = join(workFolder, 'root');
    await linkMergedUsr(unpacked);
    await unpackPackages(debianTools.pipe, files, unpacked, signal);
    return unpacked;
  });
  return join(root, 'usr/bin/docker-registry');
}

/** Starts a registry on the lab host's loopback. With `closed`, it lets nobody in. */
export async function startRegistry(port: number, access: 'open' | 'closed' = 'open'): Promise<Registry> {
  const folder = await mkdtemp(join(tmpdir(), 'decnet-registry-'));
  const program = await ensureProgram();
  const address = `127.0.0.1:${port}`;
  const configuration = {
    version: '0.1',
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: folder } },
    http: { addr: address, secret: 'of no use' },
    ...(access === 'open' ? {} : { auth: { htpasswd: { realm: 'closed', path: join(folder, 'nobody') } } }),
  };
  await writeFile(join(folder, 'nobody'), '');
  const file = join(folder, 'config.yml');
  // YAML takes JSON as it is.
  await writeFile(file, JSON.stringify(configuration));
  const command = labCommand(await labRecord(), 'host', [program, 'serve', file], process.env);
  const child = spawn(command.file, command.args, {
    env: { ...process.env, ...command.env },
    stdio: 'ignore',
  });
  const stop = async (): Promise<void> => {
    await endChild(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const ask = `fetch('http://${address}/v2/').then(() => process.exit(0), () => process.exit(1))`;
    await eventually(
      'the registry answers',
      async () => (await run('host', 'node', '-e', ask)).exitCode === 0,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, stop };
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
