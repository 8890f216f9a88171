import { setTimeout } from 'node:timers/promises';
import type { Docker } from '../docker/docker.ts';
import { labels } from '../fleet/names.ts';
import { createBell } from '../logs/bell.ts';
import type { Deployment } from './deployment.ts';
import { createHerd, type HerdOptions } from './herd.ts';
import type { Teller } from './tell.ts';

export interface KeepFollowingOptions extends Pick<HerdOptions, 'intake' | 'positions' | 'signal'> {
  readonly docker: Docker;
  /** What is on record now; null while nothing is. */
  readonly readDeployment: () => Promise<Deployment | null>;
  /** Told what is on record, again at every look, before its containers are followed. */
  readonly onDeployment: (deployment: Deployment | null) => Promise<void>;
  readonly tell: Teller;
}

export interface KeptFollowing {
  /** Resolves when `signal` aborted and nobody reads any more. */
  readonly ended: Promise<void>;
  isThere(container: string): boolean;
}

/** Between two looks at the state file, and before another try, milliseconds. */
const pause = 1000;

/** Of many changes that come together, as in a deploy, one look is enough. Milliseconds. */
const settle = 200;

/**
 * Follows every container of the deployment on record: those that are there, and those that come. Whatever happens, to
 * a container, to the record or to the engine, leads to the same look at what there is.
 */
export function keepFollowing(options: KeepFollowingOptions): KeptFollowing {
  const { docker, tell, signal } = options;
  const wanted = createBell();
  let isWanted = true;
  let deployment: Deployment | null = null;

  const lookAgain = (): void => {
    isWanted = true;
    wanted.ring();
  };

  const sleep = (milliseconds: number): Promise<void> =>
    setTimeout(milliseconds, undefined, { signal }).catch(() => {});

  const herd = createHerd({
    docker,
    signal,
    intake: options.intake,
    positions: options.positions,
    hostOf: (decky) => deployment?.hosts.get(decky) ?? null,
    now: Date.now,
    onLost: tell.log,
    onEnd: lookAgain,
    sleep: () => sleep(pause),
  });

  async function watch(): Promise<void> {
    while (!signal.aborted) {
      try {
        const changes = await docker.watchContainers(labels.deployment, signal);
        herd.changedUnseen();
        lookAgain();
        for await (const { id } of changes) {
          herd.changed(id);
          lookAgain();
        }
      } catch (error) {
        tell.engine(error);
      }
      await sleep(pause);
    }
  }

  async function lookOnAndOn(): Promise<void> {
    while (!signal.aborted) {
      if (!isWanted) await wanted.wait(pause);
      const known = await readAgain();
      if (known !== deployment) isWanted = true;
      deployment = known;
      if (!isWanted || signal.aborted) continue;
      isWanted = false;
      await sleep((await look()) ? settle : pause);
    }
  }

  /** A record that cannot be read now does not end what is followed. */
  async function readAgain(): Promise<Deployment | null> {
    try {
      const known = await options.readDeployment();
      tell.state(known?.name ?? null);
      await options.onDeployment(known);
      return known;
    } catch (error) {
      tell.stateTrouble(error);
      return deployment;
    }
  }

  async function look(): Promise<boolean> {
    if (deployment === null) return true;
    try {
      await herd.look(deployment);
      tell.engine(null);
      return true;
    } catch (error) {
      isWanted = true;
      tell.engine(error);
      return false;
    }
  }

  signal.addEventListener('abort', wanted.ring, { once: true });
  const ended = Promise.all([watch(), lookOnAndOn()]).then(() => herd.ended());
  return { ended, isThere: herd.isThere };
}
