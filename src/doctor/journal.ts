import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../errors.ts';
import type { Part } from './report.ts';

/** Of the end of a journal: enough for the lines that are shown. */
const tailBytes = 64 * 1024;

const shownLines = 30;

/** The last events of a run, as its journal has them. */
export async function journalPart(runs: string, run: string | null): Promise<Omit<Part, 'title'>> {
  if (run === null) return { facts: [{ name: 'events', value: 'none: no run is known' }], checks: [] };
  const lines = await readTail(join(runs, run, 'events.ndjson'));
  const facts = lines.map((value, index) => ({ name: String(index + 1), value }));
  return { facts: facts.length > 0 ? facts : [{ name: 'events', value: 'none' }], checks: [] };
}

async function readTail(path: string): Promise<readonly string[]> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  });
  if (file === null) return [];
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(tailBytes), 0, tailBytes, start);
    const lines = buffer.subarray(0, bytesRead).toString('utf8').split('\n');
    // The first may be cut in the middle, and with it a secret that would not be known again.
    return (start === 0 ? lines : lines.slice(1)).filter((line) => line !== '').slice(-shownLines);
  } finally {
    await file.close();
  }
}
