/** The files that steps make, below `.decnet/`. The real one is `files-on-disk.ts`. Paths are absolute. */
export interface Files {
  /** Null when there is none. */
  readonly read: (path: string) => Promise<string | null>;
  /** Atomic and durable; folders above are made. */
  readonly write: (path: string, content: string, mode: number) => Promise<void>;
  /** Whole folders too. One that is gone is success. */
  readonly remove: (path: string) => Promise<void>;
  /** Replaces the folder `to` by a copy of `sources` (file name → absolute path), so that it is never there half. */
  readonly stage: (to: string, sources: ReadonlyMap<string, string>) => Promise<void>;
  /** SHA-256 over names and contents of every file below a folder; null when it is not there. */
  readonly digest: (folder: string) => Promise<string | null>;
}
