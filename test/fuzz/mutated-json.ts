import { inspect } from 'node:util';
import fc from 'fast-check';
import type { Mutated } from './mutated-text.ts';

type Path = readonly string[];

const odd: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  1e300,
  '',
  'office',
  'offise',
  'running',
  'undoing',
  'done',
  'skipped',
  'undone',
  'failed',
  'succeeded',
  'rolling-back',
  'rolled-back',
  'rollback-incomplete',
  'deploy',
  'teardown',
  'remove',
  'undo',
  'toString',
  '__proto__',
  '../../../../tmp/x',
  '\x1b[2J',
  '\u202e',
  '\ud800',
  'x'.repeat(5_000),
  '198.51.100.300',
  '0.0.0.0/0',
  [],
  {},
  [[]],
  { length: { toString: 1 } },
  JSON.parse('{"__proto__": {"polluted": true}}'),
  '<deep>',
];

/** A document with one to three of its values changed, removed, or put in the place of another, as JSON. */
export function mutatedJson(originals: readonly unknown[]): fc.Arbitrary<Mutated> {
  const edit = fc.record({
    at: fc.nat(2 ** 20),
    other: fc.nat(2 ** 20),
    kind: fc.constantFrom(
      'vary',
      'vary',
      'vary',
      'vary',
      'vary',
      'set',
      'remove',
      'swap',
      'repeat',
      'rename',
    ),
    value: fc.constantFrom(...odd),
  });
  return fc
    .tuple(fc.constantFrom(...originals), fc.array(edit, { minLength: 1, maxLength: 3, size: 'small' }))
    .map(([original, edits]) => {
      const root: unknown = structuredClone(original);
      const told: string[] = [];
      for (const { at, other, kind, value } of edits) {
        const paths = pathsOf(root);
        const path = paths[at % paths.length] ?? [];
        const otherPath = paths[other % paths.length] ?? [];
        told.push(`${kind} ${path.join('.')} ${inspect(value)} ${otherPath.join('.')}`);
        if (kind === 'vary') change(root, path, (old) => another(old, other));
        if (kind === 'set') change(root, path, () => structuredClone(value));
        if (kind === 'remove') change(root, path, () => undefined);
        if (kind === 'swap') change(root, path, () => structuredClone(valueAt(root, otherPath)));
        if (kind === 'repeat') change(root, path, (old) => (Array.isArray(old) ? [...old, ...old] : old));
        if (kind === 'rename') change(root, path.slice(0, -1), (old) => renamed(old, path.at(-1)));
      }
      return { content: Buffer.from(stringify(root)), [fc.toStringMethod]: () => told.join(', ') };
    });
}

/** An odd value of the same kind: it gets past whoever only looks at types. */
function another(old: unknown, index: number): unknown {
  const kind = kindOf(old);
  const alike = odd.filter((value) => kindOf(value) === kind);
  return structuredClone(alike[index % Math.max(1, alike.length)] ?? old);
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

// JSON.stringify overflows the stack on so deep a value: it is put in as text.
function stringify(root: unknown): string {
  return JSON.stringify(root, null, 1).replaceAll('"<deep>"', '['.repeat(50_000) + ']'.repeat(50_000));
}

// What a step has recorded as its input is half of a state file: one path leads to it, not a hundred.
function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null || path.at(-1) === 'input') return [path];
  const below = Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]));
  return path.length === 0 ? below : [path, ...below];
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), root);
}

function change(root: unknown, path: Path, by: (old: unknown) => unknown): void {
  const parent = valueAt(root, path.slice(0, -1));
  const key = path.at(-1);
  if (!isRecord(parent) || key === undefined) return;
  const next = by(parent[key]);
  if (next === undefined) delete parent[key];
  else parent[key] = next;
}

function renamed(value: unknown, key: string | undefined): unknown {
  if (!isRecord(value) || Array.isArray(value) || key === undefined) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name === key ? `${name}x` : name, inner]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
