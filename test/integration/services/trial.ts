/** How a service is tried on the lab: by a real client, and by whoever sends it rubbish. One file each service. */
export interface Trial {
  /** Its folder under `templates/`. */
  readonly service: string;
  /** Options beside the defaults: typically, who is let in. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** The decky's distro; `debian` unless given. */
  readonly distro?: string;
  readonly visits: readonly Visit[];
  /** What a client may send, as bytes in hex digits, in the order of a conversation: what the hostile pass mutates. */
  readonly conversations: readonly Conversation[];
}

/** One run of a client in the attacker's place. */
export interface Visit {
  /** A sentence's end: "lists the shares as a guest". */
  readonly what: string;
  readonly argv: (ip: string) => readonly string[];
  /** What the client ends with; 0 unless given. `any`: its exit code says nothing. */
  readonly exitCode?: number | 'any';
  /** What it prints, on either stream. */
  readonly prints?: RegExp;
  /** The events that it leaves, in this order, each exactly once; a field that is not named may be anything. */
  readonly leaves: readonly Left[];
}

/** An event by its name and fields; `connect`, `disconnect` and further `request`s need not be named. */
export interface Left {
  readonly event: 'auth' | 'command' | 'request' | 'upload' | 'malformed';
  readonly dst_port?: number;
  readonly [field: string]: string | number | boolean | RegExp | undefined;
}

interface Conversation {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly tls?: boolean;
  readonly messages: readonly string[];
}
