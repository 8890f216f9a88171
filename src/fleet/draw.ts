import { createHash, createHmac } from 'node:crypto';
import type { HostFacts } from './host-facts.ts';
import type { Fleet } from './schema.ts';

/**
 * 64 hex digits. The file's own seed, or this host and the deployment's name: so two hosts differ, and the same
 * host draws the same each time. The machine id itself does not leave the host (machine-id(5) asks for a keyed hash).
 */
export function fleetSeed(fleet: Pick<Fleet, 'name' | 'seed'>, facts: Pick<HostFacts, 'machineId'>): string {
  if (fleet.seed !== undefined) return createHash('sha256').update(`decnet seed ${fleet.seed}`).digest('hex');
  return createHmac('sha256', facts.machineId).update(`decnet deployment ${fleet.name}`).digest('hex');
}

/** What is drawn and for whom. Draws of different keys know nothing of each other. */
export interface DrawKey {
  /** Name of the decky; empty for the fleet itself. A decky's name is never empty. */
  readonly decky: string;
  readonly purpose: string;
  /** Counts up while what was drawn is taken. */
  readonly attempt?: number;
}

/** 64 hex digits that depend on the seed and the key alone. */
export function drawHex(seed: string, { decky, purpose, attempt = 0 }: DrawKey): string {
  return createHmac('sha256', Buffer.from(seed, 'hex'))
    .update(`${decky}/${purpose}/${attempt}`)
    .digest('hex');
}

/** A whole number from 0 to `size` - 1. `size` is at most 2^32, so that 48 bits favour no number noticeably. */
export function drawNumber(seed: string, key: DrawKey, size: number): number {
  return Number.parseInt(drawHex(seed, key).slice(0, 12), 16) % size;
}

/** One of a list that is not empty. */
export function drawFrom<Item>(seed: string, key: DrawKey, items: readonly Item[]): Item {
  const item = items[drawNumber(seed, key, items.length)];
  if (item === undefined) throw new RangeError(`nothing to draw ${key.purpose} of ${key.decky} from`);
  return item;
}
