import type { Command } from 'commander';

interface Flags {
  readonly state?: string;
  readonly json?: true;
}

/** `decnet doctor`: what a bug report needs, without secrets. */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .summary('collect what a bug report needs, without secrets')
    .description(
      'Checks this host and collects what a bug report needs: versions, Docker, kernel, interfaces, what is recorded and what stands. Changes nothing. Passwords of the fleet are masked, MACs cut short; names and private addresses of the LAN are shown.',
    )
    .option('--state <path>', 'state file (default: ./decnet-state.json)')
    .option('--json', 'as one JSON object')
    .addHelpText('after', '\nExamples:\n  decnet doctor\n  decnet doctor --json > report.json')
    .action(async (flags: Flags) => (await import('./doctor-action.ts')).showDiagnosis(flags, program));
}
