import { z } from 'zod';
import { quote, unknownName } from './nearest.ts';
import type { Path, Problem } from './problem.ts';

export type Checked<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Parses by a zod schema and says what is wrong in words for whoever wrote the file. `base` is where the value
 * stands in the document.
 */
export function checkSchema<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  base: Path = [],
): Checked<z.output<Schema>> {
  const uncountable = lengthProblems(value, base);
  if (uncountable.length > 0) return { ok: false, problems: uncountable };
  const result = schema.safeParse(value, { error: describe });
  if (result.success) return { ok: true, data: result.data };
  return { ok: false, problems: result.error.issues.flatMap((issue) => toProblems(issue, schema, base)) };
}

// zod compares whatever is called `length` with the bounds of a list before it asks whether it has a list, and
// throws where that is no number.
function lengthProblems(value: unknown, path: Path): Problem[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]): Problem[] => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    if (key !== 'length' || typeof inner !== 'object' || inner === null) return lengthProblems(inner, at);
    return [{ path: at, at: 'key', message: `key "length" cannot hold ${kindOf(inner)}` }];
  });
}

function toProblems(issue: z.core.$ZodIssue, schema: z.ZodType, base: Path): Problem[] {
  const inner = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const path = [...base, ...inner];
  if (issue.code === 'invalid_key') {
    return issue.issues.map(({ message }) => ({ path, at: 'key', message }));
  }
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
  const known = keysAt(schema, inner);
  return issue.keys.map((key) => ({
    path: [...path, key],
    at: 'key',
    message: unknownName('key', key, known),
  }));
}

/** Undefined keeps zod's own words. A message written in the schema wins over this. */
function describe(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return describeType(issue.expected, issue);
    case 'invalid_union':
      return isMissing(issue) ? missing(issue) : undefined;
    case 'invalid_value':
      return isMissing(issue) ? missing(issue) : unknownValue(issue.input, issue.values);
    case 'invalid_format':
      return issue.pattern === undefined
        ? undefined
        : `${quote(issue.input)} does not match ${issue.pattern}${lineBreak(issue.input)}`;
    case 'too_small':
      return issue.origin === 'array'
        ? `at least ${issue.minimum} needed`
        : `${quote(issue.input)} is too ${issue.origin === 'string' ? 'short' : 'small'}: at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'array'
        ? `at most ${issue.maximum} allowed`
        : `${quote(issue.input)} is too ${issue.origin === 'string' ? 'long' : 'big'}: at most ${issue.maximum}`;
    default:
      return undefined;
  }
}

// The one mistake in a text that its quoted form hides well: YAML's `|` ends it with a line break.
function lineBreak(input: unknown): string {
  return typeof input === 'string' && /[\n\r]/.test(input) ? '; it has a line break in it' : '';
}

// Not `String(input)`: it calls `toString` and `valueOf`, which a file may have as keys.
function unknownValue(input: unknown, values: readonly unknown[]): string {
  const known = values.map(String);
  return isPlain(input)
    ? unknownName('value', String(input), known)
    : `expected one of ${known.join(', ')}, got ${kindOf(input)}`;
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function describeType(expected: string, issue: z.core.$ZodRawIssue): string {
  if (isMissing(issue)) return missing(issue);
  const wanted = nouns[expected] ?? expected;
  const { input } = issue;
  const advice = expected === 'string' && isPlain(input) ? '; put it in quotes' : '';
  return `expected ${wanted}, got ${kindOf(input)}${advice}`;
}

function isMissing(issue: z.core.$ZodRawIssue): boolean {
  return issue.input === undefined;
}

function missing(issue: z.core.$ZodRawIssue): string {
  const key = issue.path?.at(-1);
  return key === undefined ? 'missing' : `key ${quote(String(key))} is missing`;
}

const nouns: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys and values',
  record: 'keys and values',
};

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'keys and values';
  if (typeof value === 'string') return `the text ${quote(value)}`;
  return quote(value);
}

/** Which keys the schema allows at a path. */
function keysAt(schema: unknown, path: Path): readonly string[] {
  const inner = unwrap(schema);
  const [first, ...rest] = path;
  if (inner instanceof z.ZodObject) {
    if (first === undefined) return Object.keys(inner.shape);
    return keysAt(inner.shape[String(first)], rest);
  }
  if (first === undefined) return [];
  if (inner instanceof z.ZodArray) return keysAt(inner.element, rest);
  if (inner instanceof z.ZodRecord) return keysAt(inner.valueType, rest);
  return [];
}

function unwrap(schema: unknown): unknown {
  const isWrapper =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodReadonly;
  if (isWrapper) return unwrap(schema.unwrap());
  if (schema instanceof z.ZodLazy) return unwrap(schema.unwrap());
  return schema;
}
