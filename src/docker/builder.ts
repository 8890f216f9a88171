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
  /** Makes the root file system of the runtime image from Debian packages, where no registry is reached; answers the path of a tar file. */
  debianRoot(packagesFile: string, key: string, options: ChildOptions): Promise<string>;
}
