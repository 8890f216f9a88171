import { exitCodes } from '../errors.ts';
import {
  checkSingleStep,
  findStep,
  listSteps as listViews,
  type StepView,
  singleStep,
} from '../operations/steps.ts';
import { type PipelineName, pipelineNames } from '../pipeline/schema.ts';
import { jsonLine } from '../text/json-line.ts';
import { table } from '../text/table.ts';
import { operate } from './operate.ts';
import { printable } from './printable.ts';

interface Flags {
  readonly pipeline: string;
  readonly state?: string;
  readonly json?: true;
}

export async function listSteps(flags: Flags): Promise<void> {
  const views = await listViews(pipelineOf(flags), where(flags));
  if (flags.json) return print((await Promise.all(views.map((view) => printable(view)))).join('\n'));
  print(table(['STEP', 'DIRECTION', 'STATUS', 'ATTEMPTS', 'TITLE'], views.map(rowOf)));
}

export async function showStep(id: string, flags: Flags): Promise<void> {
  const view = await findStep(pipelineOf(flags), id, where(flags));
  print(await printable(view, flags.json ? 0 : 2));
}

export async function checkStep(id: string, flags: Flags): Promise<void> {
  const { element } = await findStep(pipelineOf(flags), id, where(flags));
  const found = await checkSingleStep(element.id, where(flags));
  print(
    flags.json
      ? jsonLine(found)
      : table(['STEP', 'ACTION', 'WHY'], [[found.step, found.action, found.reasons.join('; ')]]),
  );
  if (found.action !== 'keep') process.exitCode = exitCodes.changes;
}

export async function runStep(id: string, direction: 'apply' | 'undo', flags: Flags): Promise<void> {
  const { element } = await findStep(pipelineOf(flags), id, where(flags));
  await operate(flags, (options) => singleStep({ ...element, direction }, options));
}

function rowOf({ element, title, record }: StepView): readonly string[] {
  const { status = 'pending', attempt = 0 } = record ?? {};
  return [element.id, element.direction, status, String(attempt), title];
}

function pipelineOf(flags: Flags): PipelineName {
  return pipelineNames.find((name) => name === flags.pipeline) ?? 'deploy';
}

function where(flags: Flags) {
  return flags.state === undefined ? {} : { statePath: flags.state };
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
