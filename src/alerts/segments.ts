import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../errors.ts';

/** A file of lines. A spool is several of them in a row, so that what is delivered goes by whole files. */
export interface Segment {
  readonly number: number;
  /** Bytes that are safe on disk. */
  readonly size: number;
}

/** One line, and the byte of its segment after its line break. */
export interface SpooledLine {
  readonly text: string;
  readonly end: number;
}

export function segmentPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(8, '0')}.ndjson`);
}

/** The segments that a folder holds, oldest first. */
export async function listSegments(folder: string): Promise<Segment[]> {
  const numbers = (await readdir(folder)).flatMap((name) => /^(\d{8,15})\.ndjson$/.exec(name)?.[1] ?? []);
  const segments = numbers.map(Number).map(async (number) => {
    const { size } = await stat(segmentPath(folder, number));
    return { number, size };
  });
  return (await Promise.all(segments)).sort((left, right) => left.number - right.number);
}

/**
 * The whole lines between two bytes of a segment. Where there is no whole one, as at the end of a segment in whose
 * last write a process was killed, what there is counts as one, so that a reader gets past it.
 */
export async function readLines(path: string, from: number, to: number): Promise<SpooledLine[]> {
  const bytes = await readBytes(path, from, to);
  const lines: SpooledLine[] = [];
  let start = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, start)) {
    lines.push({ text: bytes.toString('utf8', start, at), end: from + at + 1 });
    start = at + 1;
  }
  if (lines.length > 0 || bytes.length === 0) return lines;
  return [{ text: bytes.toString('utf8'), end: from + bytes.length }];
}

async function readBytes(path: string, from: number, to: number): Promise<Buffer> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  });
  if (file === null) return Buffer.alloc(0);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
