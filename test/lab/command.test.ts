import { describe, expect, it } from 'vitest';
import { hostEnvironment, labCommand } from '../../src/lab/command.ts';
import type { LabRecord } from '../../src/lab/record.ts';

const record: LabRecord = {
  engine: {
    prefix: '/c/engine',
    path: ['/c/engine/usr/sbin', '/c/engine/usr/bin'],
    libraries: ['/c/engine/usr/lib/x'],
    extensions: ['/c/engine/usr/lib/x/xtables'],
    plugins: ['/c/engine/plugins'],
  },
  toolbox: '/c/toolbox',
  holders: {
    host: { pid: 10, startTime: '1' },
    attacker: { pid: 11, startTime: '1' },
    neighbour: { pid: 12, startTime: '1' },
  },
};

describe('a lab command', () => {
  it("runs on the host with the machine's files and the lab's Docker", () => {
    const command = labCommand(record, 'host', ['docker', 'ps'], { PATH: '/usr/bin' });
    expect(command.file).toBe('nsenter');
    expect(command.args).toEqual(['--net=/run/netns/decnet-lab-host', '--', 'docker', 'ps']);
    expect(command.env.DOCKER_HOST).toBe('unix:///run/decnet-lab/docker.sock');
  });

  it('runs as the attacker in a root and an environment of its own', () => {
    const { args, env } = labCommand(record, 'attacker', ['nmap', '-sV', '198.51.100.70'], {
      TERM: 'xterm',
      SECRET: 'x',
    });
    expect(args.slice(0, 7)).toEqual([
      '--mount=/proc/11/ns/mnt',
      '--net=/proc/11/ns/net',
      '--root=/proc/11/root',
      '--',
      'chroot',
      '/run/decnet-lab/attacker/root',
      '/usr/bin/env',
    ]);
    expect(args).toContain('TERM=xterm');
    expect(args.slice(-3)).toEqual(['nmap', '-sV', '198.51.100.70']);
    expect([...args, ...Object.values(env)].join(' ')).not.toContain('SECRET');
  });

  it("finds the lab's programs before the machine's, and this node last", () => {
    const { PATH } = hostEnvironment(record, { PATH: '/usr/local/bin:/usr/bin' });
    expect(PATH?.split(':').slice(0, 5)).toEqual([
      '/run/decnet-lab/bin',
      '/c/engine/usr/sbin',
      '/c/engine/usr/bin',
      '/usr/local/bin',
      '/usr/bin',
    ]);
  });

  it('adds to a library path that is given, and gives none where nothing was unpacked', () => {
    expect(hostEnvironment(record, { LD_LIBRARY_PATH: '/own' }).LD_LIBRARY_PATH).toBe(
      '/c/engine/usr/lib/x:/own',
    );
    const own = { ...record, engine: { prefix: null, path: [], libraries: [], extensions: [], plugins: [] } };
    expect(hostEnvironment(own, {})).not.toHaveProperty('LD_LIBRARY_PATH');
    expect(hostEnvironment(own, {})).not.toHaveProperty('XTABLES_LIBDIR');
  });
});
