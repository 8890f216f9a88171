import type { Source } from '../logs/sources.ts';
import { safeText } from '../text/safe.ts';

/** Tells what is in the way, and that it is no more: each once, however often it is tried. */
export interface Teller {
  /** The name of the deployment on record; null while there is none. */
  state(deployment: string | null): void;
  stateTrouble(error: unknown): void;
  /** Null when it answers. */
  engine(error: unknown): void;
  log(source: Source, error: unknown): void;
  /** Null when it is over. */
  delivery(error: unknown): void;
  damagedPositions(path: string, damage: string): void;
}

export interface TellerOptions {
  readonly statePath: string;
  /** Writes a line. */
  readonly say: (line: string) => void;
}

interface Words {
  readonly begins: string;
  readonly ends: string;
}

export function createTeller({ statePath, say }: TellerOptions): Teller {
  const last = new Map<string, string>();

  /** `about` is what the line is about: of that, nothing is said twice in a row. */
  function once(about: string, line: string): void {
    if (last.get(about) === line) return;
    last.set(about, line);
    say(safeText(line));
  }

  /** A trouble, however its words change, until it is over. */
  function trouble(about: string, error: unknown, words: Words): void {
    if (error !== null && !last.has(about)) once(about, `${words.begins}: ${reasonOf(error)}`);
    if (error === null && last.delete(about)) say(words.ends);
  }

  return {
    state: (deployment) => {
      last.delete('state trouble');
      once(
        'state',
        deployment === null
          ? `waiting for a deployment, going by ${statePath}`
          : `following the containers of ${deployment}`,
      );
    },
    stateTrouble: (error) => once('state trouble', `going on with what was known: ${reasonOf(error)}`),
    engine: (error) =>
      trouble('engine', error, { begins: 'Docker is away, trying again', ends: 'Docker is back' }),
    log: ({ decky, service }, error) =>
      once(`log ${decky} ${service}`, `cannot read the log of ${decky} ${service}: ${reasonOf(error)}`),
    delivery: (error) =>
      trouble('delivery', error, {
        begins: 'cannot write, and reads no more until it can',
        ends: 'can write again, and goes on where it was',
      }),
    damagedPositions: (path, damage) =>
      say(
        safeText(
          `${path} is damaged (${damage}): everything is read anew, and comes with the ids that it had`,
        ),
      ),
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
