/** Where a shipper reads and where it sends to. No value holds a character of `unfit`. */
export interface Shipment {
  /** The collector's file; absolute. What was rotated away lies beside it: `FILE.000001` and so on. */
  readonly file: string;
  /** Where the shipper keeps its position and its queue; absolute, and not shared with another shipment. */
  readonly spool: string;
  readonly host: string;
  readonly port: number;
  /** Null: plain TCP. */
  readonly tls: ShipmentTls | null;
}

/** Files in PEM; absolute. */
export interface ShipmentTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** What the receiver's certificate has to bear. */
  readonly serverName: string;
}

/** Bytes: twice what a decoy logs at most in a line, and what the collector adds. */
export const longestLine = 65_536;

/** What some shipper would take for a pattern, a variable, a separator or the end of a value. */
export const unfit = /[\p{Cc}"\\$*?[\]{},]/u;
