import { createInterface } from 'node:readline/promises';
import { DecnetError, exitCodes, toDecnetError } from '../errors.ts';
import { safeLines } from '../text/safe.ts';

/** Asks until the answer can be taken; an empty one is the default. */
export type Ask = <T>(question: Question<T>) => Promise<T>;

interface Question<T> {
  readonly text: string;
  /** Shown; empty where there is none. */
  readonly usual: string;
  /** Throws where the answer is none: it is told, and asked again. */
  readonly take: (answer: string) => T | Promise<T>;
}

interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Lets `work` ask on a terminal. Rejects with exit code 130 when Ctrl-C is pressed or the input ends. */
export async function withQuestions<T>(terminal: Terminal, work: (ask: Ask) => Promise<T>): Promise<T> {
  const lines = createInterface({ ...terminal, terminal: true });
  const controller = new AbortController();
  const leave = (): void => controller.abort();
  lines.once('SIGINT', leave).once('close', leave);

  const ask: Ask = async ({ text, usual, take }) => {
    for (;;) {
      const shown = usual === '' ? `${text}: ` : `${text} [${usual}]: `;
      const answer = (await lines.question(shown, { signal: controller.signal })).trim();
      try {
        return await take(answer === '' ? usual : answer);
      } catch (error) {
        if (!(error instanceof DecnetError)) throw error;
        const { message, hint = '' } = toDecnetError(error);
        for (const line of safeLines(`${message}\n${hint}`)) terminal.output.write(`${line}\n`);
      }
    }
  };

  try {
    return await work(ask);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    terminal.output.write('\n');
    throw new DecnetError('Interrupted; nothing was written', {
      code: 'INTERRUPTED',
      exitCode: exitCodes.interrupted,
      cause: error,
    });
  } finally {
    lines.close();
  }
}
