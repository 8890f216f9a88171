import type { Docker } from '../docker/docker.ts';
import type { Source } from '../logs/sources.ts';
import type { Intake } from './intake.ts';
import { type Place, readFrom, sinceOf } from './place.ts';
import type { CollectedEvent } from './sink.ts';
import { toEvent } from './to-event.ts';

export interface Following {
  readonly docker: Pick<Docker, 'logs'>;
  readonly intake: Pick<Intake, 'put'>;
  readonly deployment: string;
  /** Where to read on. */
  readonly place: Place;
  readonly hostOf: (decky: string) => CollectedEvent['host'];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Milliseconds. An event waits a moment anyway until it is written with others. */
const pause = 200;

/** Takes in a container's log until it ends, by the container or by the engine, or until `signal` aborts. */
export async function followContainer(
  source: Source,
  following: Following,
  onPlace: (place: Place) => void,
): Promise<void> {
  const { docker, intake, deployment, hostOf, signal } = following;
  const since = sinceOf(following.place, following.now());
  const reading = readFrom(following.place, since);
  const options = { follow: true, pause, ...(since === undefined ? {} : { since }), signal };
  for await (const line of docker.logs(source.id, options)) {
    const ordinal = reading.take(line);
    if (ordinal === null) continue;
    const event = toEvent(line, source, { deployment, host: hostOf(source.decky), ordinal });
    const place = reading.place();
    onPlace(place);
    const room = intake.put(source.id, event, place);
    if (room !== undefined) await room;
    if (signal.aborted) return;
  }
}
