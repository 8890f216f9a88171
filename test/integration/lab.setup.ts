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
  const takeDown = async (): Promise<void> => {
    const left = await labDown(options);
    if (left.length > 0) throw new Error(`The lab left something behind: ${left.join(', ')}`);
  };
  try {
    // A lab that was up before belongs to whoever raised it.
    return (await labUp(options)) === 'was-up' ? async () => {} : takeDown;
  } catch (error) {
    await takeDown();
    throw error;
  }
}
