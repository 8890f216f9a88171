import type { Command } from 'commander';
import { Option } from 'commander';
import type { LabRole } from '../lab/layout.ts';
import { jsonLine } from '../text/json-line.ts';

/** `decnet lab`: a private LAN with its own Docker Engine, to rehearse on. */
export function registerLab(program: Command): void {
  const lab = program
    .command('lab')
    .description('a private LAN with a Docker Engine of its own, to rehearse a fleet on')
    .addHelpText(
      'after',
      '\nExamples:\n  decnet lab up\n  decnet lab exec --as attacker -- nmap -sV 198.51.100.70',
    );
  registerUp(lab);
  registerDown(lab);
  registerStatus(lab);
  registerExec(lab);
}

function registerUp(lab: Command): void {
  lab
    .command('up')
    .description('raise the lab, or what is missing of it; unpacks Docker into the cache where there is none')
    .option('--verbose', 'what apt prints, too')
    .addHelpText('after', '\nExamples:\n  decnet lab up\n  XDG_CACHE_HOME=/var/cache decnet lab up')
    .action(async (options: { readonly verbose?: true }) => {
      const { labUp } = await import('../lab/up.ts');
      const { labNetwork } = await import('../lab/layout.ts');
      const outcome = await withSignal((signal) => labUp({ signal, onProgress: progress(options.verbose) }));
      const { interface: link, subnet } = labNetwork;
      process.stdout.write(
        `${outcome === 'raised' ? 'The lab is up' : 'The lab was up already'}: ${subnet}, interface ${link}\n`,
      );
    });
}

function registerDown(lab: Command): void {
  lab
    .command('down')
    .description('remove the lab: processes, namespaces, mounts and files; the cache stays')
    .addHelpText('after', '\nExamples:\n  decnet lab down\n  decnet lab down && decnet lab up')
    .action(async () => {
      const { labDown } = await import('../lab/down.ts');
      const left = await withSignal((signal) => labDown({ signal, onProgress: progress(undefined) }));
      if (left.length > 0) {
        const { DecnetError, exitCodes } = await import('../errors.ts');
        throw new DecnetError(`The lab left something behind: ${left.join(', ')}`, {
          code: 'LAB_LEFTOVER',
          hint: 'Leave shells and programs that still use it, then run `decnet lab down` again.',
          exitCode: exitCodes.leftover,
        });
      }
      process.stdout.write('The lab is down; nothing of it is left but the cache\n');
    });
}

function registerStatus(lab: Command): void {
  lab
    .command('status')
    .description('whether the lab is up')
    .option('--json', 'as one JSON object')
    .addHelpText('after', '\nExamples:\n  decnet lab status\n  decnet lab status --json | jq .up')
    .action(async (options: { readonly json?: true }) => {
      const { labStatus } = await import('../lab/status.ts');
      const status = await withSignal(labStatus);
      const present = status.namespaces.filter((namespace) => namespace.present).map(({ name }) => name);
      const lines = [
        `lab         ${status.up ? 'up' : 'down'}`,
        `docker      ${status.docker ?? 'does not answer'}${status.enginePrefix ? ` (${status.enginePrefix})` : ''}`,
        `socket      ${status.socket}`,
        `namespaces  ${present.join(' ') || 'none'}`,
      ];
      process.stdout.write(options.json ? `${jsonLine(status)}\n` : `${lines.join('\n')}\n`);
    });
}

function registerExec(lab: Command): void {
  lab
    .command('exec')
    .description(
      'run a command on the lab: on its host with your files, or as the attacker with its own tools',
    )
    .addOption(
      new Option('--as <role>', 'whose place').choices(['host', 'attacker', 'neighbour']).default('host'),
    )
    .argument('<command...>', 'what to run, after --')
    .passThroughOptions()
    .addHelpText(
      'after',
      '\nExamples:\n  decnet lab exec -- decnet deploy examples/office.yaml\n  decnet lab exec --as attacker -- bash',
    )
    .action(async (command: readonly string[], options: { readonly as: LabRole }) => {
      const { labExecute } = await import('../lab/execute.ts');
      process.exitCode = await labExecute(options.as, command);
    });
}

/** Apt's lines are for whoever asks; ours begin with a capital or a lower case verb and are few. */
function progress(verbose: true | undefined): (line: string, detail?: boolean) => void {
  return (line, detail = false) => {
    if (verbose || !detail) process.stderr.write(`${line}\n`);
  };
}

/** Ends the work on INT, TERM and HUP; the pieces that are made by then stay. */
async function withSignal<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = (name: NodeJS.Signals): void => controller.abort(name);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.once(name, abort);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? await endedBy(String(controller.signal.reason), error) : error;
  } finally {
    for (const name of signals) process.off(name, abort);
  }
}

async function endedBy(signal: string, cause: unknown): Promise<Error> {
  const { DecnetError, exitCodes } = await import('../errors.ts');
  const { interrupted, terminated, hangup } = exitCodes;
  return new DecnetError(`Ended by ${signal}`, {
    code: 'INTERRUPTED',
    hint: '`decnet lab up` goes on from here, `decnet lab down` removes what is there.',
    exitCode: signal === 'SIGINT' ? interrupted : signal === 'SIGTERM' ? terminated : hangup,
    cause,
  });
}
