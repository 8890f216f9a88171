import { readdir } from 'node:fs/promises';
import type { Trial } from './trial.ts';

const helpers = new Set(['trial.ts', 'trials.ts', 'fleet.ts', 'events.ts', 'hostile.ts']);

/** The trial of every service that has one, by the service's name; of those alone that DECNET_SERVICES names. */
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
  const asked = process.env.DECNET_SERVICES?.split(',');
  return modules.map(({ trial }) => trial).filter(({ service }) => asked?.includes(service) ?? true);
}
