import type { ChildOptions } from '../docker/builder.ts';

/** Project name, file and folder, pinned: the working directory decides nothing. Absolute paths. */
export interface ComposeProject {
  readonly name: string;
  readonly file: string;
  readonly directory: string;
}

/** The `docker compose` v2 plugin. Every failure rejects with a classified `DecnetError`. */
export interface Compose {
  /** E.g. `2.26.1`; rejects with `COMPOSE_MISSING` when there is no v2 plugin. */
  version(): Promise<string>;
  /** Rejects with `COMPOSE_INVALID` when `docker compose config` refuses the file. */
  validate(project: ComposeProject): Promise<void>;
  /** `up -d --no-build`, never pulling, never removing orphans. */
  up(project: ComposeProject, options: ChildOptions): Promise<void>;
}
