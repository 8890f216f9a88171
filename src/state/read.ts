import { existsSync } from 'node:fs';
import { z } from 'zod';
import { DecnetError, exitCodes, hasCode } from '../errors.ts';
import type { HostIdentity } from '../host/host.ts';
import { jsonFault } from '../text/json-fault.ts';
import { readTextFile } from '../text-file.ts';
import { contradictionIn } from './contradiction.ts';
import type { Paths } from './paths.ts';
import { type State, stateFormat, stateSchema, stepRecordSchema } from './schema.ts';

/** Bytes; that of a fleet of 1000 deckies has some 10 MB. */
const fileLimit = 100_000_000;

/** Levels; ours has 15. Far deeper ones would overflow the stack of whoever writes the file again. */
const deepest = 100;

/**
 * The state file, or null when there is none.
 *
 * Refuses with exit code 4: bad JSON or shape, or parts that contradict each other (`STATE_DAMAGED`, naming the backup where there is one), a newer format
 * (`STATE_NEWER`), another host's file (`STATE_FOREIGN`). A damaged entry of one step alone is dropped, so
 * that it does not stand in the way of a teardown.
 */
export async function readState(paths: Paths, host?: HostIdentity): Promise<State | null> {
  const text = await readText(paths);
  if (text === null) return null;
  const state = parseState(text, paths);
  if (host && state.host.machineId !== host.machineId) throw foreign(state, host, paths);
  return state;
}

async function readText(paths: Paths): Promise<string | null> {
  const file = await readTextFile(paths.state, fileLimit).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return null;
    throw unreadable(paths.state, error);
  });
  if (file === null) return null;
  if (file.kind === 'too-long') throw damaged(paths, 'it is larger than 100 MB');
  if (file.kind === 'not-utf8') throw damaged(paths, 'it is not UTF-8 text');
  return file.text;
}

function unreadable(path: string, cause: unknown): DecnetError {
  return new DecnetError(`Cannot read the state file ${path}: ${String(cause)}`, {
    code: 'STATE_UNREADABLE',
    hint: 'Check its permissions, or name another file with --state.',
    exitCode: exitCodes.decision,
    cause,
  });
}

function parseState(text: string, paths: Paths): State {
  const data = parseJson(text, paths);
  if (isDeeper(data, deepest)) throw damaged(paths, `it is nested deeper than ${deepest} levels`);
  const envelope = z.looseObject({ format: z.int() }).safeParse(data);
  if (!envelope.success) throw damaged(paths, 'it has no format version');
  if (envelope.data.format > stateFormat) throw newer(envelope.data.format, paths);
  const state = stateSchema.safeParse(withoutBadSteps(data));
  if (!state.success) throw damaged(paths, z.prettifyError(state.error).replaceAll('\n', ' '));
  const contradiction = contradictionIn(state.data);
  if (contradiction !== null) throw damaged(paths, contradiction);
  return state.data;
}

function parseJson(text: string, paths: Paths): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damaged(paths, jsonFault(error));
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

const stepsEnvelope = z.looseObject({ run: z.looseObject({ steps: z.array(z.unknown()) }) });

function withoutBadSteps(data: unknown): unknown {
  const envelope = stepsEnvelope.safeParse(data);
  if (!envelope.success) return data;
  const { run } = envelope.data;
  const steps = run.steps.filter((step) => stepRecordSchema.safeParse(step).success);
  return { ...envelope.data, run: { ...run, steps } };
}

function damaged(paths: Paths, why: string): DecnetError {
  // There is none before the second run.
  const restore = existsSync(paths.backup) ? `Put the backup ${paths.backup} in its place, or take` : 'Take';
  return new DecnetError(`The state file ${paths.state} is damaged: ${why}`, {
    code: 'STATE_DAMAGED',
    hint: `It was left as it is. ${restore} the deployment down by its marks: decnet teardown --name NAME`,
    exitCode: exitCodes.decision,
  });
}

function newer(format: number, paths: Paths): DecnetError {
  return new DecnetError(
    `The state file ${paths.state} has format ${format}; this decnet reads up to ${stateFormat}`,
    { code: 'STATE_NEWER', hint: 'Upgrade decnet.', exitCode: exitCodes.decision },
  );
}

function foreign(state: State, host: HostIdentity, paths: Paths): DecnetError {
  return new DecnetError(
    `The state file ${paths.state} belongs to host ${state.host.hostname}, and this is ${host.hostname}`,
    {
      code: 'STATE_FOREIGN',
      hint: `Run decnet on ${state.host.hostname}, or name another state file with --state.`,
      exitCode: exitCodes.decision,
    },
  );
}
