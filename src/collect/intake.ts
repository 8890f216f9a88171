import { createBell } from '../logs/bell.ts';
import type { Place } from './place.ts';
import type { CollectedEvent } from './sink.ts';

/** What came since the last take, and how far each container was read with it. */
interface Batch {
  readonly events: readonly CollectedEvent[];
  /** By container id. */
  readonly places: ReadonlyMap<string, Place>;
}

/** Between those that read and the one that writes: bounded, and nobody is pushed aside by a noisy one. */
export interface Intake {
  /** Resolves when the container may go on; undefined when it may at once. */
  put(container: string, event: CollectedEvent, place: Place): Promise<void> | undefined;
  /** Resolves when there is something to take: a moment after the first event, at once when somebody waits for room. */
  ready(): Promise<void>;
  take(): Batch;
  /** Nothing comes any more, and nobody waits any more. */
  end(): void;
  hasEnded(): boolean;
}

interface Filling extends Batch {
  readonly events: CollectedEvent[];
  readonly places: Map<string, Place>;
  readonly sizes: Map<string, number>;
  size: number;
}

/** Characters of one batch. */
const roomOfAll = 8 * 1024 * 1024;

/** What each container may have in it, however full it is. */
const roomOfEach = 64 * 1024;

/** So many events are written at once: an fsync each would cost more than all the rest. */
const gatherMilliseconds = 250;

export function createIntake(): Intake {
  let filling = empty();
  let hasEnded = false;
  let isCrowded = false;
  const came = createBell();
  const room = createBell();

  function isFull(container: string): boolean {
    return (filling.sizes.get(container) ?? 0) >= roomOfEach && filling.size >= roomOfAll;
  }

  async function waitForRoom(container: string): Promise<void> {
    while (isFull(container) && !hasEnded) {
      isCrowded = true;
      came.ring();
      await room.wait();
    }
  }

  return {
    put(container, event, place) {
      const size = sizeOf(event);
      filling.events.push(event);
      filling.places.set(container, place);
      filling.sizes.set(container, (filling.sizes.get(container) ?? 0) + size);
      filling.size += size;
      if (filling.events.length === 1) came.ring();
      return isFull(container) ? waitForRoom(container) : undefined;
    },
    async ready() {
      while (filling.events.length === 0 && !hasEnded) await came.wait();
      if (!isCrowded && !hasEnded) await came.wait(gatherMilliseconds);
    },
    take() {
      const taken = filling;
      filling = empty();
      isCrowded = false;
      room.ring();
      return taken;
    },
    end() {
      hasEnded = true;
      came.ring();
      room.ring();
    },
    hasEnded: () => hasEnded,
  };
}

function empty(): Filling {
  return { events: [], places: new Map(), sizes: new Map(), size: 0 };
}

/** About what it takes: an empty event has its names, too. */
function sizeOf({ message, fields }: CollectedEvent): number {
  return Object.values(fields).reduce((sum, value) => sum + value.length, 512 + message.length);
}
