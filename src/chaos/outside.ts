import { setTimeout as sleep } from 'node:timers/promises';
import { labels } from '../fleet/names.ts';
import { type Fault, faults } from './faults.ts';
import type { Ended, Running } from './on-lab.ts';
import type { Mishap, Typed } from './round.ts';
import { see } from './see.ts';
import { deployment } from './site.ts';
import { type Stage, Trouble } from './stage.ts';
import { isPresentable, startWorker, stoppedOrEnded, type Told, typeCommand } from './type.ts';

type Outside = Extract<Mishap, { kind: 'outside' }>;
type Tell = (told: Told) => void;

/**
 * Stops a command at a boundary, has something happen around it, and lets it go on; or lets it go on and has it
 * happen `late` milliseconds later, in the middle of what it does. What lasts is mended when it has ended.
 */
export async function befall(
  stage: Stage,
  { fault, late }: Outside,
  typed: Typed,
  boundary: number,
  tell: Tell,
): Promise<{ readonly happened: string | null; readonly pid: number; readonly ended: Ended }> {
  const event = fault === 'clock-back' ? fault : 'SIGSTOP';
  const worker = await startWorker(stage.site, typed, { boundary, event });
  await stoppedOrEnded(worker);
  if (!worker.hasEnded()) {
    if (fault === 'second-command') await refuseSecond(stage, worker, tell);
    else if (fault !== 'clock-back') await happen(stage, faults[fault], worker, late, tell);
  }
  const ended = await worker.ended;
  const where = /^chaos: \S+ (.+)$/m.exec(ended.printed)?.[1];
  return { happened: where === undefined ? null : `${fault} ${where}`, pid: worker.pid, ended };
}

async function happen(stage: Stage, fault: Fault, worker: Running, late: number, tell: Tell): Promise<void> {
  if (fault.kills) {
    process.kill(worker.pid, 'SIGKILL');
    await worker.ended;
  } else if (late > 0) {
    process.kill(worker.pid, 'SIGCONT');
    await Promise.race([sleep(late), worker.ended]);
  }
  await fault.cause(stage.site);
  if (!worker.hasEnded()) process.kill(worker.pid, 'SIGCONT');
  await worker.ended;
  if (fault.mend !== null) {
    await tryUnmended(stage, tell);
    await fault.mend(stage.site);
  }
  if (fault.restartsContainers) await acceptRestarts(stage);
}

/** Nobody is spared from trying before the cause is mended: that must be told, not end in a trace. */
async function tryUnmended({ site }: Stage, tell: Tell): Promise<void> {
  const told = await typeCommand(site, 'resume');
  tell({ ...told, what: `${told.what}, before the cause was mended` });
  if (!isPresentable(told.ended)) throw new Trouble(`${told.what} said what no user should see`);
}

/** Whatever else is typed meanwhile is refused, with exit code 6, and changes nothing. */
async function refuseSecond({ site }: Stage, worker: Running, tell: Tell): Promise<void> {
  for (const command of ['deploy', 'resume', 'rollback', 'teardown']) {
    const told = await typeCommand(site, command);
    tell({ ...told, what: `${told.what}, meanwhile` });
    const isRefused = told.ended.exitCode === 6 && told.ended.printed.includes(`pid ${worker.pid}`);
    if (!isRefused) throw new Trouble(`${told.what} was not refused while another runs`);
  }
  process.kill(worker.pid, 'SIGCONT');
}

/** Docker itself has started what stands beside the deployment again: from now on it counts as it is. */
async function acceptRestarts(stage: Stage): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { containers } = await see(stage.site);
    const foreign = containers.filter((one) => one.labels[labels.deployment] !== deployment);
    stage.before = { ...stage.before, containers: foreign };
    if (foreign.every(({ status }) => status === 'running')) return;
    await sleep(100);
  }
  throw new Error('Docker did not start the foreign containers again');
}
