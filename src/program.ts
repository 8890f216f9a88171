import { Command, Option } from 'commander';
import { registerAlerts } from './commands/alerts.ts';
import { registerArchetypes } from './commands/archetypes.ts';
import { registerCollect } from './commands/collect.ts';
import { registerCompletion } from './commands/completion.ts';
import { registerDeploy } from './commands/deploy.ts';
import { registerDistros } from './commands/distros.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerEvents } from './commands/events.ts';
import { registerHeal } from './commands/heal.ts';
import { registerInit } from './commands/init.ts';
import { registerLab } from './commands/lab.ts';
import { registerLogs } from './commands/logs.ts';
import { registerMan } from './commands/man.ts';
import { registerPlan } from './commands/plan.ts';
import { registerResume } from './commands/resume.ts';
import { registerRollback } from './commands/rollback.ts';
import { registerServices } from './commands/services.ts';
import { registerStatus } from './commands/status.ts';
import { registerStep } from './commands/step.ts';
import { registerSystemd } from './commands/systemd.ts';
import { registerTeardown } from './commands/teardown.ts';
import { registerValidate } from './commands/validate.ts';

/** The command line with all its commands, which parse nothing yet. What they need is loaded when they run. */
export function createProgram(version: string): Command {
  const program = new Command('decnet')
    .description('Puts a fleet of decoy machines on your LAN, and takes it off without a trace.')
    .version(version, '--version')
    .option('--debug', 'show stack traces of errors')
    .showHelpAfterError('(add --help for what is possible)')
    .enablePositionalOptions()
    .addHelpText('after', '\nExamples:\n  decnet plan fleet.yaml\n  decnet deploy fleet.yaml');
  for (const register of registers) register(program);
  for (const command of commandsOf(program)) {
    command.exitOverride();
    if (command !== program)
      command.addOption(new Option('--debug', 'show stack traces of errors').hideHelp());
  }
  return program;
}

/** The program itself, its commands and theirs. */
export function commandsOf(program: Command): readonly Command[] {
  return [program, ...program.commands.flatMap((one) => [one, ...one.commands])];
}

/** In the order of the help. */
const registers: readonly ((program: Command) => void)[] = [
  registerInit,
  (program) => registerValidate(program, async () => (await import('./known-here.ts')).factsIfKnown()),
  registerPlan,
  registerDeploy,
  registerResume,
  registerHeal,
  registerRollback,
  registerTeardown,
  registerStatus,
  registerSystemd,
  registerAlerts,
  registerStep,
  registerServices,
  registerArchetypes,
  registerDistros,
  registerDoctor,
  (program) =>
    registerLogs(program, {
      loadDeployment: async (path) => (await import('./known-here.ts')).recordedDeployment(path),
      connectDocker: async () => (await import('./docker/dockerode.ts')).createDocker(),
      setExitCode: (code) => {
        process.exitCode = code;
      },
    }),
  registerCollect,
  registerEvents,
  registerLab,
  registerCompletion,
  registerMan,
];
