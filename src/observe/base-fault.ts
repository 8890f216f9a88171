import type { Docker } from '../docker/docker.ts';
import { parseRfc5424 } from '../logs/rfc5424.ts';

/** How many of the last lines of a base are looked through. */
const lines = 5;

/** Why a base ended by itself, in its own words: those of its last `fault`; null when it left none. */
export async function readBaseFault(
  docker: Pick<Docker, 'logs'>,
  container: string,
  signal: AbortSignal,
): Promise<string | null> {
  let fault: string | null = null;
  for await (const { text } of docker.logs(container, { follow: false, tail: lines, signal })) {
    const line = parseRfc5424(text);
    if (line?.event === 'fault') fault = `${line.params.text}: ${line.params.error}`;
  }
  return fault;
}
