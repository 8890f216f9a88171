#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
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
import { ShownError } from './commands/shown-error.ts';
import { registerStatus } from './commands/status.ts';
import { registerStep } from './commands/step.ts';
import { registerSystemd } from './commands/systemd.ts';
import { registerTeardown } from './commands/teardown.ts';
import { registerValidate } from './commands/validate.ts';
import { exitCodes, toDecnetError } from './errors.ts';
import { endByHangup, openTerminals } from './lost-terminal.ts';
import { packageRoot } from './package-root.ts';
import { safeLines } from './text/safe.ts';

const program = new Command('decnet')
  .description('Puts a fleet of decoy machines on your LAN, and takes it off without a trace.')
  .version(version(), '--version')
  .option('--debug', 'show stack traces of errors')
  .showHelpAfterError('(add --help for what is possible)')
  .enablePositionalOptions()
  .exitOverride()
  .addHelpText('after', '\nExamples:\n  decnet plan fleet.yaml\n  decnet deploy fleet.yaml');

registerInit(program);
registerValidate(program, async () => (await import('./known-here.ts')).factsIfKnown());
for (const register of [
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
]) {
  register(program);
}
registerDoctor(program);
registerLogs(program, {
  loadDeployment: async (path) => (await import('./known-here.ts')).recordedDeployment(path),
  connectDocker: async () => (await import('./docker/dockerode.ts')).createDocker(),
  setExitCode: (code) => {
    process.exitCode = code;
  },
});
registerCollect(program);
registerEvents(program);
registerLab(program);
registerCompletion(program);
registerMan(program);

const terminals = openTerminals();
let isDebug = false;
for (const command of [program, ...program.commands.flatMap((one) => [one, ...one.commands])]) {
  command.exitOverride().hook('preAction', () => {
    isDebug ||= command.opts().debug === true;
  });
  if (command !== program) command.addOption(new Option('--debug', 'show stack traces of errors').hideHelp());
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
endByHangup(terminals);

function version(): string {
  const { version: text }: { version: string } = JSON.parse(
    readFileSync(join(packageRoot(), 'package.json'), 'utf8'),
  );
  return text;
}

/** Says what went wrong and answers the exit code. */
function report(error: unknown): number {
  // Commander has said it already; its help and version end with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof ShownError) {
    if (isDebug) process.stderr.write(`${stackOf(error.cause)}\n`);
    return toDecnetError(error.cause).exitCode;
  }
  const known = toDecnetError(error);
  const lines = [`decnet: ${known.message}`, ...(known.hint === undefined ? [] : [known.hint])];
  process.stderr.write(`${safeLines(lines.join('\n')).join('\n')}\n`);
  if (isDebug) process.stderr.write(`${stackOf(error)}\n`);
  return known.exitCode;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\nCaused by: ${stackOf(error.cause)}`;
  return `${error.stack}${cause}`;
}
