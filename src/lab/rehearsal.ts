import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { interruptible } from '../commands/interruptible.ts';
import { DecnetError, toDecnetError } from '../errors.ts';
import { packageRoot } from '../package-root.ts';
import { labDown } from './down.ts';
import { labExecute } from './execute.ts';
import { type LabRole, labPaths } from './layout.ts';
import { isLabUp, labUp } from './up.ts';

/*
 * `npm start`: the main job from end to end, on the lab. Deploys the example fleet, looks at it from the
 * attacker's side, shows what that left in the logs, and cleans up unless --keep is given.
 */

const fleetFolder = join(labPaths.run, 'office');
const fleetFile = join(fleetFolder, 'office.yaml');
const stateFile = join(fleetFolder, 'decnet-state.json');

const keep = process.argv.includes('--keep');

async function rehearse(signal: AbortSignal): Promise<number> {
  const wasUp = await isLabUp();
  try {
    tell('A private LAN with its own Docker Engine');
    await labUp({ signal, onProgress });
    await mkdir(fleetFolder, { recursive: true });
    await copyFile(join(packageRoot(), 'examples/office.yaml'), fleetFile);
    await showFleet(signal);
    if (keep) {
      tell('The fleet stays up. What to type next');
      console.log(nextSteps);
      return 0;
    }
    tell('Take it down');
    await show('host', ['decnet', 'teardown', '--state', stateFile]);
    tell('What to type next');
    console.log('  npm start -- --keep        the same, and all of it stays up for you');
    return 0;
  } finally {
    if (!keep) await cleanUp(wasUp);
  }
}

function onProgress(line: string, isDetail = false): void {
  if (!isDetail) console.error(line);
}

async function showFleet(signal: AbortSignal): Promise<void> {
  tell('Deploy five deckies');
  await show('host', ['decnet', 'deploy', fleetFile]);
  await show('host', ['decnet', 'status', '--state', stateFile]);
  signal.throwIfAborted();
  const { addresses, ssh, http } = await pickTargets();
  tell('Look at them as an attacker on the LAN would');
  await show('attacker', ['nmap', '-n', '-sV', '-Pn', '-p', '21,22,80,443,445,3306,5432,6379', ...addresses]);
  const login = ['sshpass', '-p', 'letmein', 'ssh', ...sshOptions, `root@${ssh}`, 'id'];
  await show('attacker', login, 'refused, as it should be');
  await show('attacker', [
    'curl',
    '--silent',
    '--show-error',
    '--user',
    'admin:admin',
    '--head',
    `http://${http}/`,
  ]);
  tell('What the deckies saw');
  await show('host', ['decnet', 'logs', '--tail', '4', '--state', stateFile]);
}

const sshOptions = [
  '-o',
  'StrictHostKeyChecking=no',
  '-o',
  'UserKnownHostsFile=/dev/null',
  '-o',
  'PreferredAuthentications=password',
];

const nextSteps = `  alias decnet='${process.execPath} ${join(packageRoot(), 'dist/src/cli.js')}'
  decnet lab exec -- decnet status --state ${stateFile}
  decnet lab exec -- decnet logs --follow --state ${stateFile}
  decnet lab exec --as attacker -- bash
  decnet lab exec -- decnet teardown --state ${stateFile}
  decnet lab down`;

const stateSchema = z.object({
  deployment: z.object({
    fleet: z.object({
      deckies: z.array(z.object({ ip: z.string(), services: z.array(z.object({ name: z.string() })) })),
    }),
  }),
});

async function pickTargets() {
  const { deckies } = stateSchema.parse(JSON.parse(await readFile(stateFile, 'utf8'))).deployment.fleet;
  const offering = (service: string): string =>
    deckies.find((decky) => decky.services.some(({ name }) => name === service))?.ip ?? '';
  return { addresses: deckies.map(({ ip }) => ip), ssh: offering('ssh'), http: offering('http') };
}

/** Shows a command as it would be typed and runs it; one that fails ends the rehearsal, unless that is expected. */
async function show(role: LabRole, argv: readonly string[], expectedFailure?: string): Promise<void> {
  console.log(`\n${role}# ${argv.join(' ')}`);
  const exitCode = await labExecute(role, argv);
  if (exitCode === 0) return;
  if (expectedFailure !== undefined) return console.log(`(${expectedFailure})`);
  throw new DecnetError(`${argv[0]} ended with ${exitCode}`, {
    code: 'REHEARSAL_FAILED',
    hint: `Look again with: npm start -- --keep`,
  });
}

function tell(what: string): void {
  console.log(`\n== ${what} ==`);
}

// Also after a failure or a signal: the lab goes, and everything in it. One that was up before loses our fleet only.
async function cleanUp(wasUp: boolean): Promise<void> {
  if (wasUp) {
    await labExecute('host', ['decnet', 'teardown', '--state', stateFile]);
    return rm(fleetFolder, { recursive: true, force: true });
  }
  const left = await labDown({ signal: new AbortController().signal, onProgress });
  if (left.length === 0) return;
  throw new DecnetError(`The lab left something behind: ${left.join(', ')}`, {
    code: 'LAB_LEFTOVER',
    hint: 'Run: decnet lab down',
  });
}

try {
  process.exitCode = await interruptible(rehearse);
} catch (error) {
  const { message, hint, exitCode } = toDecnetError(error);
  console.error(hint === undefined ? message : `${message}\n${hint}`);
  process.exitCode = exitCode;
}
