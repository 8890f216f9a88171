import type { ChildIdentity } from '../exec.ts';

/** How a long child is watched and ended: shared by everything that runs one for a step. */
export interface ChildOptions {
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
  readonly onSpawn: (child: ChildIdentity) => Promise<void>;
}

export interface BuildSpec {
  readonly tag: string;
  /** Absolute path of the build context, with its Dockerfile. */
  readonly context: string;
  readonly args: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly noCache: boolean;
}

/** Builds images with `docker build`. Rejects with a classified `DecnetError`. */
export interface ImageBuilder {
  build(spec: BuildSpec, options: ChildOptions): Promise<void>;
  /** Path of a root file system of these packages that was made before, as a tar file; null when there is none. */
  findDebianRoot(packagesFile: string): Promise<string | null>;
  /** The same, made from Debian packages now where there is none: needs apt and its mirror, but no registry. */
  debianRoot(packagesFile: string, options: ChildOptions): Promise<string>;
}
