import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DecnetError, exitCodes } from '../errors.ts';
import type { Exec } from '../exec.ts';
import type { AptSource, DebianArchive } from './sources.ts';
import { findDebianArchive, parseDeb822Sources, parseOneLineSources } from './sources.ts';

/** What must be known of this machine to unpack Debian packages on it. */
export interface DebianMachine {
  /** E.g. `bookworm`. */
  readonly codename: string;
  /** Debian's word, e.g. `amd64`. */
  readonly architecture: string;
  readonly archive: DebianArchive;
}

/** Reads release, architecture and sources. Rejects with `NOT_DEBIAN`, or `NO_DEBIAN_ARCHIVE`. */
export async function readDebianMachine(exec: Exec, signal: AbortSignal): Promise<DebianMachine> {
  const codename = debianCodename(await readFile('/etc/os-release', 'utf8').catch(() => ''));
  if (codename === null) throw notDebian();
  const architecture = await exec('dpkg', ['--print-architecture'], { signal });
  const archive = findDebianArchive(await readSources('/etc/apt'), codename);
  if (archive === null) {
    throw new DecnetError(`apt's sources offer no Debian ${codename} with component main`, {
      code: 'NO_DEBIAN_ARCHIVE',
      hint: 'Add Debian to /etc/apt/sources.list.d, as `apt-get update` needs it too.',
      exitCode: exitCodes.refused,
    });
  }
  return { codename, architecture: architecture.stdout.trim(), archive };
}

/** The codename in os-release(5), null when the machine is not Debian itself. */
export function debianCodename(osRelease: string): string | null {
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(osRelease)?.[1];
  return field('ID') === 'debian' ? (field('VERSION_CODENAME') ?? null) : null;
}

async function readSources(folder: string): Promise<readonly AptSource[]> {
  const parts = await readdir(join(folder, 'sources.list.d')).catch(() => []);
  const paths = [
    join(folder, 'sources.list'),
    ...parts.sort().map((name) => join(folder, 'sources.list.d', name)),
  ];
  const sources = paths.map(async (path) => {
    if (path.endsWith('.sources')) return parseDeb822Sources(await readFile(path, 'utf8'));
    if (path.endsWith('.list')) return parseOneLineSources(await readFile(path, 'utf8').catch(() => ''));
    return [];
  });
  return (await Promise.all(sources)).flat();
}

function notDebian(): DecnetError {
  return new DecnetError('This machine does not run Debian, and packages can be unpacked on Debian only', {
    code: 'NOT_DEBIAN',
    hint: 'Run on Debian 12 or 13, or in a container or virtual machine of it.',
    exitCode: exitCodes.refused,
  });
}
