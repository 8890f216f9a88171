import { type Command, InvalidArgumentError } from 'commander';
import type { Docker } from '../docker/docker.ts';
import type { ExitCode } from '../errors.ts';
import { type LogsSurroundings, showLogs } from '../logs/show.ts';
import type { KnownDeployment } from '../logs/sources.ts';
import { addFilters, type FilterFlags, toWanted } from './log-filters.ts';

export interface LogsDependencies extends Partial<LogsSurroundings> {
  /** Reads the state file: the given one, or the default. */
  readonly loadDeployment: (statePath?: string) => Promise<KnownDeployment>;
  /** Only called when logs are read. */
  readonly connectDocker: () => Docker | Promise<Docker>;
  readonly setExitCode: (code: ExitCode) => void;
}

interface LogsOptions extends FilterFlags {
  readonly follow?: true;
  readonly json?: true;
  readonly state?: string;
  readonly tail?: number;
}

/** `decnet logs`: who touched the deckies, of all containers by time. */
export function registerLogs(program: Command, dependencies: LogsDependencies): void {
  const command = program
    .command('logs')
    .summary('show what the services logged, by time')
    .description('Shows what the services of the fleet logged, merged by time.');
  addFilters(command)
    .option('-f, --follow', 'go on with what comes')
    .option('--json', 'one JSON object a line')
    .option(
      '--tail <lines>',
      'only the last lines of each service, of those that the filters let through',
      toCount,
    )
    .option('--state <path>', 'state file of the deployment')
    .addHelpText('after', examples)
    .action(async (decky: string | undefined, options: LogsOptions) => {
      dependencies.setExitCode(await run(decky, options, dependencies));
    });
}

const examples = `
Examples:
  decnet logs --follow --event auth,egress-denied
  decnet logs files-01 --service ssh --src 192.0.2.0/24 --since 2h --json`;

async function run(
  decky: string | undefined,
  options: LogsOptions,
  dependencies: LogsDependencies,
): Promise<ExitCode> {
  const { loadDeployment, connectDocker, stdout, stderr, signals, env } = dependencies;
  const deployment = await loadDeployment(options.state);
  const request = {
    ...toWanted(decky, options),
    ...(options.tail === undefined ? {} : { tail: options.tail }),
    follow: options.follow === true,
    json: options.json === true,
  };
  return showLogs(await connectDocker(), deployment, request, {
    stdout: stdout ?? process.stdout,
    stderr: stderr ?? process.stderr,
    signals: signals ?? process,
    env: env ?? process.env,
  });
}

function toCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a number of lines, e.g. 20.');
  return Number(text);
}
