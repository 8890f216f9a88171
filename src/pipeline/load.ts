import { DecnetError, exitCodes } from '../errors.ts';
import { readTextFile, whyUnreadable } from '../text-file.ts';
import { unknownName } from '../yaml/nearest.ts';
import { type Problem, problemsError } from '../yaml/problem.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { checkSchema } from '../yaml/schema-problems.ts';
import {
  type PipelineFile,
  type PipelineStep,
  type Pipelines,
  pipelineFileSchema,
  pipelineNames,
} from './schema.ts';

/** Bytes; the one that comes with decnet has 1.3 kB. */
const fileLimit = 100_000;

/** Reads `pipeline.yaml`. Rejects with `PIPELINE_INVALID` (exit 2), every problem with line and column. */
export async function loadPipelines(path: string, stepIds: ReadonlySet<string>): Promise<Pipelines> {
  const file = await readTextFile(path, fileLimit).catch((error: unknown) => {
    throw unusable(path, `cannot be read: ${whyUnreadable(error)}`, error);
  });
  if (file.kind === 'too-long') throw unusable(path, 'is larger than 100 kB');
  if (file.kind === 'not-utf8') throw unusable(path, 'is not UTF-8 text');
  return parsePipelines(file.text, path, stepIds);
}

function unusable(path: string, why: string, cause?: unknown): DecnetError {
  return new DecnetError(`${path} ${why}`, {
    code: 'PIPELINE_INVALID',
    hint: 'Put back the one that came with decnet, or install decnet-engine again.',
    exitCode: exitCodes.usage,
    cause,
  });
}

export function parsePipelines(text: string, file: string, stepIds: ReadonlySet<string>): Pipelines {
  const { value, positions, problems } = readYaml(text, file);
  const fail = (found: readonly Problem[]) =>
    problemsError(found, {
      positions,
      code: 'PIPELINE_INVALID',
      hint: `Mend ${file}, or put back the one that came with decnet.`,
    });
  if (problems.length > 0) throw fail(problems);
  const checked = checkSchema(pipelineFileSchema, value);
  if (!checked.ok) throw fail(checked.problems);
  const names = nameProblems(checked.data, stepIds);
  if (names.length > 0) throw fail(names);
  return {
    deploy: checked.data.deploy.map(toStep),
    teardown: checked.data.teardown.map(toStep),
    remove: checked.data.remove.map(toStep),
    restore: checked.data.restore.map(toStep),
  };
}

type Element = PipelineFile['deploy'][number];

function toStep({ step, undo, timeout, retries, when }: Element): PipelineStep {
  const limits = { timeout, retries: retries ?? 0, when: when ?? null };
  return step === undefined
    ? { id: undo ?? '', direction: 'undo', ...limits }
    : { id: step, direction: 'apply', ...limits };
}

function nameProblems(file: PipelineFile, stepIds: ReadonlySet<string>): Problem[] {
  return pipelineNames.flatMap((name) => {
    const seen = new Set<string>();
    return file[name].flatMap((element, index): Problem[] => {
      const { id, direction } = toStep(element);
      const wanted = name === 'teardown' ? 'undo' : 'apply';
      const path = [name, index, direction === 'apply' ? 'step' : 'undo'];
      const repeated = seen.has(id);
      seen.add(id);
      if (!stepIds.has(id)) return [{ path, message: unknownName('step', id, stepIds) }];
      if (repeated) return [{ path, message: `step ${id} stands twice in ${name}` }];
      if (direction !== wanted)
        return [{ path, message: `${name} holds only ${wanted === 'undo' ? 'undo' : 'step'} elements` }];
      return [];
    });
  });
}
