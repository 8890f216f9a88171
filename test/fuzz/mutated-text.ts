import { inspect } from 'node:util';
import fc from 'fast-check';
import { tokens } from './tokens.ts';

/** A broken file. In a report it stands as the changes that broke it. */
export interface Mutated {
  readonly content: Buffer;
  readonly [fc.toStringMethod]: () => string;
}

/** One change of a file. `at` and `other` are taken modulo what is there. */
type Edit = (bytes: Buffer, place: Place) => Buffer;

interface Place {
  readonly at: number;
  readonly other: number;
  readonly token: string;
  readonly byte: number;
}

const insert: Edit = (bytes, { at, token }) => splice(bytes, at, 0, Buffer.from(token));
const remove: Edit = (bytes, { at, other }) => splice(bytes, at, other % 40, Buffer.alloc(0));
const truncate: Edit = (bytes, { at }) => bytes.subarray(0, at % (bytes.length + 1));
const setByte: Edit = (bytes, { at, byte }) => splice(bytes, at, 1, Buffer.from([byte]));
const flipBit: Edit = (bytes, { at, byte }) => {
  const old = bytes[at % Math.max(1, bytes.length)] ?? 0;
  return splice(bytes, at, 1, Buffer.from([old ^ (1 << (byte % 8))]));
};
const repeatLine: Edit = (bytes, { at }) =>
  withLines(bytes, (lines) =>
    lines.flatMap((line, index) => (index === at % lines.length ? [line, line] : [line])),
  );
const swapLines: Edit = (bytes, { at, other }) =>
  withLines(bytes, (lines) => {
    const [one, two] = [at % lines.length, other % lines.length];
    return lines.map((line, index) => (index === one ? lines[two] : index === two ? lines[one] : line) ?? '');
  });
/** What stands behind the first colon of a line becomes something else. */
const setValue: Edit = (bytes, { at, token }) =>
  withLines(bytes, (lines) =>
    lines.map((line, index) => (index === at % lines.length ? line.replace(/:.*$/, `: ${token}`) : line)),
  );
const carriageReturns: Edit = (bytes) =>
  Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
const byteOrderMark: Edit = (bytes) => Buffer.concat([Buffer.from('\ufeff'), bytes]);

const edits = [
  insert,
  remove,
  truncate,
  setByte,
  flipBit,
  repeatLine,
  swapLines,
  setValue,
  carriageReturns,
  byteOrderMark,
];

/** Real files with one to four changes, as bytes: not all of them are UTF-8 any more. */
export function mutatedText(originals: readonly string[]): fc.Arbitrary<Mutated> {
  const place = fc.record({
    at: fc.nat(2 ** 20),
    other: fc.nat(2 ** 20),
    token: fc.constantFrom(...tokens),
    byte: fc.nat(255),
  });
  const change = fc.tuple(fc.constantFrom(...edits), place);
  return fc
    .tuple(fc.constantFrom(...originals), fc.array(change, { minLength: 1, maxLength: 4 }))
    .map(([text, changes]) => ({
      content: changes.reduce<Buffer>((bytes, [edit, where]) => edit(bytes, where), Buffer.from(text)),
      [fc.toStringMethod]: () => changes.map(([edit, where]) => `${edit.name} ${inspect(where)}`).join(', '),
    }));
}

function splice(bytes: Buffer, at: number, length: number, put: Buffer): Buffer {
  const start = at % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(start + length)]);
}

function withLines(bytes: Buffer, change: (lines: readonly string[]) => readonly string[]): Buffer {
  const lines = bytes.toString('utf8').split('\n');
  return Buffer.from(change(lines).join('\n'), 'utf8');
}
