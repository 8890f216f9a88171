import type { DebianOptions } from '../debian/download.ts';
import { DecnetError, exitCodes } from '../errors.ts';

/** What everything that builds or removes the lab takes. */
export interface LabOptions {
  readonly signal: AbortSignal;
  /** `isDetail`: what a program printed, for whoever wants to see all. */
  readonly onProgress: (line: string, isDetail?: boolean) => void;
}

/** What apt prints is detail. */
export function debianOptions({ signal, onProgress }: LabOptions): DebianOptions {
  return { signal, onLine: (line) => onProgress(line, true) };
}

export function requireRoot(): void {
  if (process.getuid?.() === 0) return;
  throw new DecnetError('The lab needs root: it makes network namespaces and runs a Docker Engine in them', {
    code: 'NOT_ROOT',
    hint: 'Run the same command with sudo.',
    exitCode: exitCodes.refused,
  });
}
