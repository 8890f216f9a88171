import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadCatalogue } from '../fleet/catalogue.ts';
import { createIp } from '../host/ip.ts';
import { createHost } from '../host/linux.ts';
import { readNeighbours } from '../host/neighbours.ts';
import { chooseFleet, type Given, summary } from '../init/choose.ts';
import { fleetText } from '../init/fleet-text.ts';
import type { Here } from '../init/lan.ts';
import { withQuestions } from '../init/questions.ts';
import { requireFree, writeFleet } from '../init/write-fleet.ts';
import { packageRoot, templatesFolder } from '../package-root.ts';
import { execute } from '../process/execute.ts';
import { safeText } from '../text/safe.ts';

interface Flags extends Given {
  readonly yes?: true;
  readonly force?: true;
}

/** Chooses by flags, by questions where there is a terminal, and writes the file last: until then nothing is changed. */
export async function init(path: string, flags: Flags): Promise<void> {
  const isPrinted = path === '-';
  const isForced = flags.force ?? false;
  if (!isPrinted) await requireFree(path, isForced);

  const catalogue = await loadCatalogue(templatesFolder());
  const choosing = { given: flags, here: await lookAround(), catalogue };
  const isAsking = flags.yes === undefined && process.stdin.isTTY === true && process.stderr.isTTY === true;
  const choices = isAsking
    ? await withQuestions({ input: process.stdin, output: process.stderr }, (ask) =>
        chooseFleet({ ...choosing, ask }),
      )
    : await chooseFleet({ ...choosing, ask: null });

  const schema = pathToFileURL(join(packageRoot(), 'fleet.schema.json')).href;
  const text = fleetText(choices, catalogue, schema);
  if (isPrinted) {
    process.stdout.write(text);
    return;
  }
  await writeFleet(path, text, isForced);
  process.stdout.write(`Wrote ${safeText(path)}: ${safeText(summary(choices))}\n`);
  process.stderr.write(`Look at what would come of it with: decnet plan ${safeText(path)}\n`);
}

async function lookAround(): Promise<Here> {
  const host = createHost(execute);
  const ip = createIp(execute);
  const [identity, links, routes] = await Promise.all([host.identity(), host.links(), host.routes()]);
  return { identity, links, routes, neighboursOf: (link) => readNeighbours(ip, link) };
}
