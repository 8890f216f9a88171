import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { interruptible } from '../commands/interruptible.ts';
import { createEngine } from '../deps.ts';
import { toDecnetError } from '../errors.ts';
import { renderPlain } from '../render/plain.ts';
import { resolveSource } from '../resolve-source.ts';
import { runDeploy } from '../runner/deploy.ts';
import type { Engine } from '../runner/engine.ts';
import { runResume } from '../runner/resume.ts';
import { runRollback } from '../runner/rollback.ts';
import { type Session, withSession } from '../runner/session.ts';
import { runTeardown } from '../runner/teardown.ts';
import { pathsOf } from '../state/paths.ts';
import { watchedStore, watchedWorld } from './boundaries.ts';
import { type Order, orderSchema } from './order.ts';

/*
 * One command of decnet in a process of its own, put together as the operations do it, but with an engine that
 * meets its order's event at one boundary. Prints the boundaries that it passed as JSON, if it lives to.
 */

const aDay = 86_400_000;

const order: Order = orderSchema.parse(JSON.parse(process.argv[2] ?? ''));
const passed: string[] = [];
let clockOffset = 0;

async function atBoundary(name: string): Promise<void> {
  const number = passed.length;
  const isFirst = !passed.includes(name);
  passed.push(name);
  const { at } = order;
  if (at === null || (at.boundary !== number && !(isFirst && at.boundary === name))) return;
  const { event } = at;
  writeSync(process.stderr.fd, `chaos: ${event} ${name}, boundary ${number}\n`);
  if (event === 'clock-back') {
    clockOffset = -aDay;
    return;
  }
  process.kill(process.pid, event);
  // The handlers of INT, TERM and HUP run in the event loop: nothing more is begun before they did.
  await sleep(10);
}

async function work(signal: AbortSignal): Promise<void> {
  const real = await createEngine();
  const engine: Engine = {
    ...real,
    world: watchedWorld(real.world, atBoundary),
    now: () => real.now() + clockOffset,
  };
  const renderer = renderPlain(process.stderr);
  try {
    await withSession(
      {
        engine,
        paths: pathsOf(order.stateFile),
        command: order.command,
        listener: renderer.listener,
        signal,
        openStore: watchedStore(atBoundary),
      },
      (session) => perform(session),
    );
  } finally {
    await renderer.close();
  }
}

async function perform(session: Session): Promise<unknown> {
  const { fleetFile, deckies } = order;
  const options = { noCache: false, parallel: false, images: false };
  switch (order.command) {
    case 'deploy': {
      const fleet = await resolveSource(fleetFile, session.engine.world.host);
      return runDeploy(session, { fleet, fleetFile, options, rollbackOnFailure: false });
    }
    case 'resume':
      return runResume(session, {
        acceptChanges: false,
        resolveAgain: async (run) =>
          run.fleetFile === null ? null : resolveSource(run.fleetFile, session.engine.world.host),
      });
    case 'rollback':
      return runRollback(session);
    case 'teardown':
      return runTeardown(session, { deckies, images: false, name: null });
  }
}

try {
  await interruptible(work);
} catch (error) {
  const { message, hint, exitCode } = toDecnetError(error);
  console.error(`decnet: ${message}\n${hint ?? ''}`);
  process.exitCode = exitCode;
}
console.log(JSON.stringify(passed));
