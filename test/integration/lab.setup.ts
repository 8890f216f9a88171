import { labDown } from '../../src/lab/down.ts';
import { labUp } from '../../src/lab/up.ts';

/** Raises the lab once for all integration tests, and takes it down after them whatever happened. */
export async function setup(): Promise<() => Promise<void>> {
  const options = {
    signal: new AbortController().signal,
    onProgress: (line: string, isDetail = false): void => {
      if (!isDetail) process.stderr.write(`lab: ${line}\n`);
    },
  };
  const outcome = await labUp(options);
  return async () => {
    // A lab that was up before belongs to whoever raised it.
    if (outcome === 'was-up') return;
    const left = await labDown(options);
    if (left.length > 0) throw new Error(`The lab left something behind: ${left.join(', ')}`);
  };
}
