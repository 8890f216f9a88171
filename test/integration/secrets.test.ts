import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serviceContainerName } from '../../src/fleet/names.ts';
import { smallFleet } from './fleets.ts';
import { docker } from './on-lab.ts';
import { openSite, type Site } from './site.ts';

const name = 'secrets';
const secret = 'horse-battery-7';
const small = smallFleet(name, ['ssh', 'redis']);
const accept = [{ username: 'root', password: secret }];
const fleet = {
  ...small,
  deckies: small.deckies.map((decky) => ({
    ...decky,
    config: { ssh: { accept }, redis: { password: `${secret}-r` } },
  })),
};

let site: Site;
let deployed = '';

beforeAll(async () => {
  site = await openSite(fleet);
  const { stdout, stderr } = await site.succeed('deploy', '--json');
  deployed = stdout + stderr;
});

afterAll(() => site?.close());

async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

it('are printed by no command', async () => {
  expect(deployed).toContain('"run-finished"');
  expect(deployed).not.toContain(secret);
  const commands = [
    ['plan'],
    ['plan', '--json'],
    ['validate'],
    ['status'],
    ['status', '--json'],
    ['step', 'list', '--json'],
    ...['compose-gen', 'state-save', 'up', 'verify'].map((step) => ['step', 'show', step]),
    ['resume', '--json'],
  ];
  for (const command of commands) {
    const { exitCode, stdout, stderr } = await site.decnet(...command);
    expect([command, exitCode]).toEqual([command, 0]);
    expect(stdout + stderr, command.join(' ')).not.toContain(secret);
  }
  const { stdout } = await site.decnet('plan', '--json');
  expect(stdout).toContain('"password":"********"');
});

it('are in no journal, and in files that only root reads', async () => {
  const holding: string[] = [];
  for (const file of [...(await filesOf(join(site.folder, '.decnet'))), site.stateFile]) {
    if (!(await readFile(file, 'utf8')).includes(secret)) continue;
    holding.push(file.slice(site.folder.length + 1));
    expect([file, (await stat(file)).mode & 0o777]).toEqual([file, 0o600]);
  }
  expect(holding.sort()).toEqual(['.decnet/decnet-compose.yml', 'decnet-state.json']);
});

it('are known to the container that needs them, and to no other', async () => {
  const names = await docker('ps', '--format', '{{.Names}}');
  const told = await Promise.all(
    names.map(async (container) =>
      (await docker('inspect', container)).join('\n').includes(secret) ? container : '',
    ),
  );
  expect(told.filter((container) => container !== '').sort()).toEqual(
    ['redis', 'ssh'].map((service) => serviceContainerName(name, 'box-01', service)),
  );
});
