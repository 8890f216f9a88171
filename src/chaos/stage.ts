import { addForeign, removeForeign } from './foreign.ts';
import type { Wanted } from './judge.ts';
import { removeDeployment } from './remove.ts';
import { type Seen, see } from './see.ts';
import { closeSite, openSite, type Site } from './site.ts';

/** What is known of a command that nothing befell. */
export interface Measured {
  /** Names of the boundaries that it passed. */
  readonly boundaries: readonly string[];
  readonly milliseconds: number;
}

/** Where rounds are played, one after the other. */
export interface Stage {
  readonly site: Site;
  /** The world without a deployment. Taken anew where a fault itself has started foreign containers again. */
  before: Seen;
  /** The world as the last round was proven to have left it; null when it was not. */
  now: Wanted | null;
  /** By the scene's name. */
  readonly measured: Map<string, Measured>;
}

/** Sets a stage beside foreign objects. The lab must be up, and nothing deployed on it. */
export async function openStage(): Promise<Stage> {
  const site = await openSite();
  await addForeign();
  return { site, before: await see(site), now: 'empty', measured: new Map() };
}

export async function closeStage({ site }: Stage): Promise<void> {
  await removeDeployment(site);
  await removeForeign();
  await closeSite(site);
}

/** What a command did that no user should see, or that it leads nowhere: ends a round as a failure. */
export class Trouble extends Error {}
