import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DecnetError, exitCodes } from '../errors.ts';
import type { Exec } from '../exec.ts';
import type { Pin } from './apt-config.ts';
import { aptConfiguration, aptPreferences } from './apt-config.ts';
import type { DebianArchive } from './sources.ts';
import { sourcesText } from './sources.ts';

export interface DownloadRequest {
  readonly archive: DebianArchive;
  /** Codenames, e.g. `bookworm`. */
  readonly releases: readonly string[];
  readonly packages: readonly string[];
  readonly pin: Pin | null;
  /** dpkg's status file: what counts as installed and need not come. Null: nothing does. */
  readonly status: string | null;
}

export interface DebianOptions {
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/** Fetches the packages with all that they depend on; answers the paths of the .deb files, below `folder`. */
export async function downloadPackages(
  exec: Exec,
  request: DownloadRequest,
  folder: string,
  options: DebianOptions,
): Promise<readonly string[]> {
  const configuration = await prepareFolder(request, folder);
  await apt(exec, ['-c', configuration, '-q', 'update', '--error-on=any'], options);
  const install = ['install', '--yes', '--download-only', ...request.packages];
  await apt(exec, ['-c', configuration, '-q', ...install], options);
  const archives = join(folder, 'archives');
  const names = (await readdir(archives)).filter((name) => name.endsWith('.deb'));
  return names.sort().map((name) => join(archives, name));
}

async function prepareFolder(request: DownloadRequest, folder: string): Promise<string> {
  for (const name of ['lists/partial', 'archives/partial', 'cache'])
    await mkdir(join(folder, name), { recursive: true });
  const emptyStatus = join(folder, 'status');
  const configuration = join(folder, 'apt.conf');
  await writeFile(emptyStatus, '');
  await writeFile(join(folder, 'decnet.sources'), sourcesText(request.archive, request.releases));
  await writeFile(join(folder, 'preferences'), aptPreferences(request.pin));
  await writeFile(configuration, aptConfiguration(folder, request.status ?? emptyStatus));
  return configuration;
}

async function apt(exec: Exec, args: readonly string[], options: DebianOptions): Promise<void> {
  const { signal, onLine } = options;
  const env = { LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
  const result = await exec('apt-get', args, { signal, onLine, env, timeout: 600_000 });
  if (result.exitCode === 0) return;
  const reasons = result.stderr.split('\n').filter((line) => line.startsWith('E: '));
  throw new DecnetError(
    `apt-get cannot fetch packages: ${reasons.join(' ').trim() || `exit code ${result.exitCode}`}`,
    {
      code: 'PACKAGES_UNAVAILABLE',
      hint: 'See whether `apt-get update` works on this machine; nothing of it was changed.',
      exitCode: exitCodes.refused,
      retryable: true,
    },
  );
}
