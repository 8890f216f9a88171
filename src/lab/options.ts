import type { DebianOptions } from '../debian/download.ts';

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
