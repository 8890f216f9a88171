import type { Docker } from '../docker/docker.ts';
import { DecnetError } from '../errors.ts';
import { baseContainerName } from '../fleet/names.ts';
import { parseRfc5424 } from '../logs/rfc5424.ts';

/** How many of the last lines of a base are looked through. */
const lines = 5;

interface Suspects {
  readonly deployment: string;
  /** Names of the deckies whose base may have ended by itself. */
  readonly deckies: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Rejects with `BASE_FAULT` where a base says why it cannot do its work: it will say the same at its next start, so
 * that neither waiting nor trying again would help.
 */
export async function refuseBaseFaults(
  docker: Pick<Docker, 'logs'>,
  { deployment, deckies, signal }: Suspects,
): Promise<void> {
  for (const decky of deckies) {
    const fault = await readFault(docker, baseContainerName(deployment, decky), signal);
    if (fault === null) continue;
    throw new DecnetError(`${decky} cannot start: ${fault}`, {
      code: 'BASE_FAULT',
      hint: 'Where the kernel has no nftables (inet family, conntrack, log): mend that, or do without rules by egress.policy: open in the fleet file. Then run: decnet resume',
    });
  }
}

/** The words of a base's last `fault`; null when it left none, or is gone. */
async function readFault(
  docker: Pick<Docker, 'logs'>,
  container: string,
  signal: AbortSignal,
): Promise<string | null> {
  let fault: string | null = null;
  try {
    for await (const { text } of docker.logs(container, { follow: false, tail: lines, signal })) {
      const line = parseRfc5424(text);
      if (line?.event === 'fault') fault = `${line.params.text}: ${line.params.error}`;
    }
  } catch (error) {
    if (!(error instanceof DecnetError)) throw error;
    // What it would have said is not known then; what went wrong before is told.
    return null;
  }
  return fault;
}
