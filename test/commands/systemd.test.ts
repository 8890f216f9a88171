import { resolve } from 'node:path';
import { Command } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { registerSystemd } from '../../src/commands/systemd.ts';
import { collectUnit, healUnit, systemdUnits } from '../../src/commands/systemd-unit.ts';

const paths = {
  node: '/usr/bin/node',
  cli: '/opt/decnet/dist/src/cli.js',
  state: '/etc/decnet/decnet-state.json',
};

function settings(unit: string, name: string): readonly string[] {
  return [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map((match) => match[1] ?? '');
}

async function run(...args: readonly string[]): Promise<string> {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  registerSystemd(program);
  for (const command of program.commands) command.copyInheritedSettings(program);
  let printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
  await program.parseAsync(['systemd', ...args], { from: 'user' });
  return printed;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the unit that heals', () => {
  it('does so once Docker and the network are there, and again where that fails', () => {
    expect(healUnit(paths)).toBe(`[Unit]
Description=DECNET deployment of /etc/decnet/decnet-state.json
Requires=docker.service
Wants=network-online.target
After=docker.service network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/node /opt/decnet/dist/src/cli.js heal --state /etc/decnet/decnet-state.json
Restart=on-failure
RestartSec=15
RestartPreventExitStatus=2 4

[Install]
WantedBy=multi-user.target
`);
  });
});

describe('the unit that collects', () => {
  const unit = collectUnit(paths);

  it('runs for ever, but not against wrong usage', () => {
    expect(settings(unit, 'ExecStart')).toEqual([
      '/usr/bin/node /opt/decnet/dist/src/cli.js collect --state /etc/decnet/decnet-state.json',
    ]);
    expect(settings(unit, 'Restart')).toEqual(['always']);
    expect(settings(unit, 'StartLimitIntervalSec')).toEqual(['0']);
    expect(settings(unit, 'RestartPreventExitStatus')).toEqual(['2']);
  });

  it('waits out a restart of Docker instead of being stopped with it', () => {
    expect(settings(unit, 'Wants')).toEqual(['docker.service']);
    expect(settings(unit, 'Requires')).toEqual([]);
  });

  it('may write in the folder of the state file and nowhere else', () => {
    expect(settings(unit, 'ProtectSystem')).toEqual(['strict']);
    expect(settings(unit, 'ProtectHome')).toEqual(['read-only']);
    expect(settings(unit, 'ReadWritePaths')).toEqual(['/etc/decnet']);
    expect(settings(unit, 'CapabilityBoundingSet')).toEqual(['']);
  });

  it('leaves out what the compiler of Node cannot live with', () => {
    expect(unit).not.toContain('MemoryDenyWriteExecute');
  });
});

describe.each(Object.entries(systemdUnits))('the unit %s', (name, unitOf) => {
  it('takes paths by the letter, whatever systemd would see in them', () => {
    const unit = unitOf({ ...paths, state: '/srv/our "50%" $fleet\\state.json' });
    const [command] = settings(unit, 'ExecStart');
    expect(command).toMatch(
      new RegExp(String.raw` ${name} --state "/srv/our \\"50%%\\" \$\$fleet\\\\state\.json"$`),
    );
    expect(settings(unit, 'Description')[0]).toMatch(/ of \/srv\/our "50%%" \$fleet\\state\.json$/);
  });

  it('is printed with absolute paths, of the state file that was named', async () => {
    const printed = await run('--unit', name, '--state', 'fleet/state.json');
    const [node, cli, ...rest] = settings(printed, 'ExecStart')[0]?.split(' ') ?? [];
    expect(node).toBe(process.execPath);
    expect(cli).toMatch(/^\/.*\/dist\/src\/cli\.js$/);
    expect(rest).toEqual([name, '--state', resolve('fleet/state.json')]);
  });
});

it('heals, of the state file in this folder, where nothing is named', async () => {
  const [command] = settings(await run(), 'ExecStart');
  expect(command?.endsWith(` heal --state ${resolve('decnet-state.json')}`)).toBe(true);
});

it('refuses a unit that there is none of, and says which there are', async () => {
  await expect(run('--unit', 'resume')).rejects.toThrow(/--unit.*'resume'.*heal, collect/);
});
