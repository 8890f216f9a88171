/** What we ask of the host's kernel and files about its network. The real one is `linux.ts`. */
export interface Host {
  /** Who this host is: for the state file and for locks. */
  identity(): Promise<HostIdentity>;
  /** Whether this process has CAP_NET_ADMIN (effective set of /proc/self/status). */
  hasNetAdmin(): Promise<boolean>;
  links(): Promise<readonly Link[]>;
  /** IPv4 routes of the main table. */
  routes(): Promise<readonly Route[]>;
  /** Makes a link with its alias in one go, so that it is never there without our mark. Rejects with `LINK_UNSUPPORTED` when the kernel has no such driver. */
  addLink(spec: LinkSpec): Promise<void>;
  /** One that is gone is success. */
  deleteLink(name: string): Promise<void>;
  setLinkUp(name: string): Promise<void>;
  /** Lets the link answer ARP for its own addresses only, and not for every address of the host (arp_ignore 1). */
  answerForOwn(name: string): Promise<void>;
  /** `address` is a CIDR. One that is there is success. */
  addAddress(link: string, address: string): Promise<void>;
  deleteAddress(link: string, address: string): Promise<void>;
  /** Destinations are CIDRs; all in one call of `ip -batch`. */
  addRoutes(link: string, destinations: readonly string[], source: string): Promise<void>;
  deleteRoutes(link: string, destinations: readonly string[]): Promise<void>;
  /** Makes the kernel ask the LAN by ARP for each address (RFC 826), waits at most `timeout` ms, and answers who spoke up. */
  askNeighbours(
    link: string,
    addresses: readonly string[],
    timeout: number,
  ): Promise<ReadonlyMap<string, string>>;
  /**
   * Asks on a link, by ARP and in the neighbour table, who holds each address. Null: nobody spoke up. An address
   * that could not be asked is left out.
   */
  findHolders(
    link: string,
    addresses: readonly string[],
    patience: Patience,
  ): Promise<ReadonlyMap<string, Holder | null>>;
  /** Listening ports in the network namespace of a process: one read of /proc/<pid>/net. Empty when the process is gone. */
  listeningPorts(pid: number): Promise<readonly ListeningPort[]>;
  /** Inode of a process's network namespace; null when it is gone. */
  networkNamespace(pid: number): Promise<string | null>;
  /** What the process of a base has done in its network namespace. */
  baseState(pid: number): Promise<BaseState>;
  /** What rules of a disguise need and this kernel lacks, e.g. `CONFIG_NFT_NUMGEN`; none where it does not tell. */
  missingForDisguise(): Promise<readonly string[]>;
  /** Bytes free for root below a path; the nearest folder that exists counts. */
  freeBytes(path: string): Promise<number>;
}

export interface BaseState {
  /** Whether it is seen to have announced its addresses to the LAN since it started: that needs root. */
  readonly announced: boolean;
  /** The rules for what may leave. */
  readonly egress: EgressState;
}

export interface EgressState {
  /**
   * `closed`: as the base has loaded them. `open`: none were asked for. `changed`: by somebody, since. `not read`:
   * this process may not look, or the base is gone.
   */
  readonly rules: 'closed' | 'open' | 'changed' | 'missing' | 'not read';
  /** Packets refused since the base started; null where there are no rules. */
  readonly refused: number | null;
}

/** How often silence is asked again. */
export interface Patience {
  readonly rounds: number;
  /** For the answers of a round, milliseconds. */
  readonly wait: number;
}

/** Who answers for an address. */
export interface Holder {
  readonly mac: string;
  /** It did not answer: somebody wrote it into the neighbour table by hand. */
  readonly isPinned: boolean;
}

export interface HostIdentity {
  readonly hostname: string;
  /** /etc/machine-id, or a stable stand-in where there is none. */
  readonly machineId: string;
  /** /proc/sys/kernel/random/boot_id. */
  readonly bootId: string;
}

export interface Link {
  readonly name: string;
  readonly up: boolean;
  readonly mac: string;
  readonly alias: string | null;
  /** `macvlan`, `ipvlan`, `veth`, …; null for a physical one. */
  readonly kind: string | null;
  /** macvlan's or ipvlan's mode: `bridge`, `l2`, …; null where there is none. */
  readonly mode: string | null;
  /** Name of the parent; null where there is none. */
  readonly parent: string | null;
  /** IPv4, as `198.51.100.1/24`. */
  readonly addresses: readonly string[];
  readonly wireless: boolean;
  /** Whether it answers ARP for addresses of the host's other links too: the kernel's default. */
  readonly answersForOthers: boolean;
}

export interface LinkSpec {
  readonly name: string;
  readonly kind: 'macvlan' | 'ipvlan';
  readonly parent: string;
  readonly mac: string | null;
  readonly alias: string;
}

export interface Route {
  /** CIDR or `default`. A host route is written with /32. */
  readonly destination: string;
  readonly link: string;
  readonly gateway: string | null;
}

export interface ListeningPort {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
}
