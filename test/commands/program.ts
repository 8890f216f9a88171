import { Command, Option } from 'commander';
import { registerAlerts } from '../../src/commands/alerts.ts';
import { registerArchetypes } from '../../src/commands/archetypes.ts';
import { registerCollect } from '../../src/commands/collect.ts';
import { registerCompletion } from '../../src/commands/completion.ts';
import { registerDeploy } from '../../src/commands/deploy.ts';
import { registerDistros } from '../../src/commands/distros.ts';
import { registerDoctor } from '../../src/commands/doctor.ts';
import { registerEvents } from '../../src/commands/events.ts';
import { registerHeal } from '../../src/commands/heal.ts';
import { registerInit } from '../../src/commands/init.ts';
import { registerLab } from '../../src/commands/lab.ts';
import { registerLogs } from '../../src/commands/logs.ts';
import { registerMan } from '../../src/commands/man.ts';
import { registerPlan } from '../../src/commands/plan.ts';
import { registerResume } from '../../src/commands/resume.ts';
import { registerRollback } from '../../src/commands/rollback.ts';
import { registerServices } from '../../src/commands/services.ts';
import { registerStatus } from '../../src/commands/status.ts';
import { registerStep } from '../../src/commands/step.ts';
import { registerSystemd } from '../../src/commands/systemd.ts';
import { registerTeardown } from '../../src/commands/teardown.ts';
import { registerValidate } from '../../src/commands/validate.ts';

const registers = [
  registerInit,
  registerValidate,
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
  registerCollect,
  registerEvents,
  registerLab,
  registerCompletion,
  registerMan,
];

/** The program with all its commands, as `src/cli.ts` puts it together; `logs` has no deployment to read. */
export function wholeProgram(): Command {
  const program = new Command('decnet')
    .description('Puts a fleet of decoy machines on your LAN, and takes it off without a trace.')
    .version('1.2.3', '--version')
    .option('--debug', 'show stack traces of errors')
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText('after', '\nExamples:\n  decnet plan fleet.yaml\n  decnet deploy fleet.yaml');
  for (const register of registers) register(program);
  registerLogs(program, {
    loadDeployment: () => Promise.reject(new Error('No deployment here')),
    connectDocker: () => Promise.reject(new Error('No Docker here')),
    setExitCode: () => {},
  });
  for (const command of program.commands.flatMap((one) => [one, ...one.commands])) {
    command.exitOverride().addOption(new Option('--debug', 'show stack traces of errors').hideHelp());
  }
  return program;
}
