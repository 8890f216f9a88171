import { z } from 'zod';
import { classifyDocker } from './classify.ts';

const progressSchema = z.object({ error: z.string().optional() });

/** Reads the progress of an import to its end: the engine answers 200 at once, and reports a failure in there. */
export async function readImport(action: string, stream: AsyncIterable<unknown>): Promise<void> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  const error = importError(text);
  if (error !== null) throw classifyDocker(error, { action });
}

/** Pure: the failure told in a stream of JSON objects, one a line; null when it tells of none. */
function importError(text: string): string | null {
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const progress = progressSchema.safeParse(JSON.parse(line));
    if (progress.data?.error !== undefined) return progress.data.error;
  }
  return null;
}
