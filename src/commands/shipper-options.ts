import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { DecnetError, exitCodes } from '../errors.ts';
import { type Shipment, type ShipmentTls, unfit } from '../shippers/shipment.ts';
import { quoteValue } from '../text/quote.ts';

/** What was typed after `decnet collect --shipper NAME`. */
export interface ShipperFlags {
  /** The collector's file. */
  readonly output: string;
  readonly to?: string;
  readonly spool?: string;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsName?: string;
}

/** Reads the flags; every path becomes absolute. Throws `USAGE` (exit code 2), which names the flag. */
export function readShipperFlags(flags: ShipperFlags): Shipment {
  const { host, port } = readTarget(flags.to);
  return {
    file: readPath('--output', flags.output),
    spool: readPath('--spool', flags.spool ?? '/var/spool/decnet'),
    host,
    port,
    tls: readTls(flags, host),
  };
}

function readTarget(to: string | undefined): Pick<Shipment, 'host' | 'port'> {
  if (to === undefined)
    throw refusal('--shipper needs --to', 'Name the receiver, e.g. --to logs.example.com:6514');
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/.exec(to) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  const fits = host !== undefined && (bracketed === undefined || isIP(bracketed) === 6);
  if (fits && port >= 1 && port <= 65_535) return { host, port };
  throw refusal(`--to ${quoteValue(to)} is no host and port`, 'Write HOST:PORT, or [IPv6]:PORT.');
}

/** All of a client's certificate, or plain TCP: half of one would ship in the clear what was meant to be secret. */
function readTls(flags: ShipperFlags, host: string): ShipmentTls | null {
  const { tlsCa: ca, tlsCert: cert, tlsKey: key, tlsName: name } = flags;
  if (ca === undefined && cert === undefined && key === undefined && name === undefined) return null;
  if (ca === undefined) throw incomplete('--tls-ca');
  if (cert === undefined) throw incomplete('--tls-cert');
  if (key === undefined) throw incomplete('--tls-key');
  return {
    ca: readPath('--tls-ca', ca),
    cert: readPath('--tls-cert', cert),
    key: readPath('--tls-key', key),
    serverName: readName(name ?? host),
  };
}

function readName(name: string): string {
  if (/^[A-Za-z0-9._:-]+$/.test(name)) return name;
  throw refusal(
    `--tls-name ${quoteValue(name)} is no name of a host`,
    'Give the name in the certificate of the receiver.',
  );
}

function readPath(flag: string, path: string): string {
  const absolute = resolve(path);
  const [character] = unfit.exec(absolute) ?? [];
  if (character === undefined && path !== '') return absolute;
  if (path === '') throw refusal(`${flag} is empty`, `Give a path with ${flag}.`);
  throw refusal(
    `${flag} ${quoteValue(absolute)} holds ${quoteValue(character ?? '')}, which means something else to log shippers`,
    `Give another path with ${flag}.`,
  );
}

function incomplete(flag: string): DecnetError {
  return refusal(
    `TLS needs ${flag}`,
    'Give --tls-ca, --tls-cert and --tls-key, or none of them for plain TCP.',
  );
}

function refusal(message: string, hint: string): DecnetError {
  return new DecnetError(message, { code: 'USAGE', hint, exitCode: exitCodes.usage });
}
