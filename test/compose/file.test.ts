import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { composeFile, composeHeader, expectedContainers } from '../../src/compose/file.ts';
import { decky, fleet, images } from './fleet.ts';

const fileSchema = z.object({
  name: z.string(),
  services: z.record(z.string(), z.record(z.string(), z.unknown())),
  networks: z.record(z.string(), z.unknown()),
});

function read(text: string) {
  return fileSchema.parse(parse(text));
}

describe('the compose file', () => {
  it('is these bytes for a decky with one service', () => {
    const one = decky(7, {
      services: [{ name: 'ssh', ports: [{ port: 22, protocol: 'tcp' }], config: { banner: 'x' } }],
    });
    expect(composeFile(fleet([one]), images)).toMatchSnapshot();
  });

  it('is the same bytes for the same fleet, whatever the order of keys in a config', () => {
    const service = { name: 'ssh', ports: [] };
    const one = decky(7, { services: [{ ...service, config: { a: 1, b: { c: 2, d: 3 } } }] });
    const other = decky(7, { services: [{ ...service, config: { b: { d: 3, c: 2 }, a: 1 } }] });
    expect(composeFile(fleet([other]), images)).toBe(composeFile(fleet([one]), images));
  });

  it('says in its first line who made it', () => {
    expect(composeFile(fleet([]), images).split('\n')[0]).toBe(composeHeader);
  });

  it('has a base and a container a service, which shares the network of the base and waits for nothing else', () => {
    const { services } = read(composeFile(fleet([decky(7), decky(8)]), images));
    expect(Object.keys(services)).toEqual([
      'files-7',
      'files-7.ssh',
      'files-7.ftp',
      'files-8',
      'files-8.ssh',
      'files-8.ftp',
    ]);
    expect(services['files-8.ftp']).toMatchObject({
      network_mode: 'service:files-8',
      depends_on: ['files-8'],
    });
    expect(services['files-8']).not.toHaveProperty('depends_on');
  });

  it('gives a base no MAC on ipvlan, where the parent lends its own', () => {
    const { services } = read(composeFile(fleet([decky(7, { mac: null })]), images));
    expect(services['files-7']?.networks).toEqual({ lan: { ipv4_address: '198.51.100.7' } });
  });

  it('tells a service who its decky is on the LAN, without a MAC on ipvlan', () => {
    const environmentOf = (mac: string | null) =>
      read(composeFile(fleet([decky(7, { mac })]), images)).services['files-7.ssh']?.environment;
    expect(environmentOf('02:00:00:00:00:07')).toMatchObject({
      DECNET_HOSTNAME: 'FILES-7',
      DECNET_DOMAIN: 'corp.example',
      DECNET_IP: '198.51.100.7',
      DECNET_MAC: '02:00:00:00:00:07',
    });
    expect(environmentOf(null)).toMatchObject({ DECNET_IP: '198.51.100.7', DECNET_MAC: '' });
  });

  it('leaves the network to us: external, by its real name', () => {
    expect(read(composeFile(fleet([]), images)).networks).toEqual({
      lan: { external: true, name: 'decnet-lan.eth0' },
    });
  });

  it('keeps a dollar sign from compose, which would look for a variable', () => {
    const config = { password: `\${HOME} $$ $1` };
    const one = decky(7, { hostname: 'a$b', services: [{ name: 'ssh', ports: [], config }] });
    const text = composeFile(fleet([one]), images);
    expect(text).toContain("hostname: 'a$$b'");
    expect(text).toContain(`$\${HOME} $$$$ $$1`);
  });

  it('carries any text of a config in printable ASCII', () => {
    const config = { banner: 'line\nline "quoted" \'single\' \u0007 \u009f ü \u2028 😀' };
    const one = decky(7, { services: [{ name: 'ssh', ports: [], config }] });
    const text = composeFile(fleet([one]), images);
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
    const environment = z
      .record(z.string(), z.string())
      .parse(read(text).services['files-7.ssh']?.environment);
    expect(JSON.parse(environment.DECNET_CONFIG ?? '')).toEqual(config);
  });

  it('has no anchors and no aliases', () => {
    const text = composeFile(fleet([decky(7), decky(8)]), images);
    expect(text).not.toMatch(/: [&*]\w/);
  });

  it('keeps every value a string that looks like something else', () => {
    const sysctls = { 'net.ipv4.tcp_sack': '010' };
    const text = composeFile(fleet([decky(7, { name: '0x1f', hostname: 'yes', sysctls })]), images);
    expect(text).toContain("net.ipv4.tcp_sack: '010'");
    expect(text).toContain("hostname: 'yes'");
    expect(Object.keys(read(text).services)[0]).toBe('0x1f');
  });
});

describe('the containers to expect', () => {
  it('are those of the file, each with its label', () => {
    const office = fleet([decky(7), decky(8)]);
    const { services } = read(composeFile(office, images));
    const told = Object.values(services).map((service) => {
      const marks = z.record(z.string(), z.string()).parse(service.labels);
      return {
        name: service.container_name,
        decky: marks['decnet.decky'],
        service: marks['decnet.service'],
        image: service.image,
        spec: marks['decnet.spec'],
      };
    });
    expect(expectedContainers(office, images)).toEqual(told);
  });

  it('change their spec with what changes in them, and with nothing else', () => {
    const before = expectedContainers(fleet([decky(7), decky(8)]), images);
    const after = expectedContainers(fleet([decky(7), decky(8, { hostname: 'OTHER' })]), images);
    expect(after.slice(0, 3)).toEqual(before.slice(0, 3));
    expect(after[3]?.spec).not.toBe(before[3]?.spec);
  });

  it('change their spec with the image', () => {
    const office = fleet([decky(7)]);
    const [base, ssh] = expectedContainers(office, images);
    const newer = { ...images, services: { ...images.services, ssh: 'decnet/ssh:ffffffffffff' } };
    const [baseAfter, sshAfter] = expectedContainers(office, newer);
    expect(baseAfter).toEqual(base);
    expect(sshAfter?.spec).not.toBe(ssh?.spec);
  });
});
