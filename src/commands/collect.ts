import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Format } from '../collect/formats.ts';
import { DecnetError, exitCodes } from '../errors.ts';
import { interruptionOf } from '../runner/interruption.ts';
import type { ShipperName } from '../shippers/shipper.ts';
import { addShipperOptions, shipperText } from './collect-shipper.ts';
import type { ShipperFlags } from './shipper-options.ts';

interface CollectFlags extends Omit<ShipperFlags, 'output'> {
  readonly state?: string;
  readonly output?: string;
  readonly format: Format;
  readonly maxSize: number;
  readonly keep: number;
  readonly shipper?: ShipperName;
}

const formatNames: readonly Format[] = ['rfc5424', 'json', 'ecs'];

/** `decnet collect`: every event of the deployment, in one file. */
export function registerCollect(program: Command): void {
  const command = program
    .command('collect')
    .summary('collect the events of all deckies in one file')
    .description(
      'Follows every container of the deployment and appends its events to one rotated file, until it is ended. It goes on where it was: an event comes once, or again with the same id, but always. It may be started before there is a deployment.',
    )
    .option('--state <path>', 'state file (default: ./decnet-state.json)')
    .option('-o, --output <file>', 'where to (default: decnet-events.log beside the state file)')
    .addOption(new Option('--format <format>', 'what a line is').choices(formatNames).default('rfc5424'))
    .addOption(
      new Option('--max-size <size>', 'begin another file before this one is larger, e.g. 500k or 2g')
        .argParser(toBytes)
        .default(toBytes('100m'), '100m'),
    )
    .option('--keep <files>', 'how many full files to keep, as FILE.000001', toCount, 10);
  addShipperOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  decnet collect\n  decnet collect --format ecs --output /var/log/decnet/events.json --keep 30\n  decnet collect --shipper rsyslog --to logs.example.com:514',
    )
    .action(async (flags: CollectFlags) => {
      if (flags.shipper !== undefined) {
        process.stdout.write(await shippersText({ ...flags, shipper: flags.shipper }));
        return;
      }
      const { interruptible } = await import('./interruptible.ts');
      await interruptible((signal) => collect(flags, signal));
    });
}

/** What ships the file that a collector with the same flags writes. Makes nothing. */
async function shippersText(flags: CollectFlags & { readonly shipper: ShipperName }): Promise<string> {
  if (flags.format !== 'rfc5424') throw notSyslog(flags.format);
  const { realpath } = await import('node:fs/promises');
  const output = flags.output ?? (await defaultOutput(flags));
  // rsyslog does not follow links, and the collector writes where they lead.
  return shipperText({ ...flags, output: await realpath(output).catch(() => output) });
}

function notSyslog(format: Format): DecnetError {
  return new DecnetError(`--shipper ships syslog, and --format ${format} is none`, {
    code: 'USAGE',
    hint: 'Leave out --format. To ship the file as it is, let a shipper of your own follow it.',
    exitCode: exitCodes.usage,
  });
}

async function defaultOutput({ state }: CollectFlags): Promise<string> {
  const { dirname, join } = await import('node:path');
  const { pathsOf, stateFileName } = await import('../state/paths.ts');
  return join(dirname(pathsOf(state ?? stateFileName).state), 'decnet-events.log');
}

async function collect(flags: CollectFlags, signal: AbortSignal): Promise<void> {
  const { collectFiles } = await import('../collect/files.ts');
  const { runCollector } = await import('../collect/run-collector.ts');
  const { createDocker } = await import('../docker/dockerode.ts');
  const { pathsOf, stateFileName } = await import('../state/paths.ts');
  const { thisProcess } = await import('../state/this-process.ts');
  const paths = pathsOf(flags.state ?? stateFileName);
  const files = await collectFiles(flags.output ?? (await defaultOutput(flags)));
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const { format, maxSize, keep } = flags;
  const self = await thisProcess();
  await runCollector({ paths, files, format, maxSize, keep }, { docker: createDocker(), self, say, signal });
  process.exitCode = exitCodeOf(signal);
}

/** TERM is how a service manager ends what it started: all is written, and nothing was under way. */
function exitCodeOf(signal: AbortSignal): number {
  const { signal: name, exitCode } = interruptionOf(signal);
  return name === 'SIGTERM' ? exitCodes.done : exitCode;
}

const units: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Bytes. Below it, a file would hold a few lines. */
const smallest = 64 * 1024;

function toBytes(text: string): number {
  const match = /^(\d{1,12})([kmg]?)$/i.exec(text);
  const bytes = Number(match?.[1]) * (units[match?.[2]?.toLowerCase() ?? ''] ?? Number.NaN);
  if (bytes >= smallest && Number.isSafeInteger(bytes)) return bytes;
  throw new InvalidArgumentError('Give a size of 64k or more, e.g. 100m.');
}

function toCount(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('Give a number of files from 1 to 9999.');
  return Number(text);
}
