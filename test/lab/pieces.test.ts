import { describe, expect, it } from 'vitest';
import { dockerdArguments } from '../../src/lab/dockerd.ts';
import { toolboxMounts } from '../../src/lab/holder.ts';
import { cgroupParent } from '../../src/lab/layout.ts';
import { parseMounts } from '../../src/lab/mounts.ts';
import { roleBatch } from '../../src/lab/namespaces.ts';
import { isLabCgroup } from '../../src/lab/processes.ts';

describe("the lab's network", () => {
  it('gives the host its documentation address and the neighbour as router', () => {
    expect(roleBatch('host')).toBe(
      'link set lo up\naddr replace 198.51.100.1/24 brd + dev eth0\nlink set eth0 up\nroute replace default via 198.51.100.254 dev eth0\n',
    );
  });

  it('ends at the neighbour, who refuses what is beyond', () => {
    expect(roleBatch('neighbour')).toMatch(/route replace local default dev lo table main\n$/);
  });
});

describe("the lab's engine", () => {
  it('keeps everything below folders of its own, and needs no iptables rules', () => {
    const args = dockerdArguments('overlay2');
    expect(args).toContain('--config-file=/run/decnet-lab/daemon.json');
    expect(args).toContain('--host=unix:///run/decnet-lab/docker.sock');
    expect(args).toContain('--data-root=/var/lib/decnet-lab');
    expect(args).toContain(`--cgroup-parent=${cgroupParent()}`);
    expect(args).toContain('--iptables=false');
    expect(args).toContain('--storage-driver=overlay2');
  });

  it('is told from others by its cgroup', () => {
    expect(isLabCgroup(`8:pids:/${cgroupParent()}/0123abc`)).toBe(true);
    expect(isLabCgroup(`0::/system.slice/${cgroupParent()}/0123abc`)).toBe(true);
    // Of a lab in a container of this machine.
    expect(isLabCgroup('0::/docker/4567def/decnet-lab-1/0123abc')).toBe(false);
    expect(isLabCgroup('0::/decnet-lab-other/0123abc')).toBe(false);
    expect(isLabCgroup('4:memory:/docker/0123abc')).toBe(false);
  });
});

describe("the attacker's machine", () => {
  it('leaves the cached toolbox as it is: it is the lower layer', () => {
    const overlay = toolboxMounts('attacker', '/c/toolbox').find((command) => command.includes('overlay'));
    expect(overlay).toContain(
      'lowerdir=/c/toolbox,upperdir=/run/decnet-lab/attacker/upper,workdir=/run/decnet-lab/attacker/work',
    );
  });
});

describe('mounts', () => {
  it('are read with their type and their odd names', () => {
    const text = `36 35 98:0 / /run/decnet-lab/a\\040b rw,noatime shared:1 - tmpfs tmpfs rw
37 35 0:5 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n`;
    expect(parseMounts(text)).toEqual([
      { path: '/run/decnet-lab/a b', type: 'tmpfs' },
      { path: '/sys/fs/cgroup/pids', type: 'cgroup' },
    ]);
  });
});
