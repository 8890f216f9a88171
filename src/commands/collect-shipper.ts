import { type Command, Option } from 'commander';
import type { ShipperName } from '../shippers/shipper.ts';
import type { ShipperFlags } from './shipper-options.ts';

const shipperNames: readonly ShipperName[] = ['rsyslog', 'vector', 'fluent-bit'];

export interface CollectShipperFlags extends ShipperFlags {
  readonly shipper: ShipperName;
}

/** Adds what `decnet collect` needs to print the configuration of a shipper instead of collecting. */
export function addShipperOptions(collect: Command): Command {
  return collect
    .addOption(
      new Option('--shipper <name>', 'print what this log shipper needs to ship the file, and end').choices(
        shipperNames,
      ),
    )
    .option('--to <host:port>', 'with --shipper: the receiver')
    .option(
      '--spool <folder>',
      'with --shipper: where it keeps position and queue (default: /var/spool/decnet)',
    )
    .option('--tls-ca <file>', 'with --shipper: who signed the certificate of the receiver')
    .option('--tls-cert <file>', 'with --shipper: certificate to show the receiver')
    .option('--tls-key <file>', 'with --shipper: its key')
    .option(
      '--tls-name <name>',
      'with --shipper: name in the certificate of the receiver (default: the host of --to)',
    );
}

/** The configuration that was asked for. Rejects with `USAGE` (exit code 2). */
export async function shipperText({ shipper, ...flags }: CollectShipperFlags): Promise<string> {
  const [{ shippers }, { readShipperFlags }] = await Promise.all([
    import('../shippers/shipper.ts'),
    import('./shipper-options.ts'),
  ]);
  return shippers[shipper](readShipperFlags(flags));
}
