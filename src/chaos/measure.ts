import { z } from 'zod';
import { troublesOf } from './play.ts';
import type { Scene } from './round.ts';
import { type Stage, Trouble } from './stage.ts';
import { establish } from './start.ts';
import { edit, startWorker } from './type.ts';

/**
 * Plays a scene with nothing disturbing it: it must lead where it should, so that whoever judges is judged too, and
 * the boundaries that it passes are those at which it will be disturbed.
 */
export async function measure(stage: Stage, scene: Scene): Promise<void> {
  await establish(stage, scene.start, () => {});
  await edit(stage.site, scene.typed);
  const startedAt = performance.now();
  const { exitCode, stdout, printed } = await (await startWorker(stage.site, scene.typed, null)).ended;
  const milliseconds = performance.now() - startedAt;
  if (exitCode !== 0) throw new Trouble(`${scene.name} failed, and nothing disturbed it:\n${printed}`);
  stage.now = null;
  const troubles = await troublesOf(stage, scene.leadsTo);
  if (troubles.length > 0) throw new Trouble(`${scene.name}: ${troubles.join('; ')}\n${printed}`);
  stage.now = scene.leadsTo;
  stage.measured.set(scene.name, { boundaries: z.array(z.string()).parse(JSON.parse(stdout)), milliseconds });
}
