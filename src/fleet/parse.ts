import { DecnetError, exitCodes } from '../errors.ts';
import { readTextFile, whyUnreadable } from '../text-file.ts';
import { type Positions, type Problem, problemsError } from '../yaml/problem.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { checkSchema } from '../yaml/schema-problems.ts';
import type { Catalogue } from './catalogue.ts';
import { checkDeckies } from './check-deckies.ts';
import { type Fleet, fleetSchema } from './schema.ts';

/** A fleet of right form, and where each part of it stands when it came from a file. */
export interface FleetSource {
  readonly fleet: Fleet;
  readonly positions?: Positions;
}

/** Bytes; a fleet of 1000 deckies with all keys given is half of this. */
const fileLimit = 1_000_000;

/** Rejects with `FLEET_MISSING` or `FLEET_INVALID`. */
export async function readFleetFile(path: string, catalogue: Catalogue): Promise<FleetSource> {
  const file = await readTextFile(path, fileLimit).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (file.kind === 'too-long') throw invalidFile(`${path}: the file is larger than 1 MB`);
  if (file.kind === 'not-utf8') throw invalidFile(`${path}: the file is not UTF-8 text`);
  return parseFleet(file.text, path, catalogue);
}

/** YAML text to a fleet. Throws `FLEET_INVALID` with all problems of its form, each with line and column. */
export function parseFleet(text: string, file: string, catalogue: Catalogue): FleetSource {
  const { value, positions, problems } = readYaml(text, file);
  if (problems.length > 0) throw fleetInvalid(problems, positions);
  if (value === null) throw invalidFile(`${file}: the file is empty`);
  return { fleet: checkForm(value, { catalogue, positions }), positions };
}

/** A plain object to a fleet, for use from code. Throws `FLEET_INVALID`. */
export function fleetFromObject(value: unknown, catalogue: Catalogue): FleetSource {
  return { fleet: checkForm(value, { catalogue, positions: undefined }) };
}

/** All problems as the one error that users see. */
export function fleetInvalid(problems: readonly Problem[], positions: Positions | undefined): DecnetError {
  const again = positions === undefined ? 'call again' : `run: decnet validate ${positions.file}`;
  return problemsError(problems, { positions, code: 'FLEET_INVALID', hint: `Mend the fleet, then ${again}` });
}

function checkForm(
  value: unknown,
  from: { readonly catalogue: Catalogue; readonly positions: Positions | undefined },
): Fleet {
  const checked = checkSchema(fleetSchema, value);
  if (checked.ok) return checked.data;
  // Names of services and archetypes are checked in what is right, so that all is said at once.
  const rest = checkSchema(fleetSchema, withoutProblems(value, checked.problems));
  const names = rest.ok ? checkDeckies(rest.data, from.catalogue) : [];
  throw fleetInvalid([...checked.problems, ...names], from.positions);
}

/** A copy without the keys that a problem points at. List items stay, so that paths stay true. */
function withoutProblems(value: unknown, problems: readonly Problem[], depth = 0): unknown {
  if (problems.length === 0 || typeof value !== 'object' || value === null) return value;
  const below = new Map<string | number | undefined, Problem[]>();
  const wrong = new Set<string | number | undefined>();
  for (const problem of problems) {
    const part = problem.path[depth];
    if (problem.path.length === depth + 1) wrong.add(part);
    const siblings = below.get(part);
    if (siblings === undefined) below.set(part, [problem]);
    else siblings.push(problem);
  }
  const copy = (item: unknown, part: string | number) =>
    withoutProblems(item, below.get(part) ?? [], depth + 1);
  if (Array.isArray(value)) return value.map(copy);
  const kept = Object.entries(value).filter(([key]) => !wrong.has(key));
  return Object.fromEntries(kept.map(([key, item]) => [key, copy(item, key)]));
}

function unreadable(path: string, cause: unknown): DecnetError {
  const hint = 'Name a fleet file, or write one to start from with: decnet init';
  return new DecnetError(`fleet file ${path} cannot be read: ${whyUnreadable(cause)}`, {
    code: 'FLEET_MISSING',
    hint,
    exitCode: exitCodes.usage,
    cause,
  });
}

function invalidFile(message: string): DecnetError {
  const hint = 'A fleet file is YAML in UTF-8; write one to start from with: decnet init';
  return new DecnetError(message, { code: 'FLEET_INVALID', hint, exitCode: exitCodes.usage });
}
