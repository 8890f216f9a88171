import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { downloadPackages } from '../../debian/download.ts';
import type { DebianMachine } from '../../debian/machine.ts';
import { type DebianTools, rootRelease } from '../../debian/root.ts';
import { DecnetError, exitCodes } from '../../errors.ts';
import type { LabOptions } from '../options.ts';
import { debianOptions } from '../options.ts';

/** User-Mode Linux: a kernel that is an ordinary program, with ipvlan among its modules. */
const kernelPackage = 'user-mode-linux';

/** What the kernel is built for (`apt show user-mode-linux`). */
const architectures = ['amd64', 'i386'];

/** Debian's kernel package is not for this machine, or cannot be reached from it. */
const noKernelCodes = ['UML_UNAVAILABLE', 'NOT_DEBIAN', 'NO_DEBIAN_ARCHIVE'];

/** Why there is no such kernel to be had on this machine: all that excuses from testing. Null for any other failure. */
export function reasonToSkip(error: unknown): string | null {
  return error instanceof DecnetError && noKernelCodes.includes(error.code) ? error.message : null;
}

/** Fetches the kernel's package into `folder`; answers its path. Rejects with `UML_UNAVAILABLE`. */
export async function fetchKernel(
  tools: DebianTools,
  machine: DebianMachine,
  folder: string,
  options: LabOptions,
): Promise<string> {
  if (!architectures.includes(machine.architecture)) {
    throw unavailable(`Debian has no ${kernelPackage} for ${machine.architecture}`);
  }
  await mkdir(folder, { recursive: true });
  const request = {
    archive: machine.archive,
    releases: [rootRelease],
    packages: [kernelPackage],
    pin: null,
    status: null,
  };
  const files = await downloadPackages(tools.exec, request, folder, debianOptions(options)).catch(
    (cause: unknown) => {
      if (!(cause instanceof DecnetError) || cause.code !== 'PACKAGES_UNAVAILABLE') throw cause;
      throw unavailable(cause.message, cause);
    },
  );
  const found = files.find((file) => basename(file).startsWith(`${kernelPackage}_`));
  if (found === undefined) throw unavailable(`apt-get fetched no ${kernelPackage}`);
  return found;
}

function unavailable(message: string, cause?: unknown): DecnetError {
  return new DecnetError(message, {
    code: 'UML_UNAVAILABLE',
    hint: 'Run it on Debian for amd64, where `apt-get update` works.',
    exitCode: exitCodes.refused,
    cause,
  });
}
