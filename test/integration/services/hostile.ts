import { readFile } from 'node:fs/promises';
import { eventually, type Started, start, succeed } from '../on-lab.ts';
import type { Trial } from './trial.ts';

const script = await readFile(new URL('hostile.py', import.meta.url), 'utf8');

function order(trial: Trial, ip: string, count: number): string {
  return JSON.stringify({ ip, count, seed: trial.service, conversations: trial.conversations });
}

/** Throws so many messages, random and mutated; answers how many connections were refused. */
export async function throwAt(trial: Trial, ip: string, count: number): Promise<number> {
  const printed = await succeed('attacker', 'python3', '-c', script, 'throw', order(trial, ip, count));
  const { thrown, refused }: { thrown: number; refused: number } = JSON.parse(printed);
  if (thrown < count) throw new Error(`Only ${thrown} messages were thrown at ${trial.service}`);
  return refused;
}

/** Holds so many slow connections open, as far as the service lets, until it is ended. */
export async function holdOpen(trial: Trial, ip: string, count: number): Promise<Started> {
  const holding = await start('attacker', ['python3', '-c', script, 'hold', order(trial, ip, count)]);
  const areHeld = (): boolean => {
    if (!holding.isRunning()) throw new Error(`The holder has ended: ${holding.printed()}`);
    return holding.printed().includes('held');
  };
  await eventually(`${count} connections are held`, areHeld, 120_000);
  return holding;
}
