import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { z } from 'zod';
import { interruptible } from '../commands/interruptible.ts';
import { DecnetError, toDecnetError } from '../errors.ts';
import { type Catalogue, loadCatalogue } from '../fleet/catalogue.ts';
import { type ResolvedDecky, resolvedFleetSchema } from '../fleet/resolved.ts';
import { inParallel } from '../in-parallel.ts';
import { labCommand } from '../lab/command.ts';
import { labDown } from '../lab/down.ts';
import { type LabRole, labPaths } from '../lab/layout.ts';
import { notUp } from '../lab/not-up.ts';
import { readLabRecord } from '../lab/record.ts';
import { labUp } from '../lab/up.ts';
import { packageRoot, templatesFolder } from '../package-root.ts';
import { reportOf } from './report.ts';
import { type SeenMachine, scan } from './scan.ts';
import { judgeMachine, judgeServices } from './verdict.ts';

/*
 * `npm run realism`: deploys one decky of every archetype on the lab, scans them as an attacker does, and writes
 * docs/realism.md anew. Names of archetypes as arguments: those only, and the report goes to standard output.
 */

const folder = join(labPaths.run, 'realism');
const fleetFile = join(folder, 'fleet.yaml');
const stateFile = join(folder, 'decnet-state.json');
/** Scans at a time: nmap -O wants answers in time. */
const scans = 3;

async function measure(signal: AbortSignal): Promise<number> {
  const options = { signal, onProgress: (line: string) => console.error(line) };
  const catalogue = await loadCatalogue(templatesFolder());
  const outcome = await labUp(options);
  try {
    const names = process.argv.slice(2);
    const archetypes = names.length > 0 ? names : [...catalogue.archetypes.keys()];
    const deckies = await deploy(archetypes, signal);
    const seen = await inParallel(scans, deckies, async (decky) => {
      console.error(`scanning ${decky.name}`);
      const ports = decky.services.flatMap((service) => service.ports);
      return { decky, machine: await scan({ ip: decky.ip, ports }, signal) };
    });
    const report = await judge(catalogue, seen, signal);
    if (names.length > 0) console.log(report);
    else await write(report);
    return 0;
  } finally {
    await run('host', ['decnet', 'teardown', '--state', stateFile], new AbortController().signal);
    if (outcome === 'raised') await labDown({ ...options, signal: new AbortController().signal });
  }
}

async function deploy(archetypes: readonly string[], signal: AbortSignal): Promise<readonly ResolvedDecky[]> {
  await mkdir(folder, { recursive: true });
  const deckies = archetypes.map((archetype) => ({ name: archetype, archetype }));
  const network = { interface: 'eth0', range: '198.51.100.64/26' };
  await writeFile(fleetFile, stringify({ name: 'realism', seed: 'realism', network, deckies }));
  await run('host', ['decnet', 'deploy', fleetFile], signal);
  const state = z.object({ deployment: z.object({ fleet: resolvedFleetSchema }) });
  return state.parse(JSON.parse(await readFile(stateFile, 'utf8'))).deployment.fleet.deckies;
}

async function judge(
  catalogue: Catalogue,
  seen: readonly { readonly decky: ResolvedDecky; readonly machine: SeenMachine }[],
  signal: AbortSignal,
): Promise<string> {
  const machines = seen.map(({ decky, machine }) => {
    const families = catalogue.osFamilies.get(decky.osFamily)?.nmap ?? [];
    return judgeMachine(decky, { families, organization: organizationOf(catalogue, decky.mac) }, machine);
  });
  const ports = seen.flatMap(({ decky, machine }) => judgeServices(decky, catalogue.services, machine));
  const version = await run('attacker', ['nmap', '--version'], signal);
  return reportOf(machines, ports, /nmap version \S+/i.exec(version)?.[0] ?? 'nmap');
}

/** Whose MAC it is, as the catalogue has it from the registry. */
function organizationOf({ vendors }: Catalogue, mac: string | null): string {
  const organizations = [...vendors.values()].flatMap((vendor) => Object.entries(vendor));
  return organizations.find(([, ouis]) => mac !== null && ouis.includes(mac.slice(0, 8)))?.[0] ?? 'nobody';
}

async function write(report: string): Promise<void> {
  const file = join(packageRoot(), 'docs/realism.md');
  await mkdir(join(packageRoot(), 'docs'), { recursive: true });
  await writeFile(file, report);
  console.error(`wrote ${file}`);
}

async function run(role: LabRole, argv: readonly string[], signal: AbortSignal): Promise<string> {
  const record = await readLabRecord();
  if (record === null) throw notUp();
  const { file, args, env } = labCommand(record, role, argv, process.env);
  const ended = await execa(file, args, { env, cancelSignal: signal, reject: false });
  if (ended.exitCode === 0) return ended.stdout;
  throw new DecnetError(`${argv.join(' ')} ended with ${ended.exitCode}:\n${ended.stderr}`, {
    code: 'NOT_MEASURED',
  });
}

try {
  process.exitCode = await interruptible(measure);
} catch (error) {
  const { message, hint, exitCode } = toDecnetError(error);
  console.error(hint === undefined ? message : `${message}\n${hint}`);
  process.exitCode = exitCode;
}
