import { resolve } from 'node:path';
import { Command } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { registerSystemd } from '../../src/commands/systemd.ts';
import { systemdUnit } from '../../src/commands/systemd-unit.ts';

const paths = {
  node: '/usr/bin/node',
  cli: '/opt/decnet/dist/src/cli.js',
  state: '/etc/decnet/decnet-state.json',
};

function execStart(unit: string): string | undefined {
  return /^ExecStart=(.*)$/m.exec(unit)?.[1];
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the unit', () => {
  it('resumes once Docker and the network are there, and again where that fails', () => {
    expect(systemdUnit(paths)).toBe(`[Unit]
Description=DECNET deployment of /etc/decnet/decnet-state.json
Requires=docker.service
Wants=network-online.target
After=docker.service network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/node /opt/decnet/dist/src/cli.js resume --state /etc/decnet/decnet-state.json
Restart=on-failure
RestartSec=15
RestartPreventExitStatus=2 4

[Install]
WantedBy=multi-user.target
`);
  });

  it('takes paths by the letter, whatever systemd would see in them', () => {
    const state = '/srv/our "50%" $fleet\\state.json';
    const unit = systemdUnit({ ...paths, state });
    expect(execStart(unit)).toMatch(/ --state "\/srv\/our \\"50%%\\" \$\$fleet\\\\state\.json"$/);
    expect(unit).toContain('Description=DECNET deployment of /srv/our "50%%" $fleet\\state.json\n');
  });
});

it('is printed with absolute paths, of the state file that was named', async () => {
  const program = new Command();
  registerSystemd(program);
  let printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
  await program.parseAsync(['systemd', '--state', 'fleet/state.json'], { from: 'user' });
  const [node, cli, ...rest] = execStart(printed)?.split(' ') ?? [];
  expect(node).toBe(process.execPath);
  expect(cli).toMatch(/^\/.*\/dist\/src\/cli\.js$/);
  expect(rest).toEqual(['resume', '--state', resolve('fleet/state.json')]);
});
