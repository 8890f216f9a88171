import { isDeepStrictEqual } from 'node:util';
import { labels } from '../fleet/names.ts';
import { breakFleet } from './faults.ts';
import { askLab } from './on-lab.ts';
import { removeDeployment } from './remove.ts';
import type { Start } from './round.ts';
import { type FleetName, fleets, writeFleet } from './site.ts';
import { type Stage, Trouble } from './stage.ts';
import { readRecord } from './state-record.ts';
import { type Told, typeCommand } from './type.ts';

/** Brings about what a round begins with, with as few commands as the world at hand needs. */
export async function establish(stage: Stage, start: Start, tell: (told: Told) => void): Promise<void> {
  if (stage.now === null) await removeDeployment(stage.site);
  stage.now ??= 'empty';
  const type = async (command: 'deploy' | 'teardown', fleet: FleetName = 'plain'): Promise<void> => {
    await writeFleet(stage.site, fleet);
    const told = await typeCommand(stage.site, command);
    tell(told);
    if (told.ended.exitCode !== 0) throw new Trouble(`${told.what} failed before anything was disturbed`);
    stage.now = command === 'deploy' ? fleets[fleet] : 'empty';
  };
  await writeFleet(stage.site, 'plain');
  const isFull = isDeepStrictEqual(stage.now, fleets.plain);
  if (start === 'empty' || start === 'unbuilt' || (start === 'fresh' && !(await canRollBack(stage)))) {
    if (stage.now !== 'empty') await type('teardown');
  }
  if (start === 'unbuilt') await removeServiceImages();
  if (start === 'empty' || start === 'unbuilt') return;
  if (!isFull || stage.now === 'empty') await type('deploy');
  if (start === 'changed') await type('deploy', 'edited');
  if (start === 'broken') await breakFleet();
}

/** Whether the run on record has made all that stands, so that rollback takes it. */
async function canRollBack({ site }: Stage): Promise<boolean> {
  const record = await readRecord(site.stateFile);
  if (record === null || record === 'damaged' || record.run === null) return false;
  return record.run.pipeline === 'deploy' && record.run.status === 'succeeded' && !record.run.overDeployment;
}

async function removeServiceImages(): Promise<void> {
  const list = ['docker', 'image', 'ls', '--filter', `label=${labels.image}=redis`];
  const tags = await askLab('host', ...list, '--format', '{{.Repository}}:{{.Tag}}');
  for (const tag of tags.split('\n')) if (tag !== '') await askLab('host', 'docker', 'image', 'rm', tag);
}
