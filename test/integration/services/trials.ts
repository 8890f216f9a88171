import { readdir } from 'node:fs/promises';
import type { Trial } from './trial.ts';

const helpers = new Set(['contract.ts', 'trial.ts', 'trials.ts', 'fleet.ts', 'events.ts', 'hostile.ts']);

/** Whether a run is about this service: about all, unless DECNET_SERVICES names some. */
export function isAskedFor(service: string): boolean {
  return process.env.DECNET_SERVICES?.split(',').includes(service) ?? true;
}

/** The trial of every service that has one, by the service's name, as far as it is asked for. */
export async function loadTrials(): Promise<readonly Trial[]> {
  const names = (await readdir(new URL('.', import.meta.url))).filter(
    (name) => name.endsWith('.ts') && !helpers.has(name),
  );
  const modules = await Promise.all(
    names
      .sort()
      .map(
        (name): Promise<{ trial: Trial }> => import(/* @vite-ignore */ new URL(name, import.meta.url).href),
      ),
  );
  return modules.map(({ trial }) => trial).filter(({ service }) => isAskedFor(service));
}
