import { type Command, Option } from 'commander';

interface Flags {
  readonly pipeline: string;
  readonly state?: string;
  readonly json?: true;
}

/** `decnet step …`: one element of the walk, for debugging. */
export function registerStep(program: Command): void {
  const step = program
    .command('step')
    .description('look at, check, run or undo a single step')
    .addHelpText('after', '\nExamples:\n  decnet step list\n  decnet step check host-bridge');
  const add = (name: string, summary: string, example: string): Command =>
    step
      .command(name)
      .description(summary)
      .addOption(pipelineOption())
      .option('--state <path>', 'state file (default: ./decnet-state.json)')
      .option('--json', 'JSON on stdout')
      .addHelpText('after', `\nExamples:\n  decnet step ${example}\n  decnet step ${example} --json`);

  add('list', 'list the steps of a pipeline with their recorded status', 'list').action(
    async (flags: Flags) => (await import('./step-actions.ts')).listSteps(flags),
  );
  add('show', 'show what is recorded of a step: input, output, error', 'show network')
    .argument('<id>', 'id of the step')
    .action(async (id: string, flags: Flags) => (await import('./step-actions.ts')).showStep(id, flags));
  add('check', 'look whether the world is as the step wants it; change nothing', 'check host-bridge')
    .argument('<id>', 'id of the step')
    .action(async (id: string, flags: Flags) => (await import('./step-actions.ts')).checkStep(id, flags));
  add('run', 'bring one step about, if it is not as it should be', 'run host-bridge')
    .argument('<id>', 'id of the step')
    .action(async (id: string, flags: Flags) =>
      (await import('./step-actions.ts')).runStep(id, 'apply', flags),
    );
  add('undo', 'take one step back', 'undo up')
    .argument('<id>', 'id of the step')
    .action(async (id: string, flags: Flags) =>
      (await import('./step-actions.ts')).runStep(id, 'undo', flags),
    );
}

function pipelineOption(): Option {
  return new Option('--pipeline <name>', 'which pipeline')
    .choices(['deploy', 'teardown', 'remove', 'restore'])
    .default('deploy');
}
