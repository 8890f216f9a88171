import type { Command } from 'commander';
import { addFilters, type FilterFlags, toWanted } from './log-filters.ts';

interface EventsFlags extends FilterFlags {
  readonly state?: string;
}

/** How much of the past the view begins with, milliseconds. */
const usualPast = 3_600_000;

/** `decnet events`: who is touching what, live, on a terminal. */
export function registerEvents(program: Command): void {
  const command = program
    .command('events')
    .summary('watch who is touching what, live')
    .description(
      'Shows on a terminal who is touching what: counts by source and by service, the last logins and events, and alarms. Begins with the last hour unless --since says otherwise; q ends it.',
    );
  addFilters(command)
    .option('--state <path>', 'state file of the deployment')
    .addHelpText('after', '\nExamples:\n  decnet events\n  decnet events --since 1d --event auth')
    .action(async (decky: string | undefined, options: EventsFlags) => {
      const { recordedDeployment } = await import('../known-here.ts');
      const { createDocker } = await import('../docker/dockerode.ts');
      const { showEvents } = await import('../live/show.ts');
      const since = new Date(Date.now() - usualPast).toISOString();
      const { stdin, stdout, env } = process;
      const surroundings = { stdin, stdout, env, signals: process };
      const deployment = await recordedDeployment(options.state);
      const request = { since, ...toWanted(decky, options) };
      process.exitCode = await showEvents(createDocker(), deployment, request, surroundings);
    });
}
