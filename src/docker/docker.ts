/** What we ask of the Docker Engine. The real one is `dockerode.ts`, the one that fails on demand in test/fakes. */
export interface Docker {
  /** Rejects with `DOCKER_UNREACHABLE` (naming the socket) when no engine answers. */
  version(): Promise<EngineInfo>;
  /** All networks, inspected: without the containers in them. */
  listNetworks(): Promise<readonly Network[]>;
  /** By exact name, with the containers in it; null when there is none. */
  inspectNetwork(name: string): Promise<Network | null>;
  /** Returns the id. */
  createNetwork(spec: NetworkSpec): Promise<string>;
  /** By id. One that is gone is success. */
  removeNetwork(id: string): Promise<void>;
  /** Running or not, that bear `label` (with `value`, when given); all of them without a label: one call. */
  listContainers(label?: string, value?: string): Promise<readonly Container[]>;
  /** By id or name; null when it is gone. */
  inspectContainer(id: string): Promise<ContainerDetail | null>;
  /** Kills and removes with its anonymous volumes. One that is gone is success. */
  removeContainer(id: string): Promise<void>;
  /** Images that bear `label`. */
  listImages(label: string): Promise<readonly Image[]>;
  /** By tag. One that is gone is success; one in use is left and named in the answer. */
  removeImage(tag: string): Promise<'removed' | 'in-use'>;
  /** Makes an image of a tar file of a root file system. */
  importImage(archive: string, tag: string, labels: Readonly<Record<string, string>>): Promise<void>;
  /** A container's log as lines, each with Docker's RFC 3339 time stamp; ends when `signal` aborts or, unless `follow`, at the end. */
  logs(id: string, options: LogOptions): AsyncIterable<LogLine>;
  /**
   * Starts, ends and removals of containers that bear `label`, from the moment on at which it resolves: whoever lists
   * the containers then misses none. Ends when `signal` aborts, or with the engine.
   */
  watchContainers(label: string, signal: AbortSignal): Promise<AsyncIterable<ContainerChange>>;
}

export interface EngineInfo {
  /** E.g. `26.1.5`. */
  readonly version: string;
  /** Docker's data folder on the host. */
  readonly rootDir: string;
}

export interface NetworkSpec {
  readonly name: string;
  readonly driver: string;
  readonly parent: string;
  readonly subnet: string;
  readonly gateway: string | null;
  /** CIDR. */
  readonly ipRange: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Network {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  /** Driver options: `parent`, `macvlan_mode`, `ipvlan_mode`. */
  readonly options: Readonly<Record<string, string>>;
  readonly pools: readonly {
    readonly subnet: string;
    readonly gateway: string | null;
    readonly ipRange: string | null;
  }[];
  readonly labels: Readonly<Record<string, string>>;
  /** Names of the containers in it; empty in lists. */
  readonly containers: readonly string[];
}

export interface Container {
  readonly id: string;
  /** Without the leading slash. */
  readonly name: string;
  /** `created`, `running`, `restarting`, `exited`, `paused`, `dead`. */
  readonly state: string;
  /** Docker's words, e.g. `Exited (1) 3 seconds ago`. */
  readonly status: string;
  /** Image id, `sha256:…`. */
  readonly imageId: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `container:<id of the base>` for a service. */
  readonly networkMode: string;
  /** IPv4 of its own, while it runs. */
  readonly addresses: readonly string[];
  /** Names of the networks that it is on, or will be when it starts. */
  readonly networks: readonly string[];
}

export interface ContainerDetail {
  readonly id: string;
  readonly name: string;
  readonly running: boolean;
  /** On the host; 0 when it does not run. */
  readonly pid: number;
  readonly exitCode: number;
  /** RFC 3339. */
  readonly startedAt: string;
  /** Docker's word why it could not start; empty when it could. */
  readonly error: string;
  /** By network name. */
  readonly addresses: Readonly<Record<string, { readonly ip: string; readonly mac: string }>>;
  readonly networkMode: string;
}

export interface Image {
  readonly id: string;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface LogOptions {
  readonly follow: boolean;
  /** RFC 3339; lines from then on. */
  readonly since?: string;
  readonly tail?: number;
  /**
   * Milliseconds that may pass between two looks at a log that is followed: what came meanwhile is read at once, which
   * costs a busy container's reader a wake-up each, not one a line. Default: none.
   */
  readonly pause?: number;
  readonly signal: AbortSignal;
}

/** Something happened to a container. What, is for whoever looks at it now. */
export interface ContainerChange {
  readonly id: string;
}

export interface LogLine {
  readonly time: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}
