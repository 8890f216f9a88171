import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  baseContainerName,
  bridgeLinkName,
  networkName,
  serviceContainerName,
} from '../../src/fleet/names.ts';
import type { ResolvedDecky, ResolvedFleet } from '../../src/fleet/resolved.ts';
import { packageRoot, templatesFolder } from '../../src/package-root.ts';
import { loadServices } from '../../src/services/load-services.ts';
import { docker, run, succeed } from './on-lab.ts';
import { openSite, type Site, troublesOf } from './site.ts';
import { startsOf } from './world.ts';

let site: Site;
let fleet: ResolvedFleet;
let deployed: { readonly exitCode: number | null; readonly stderr: string };

beforeAll(async () => {
  site = await openSite(await readFile(join(packageRoot(), 'examples/office.yaml'), 'utf8'));
  fleet = JSON.parse((await site.succeed('plan', '--json')).stdout).fleet;
  deployed = await site.decnet('deploy');
});

afterAll(() => site?.close());

function deckyWith(service: string): ResolvedDecky {
  const found = fleet.deckies.find((decky) => decky.services.some(({ name }) => name === service));
  if (found === undefined) throw new Error(`No decky of the fleet has ${service}`);
  return found;
}

describe('five deckies over eight services', () => {
  it('are on the wire as the plan said', async () => {
    expect(deployed).toMatchObject({ exitCode: 0 });
    expect(fleet.deckies).toHaveLength(5);
    expect(new Set(fleet.deckies.flatMap(({ services }) => services.map(({ name }) => name)))).toEqual(
      new Set(['ftp', 'http', 'https', 'mysql', 'postgres', 'redis', 'smb', 'ssh']),
    );
    expect((await site.readState()).deployment?.fleet).toEqual(fleet);
    const network = `(index .NetworkSettings.Networks "${networkName('eth0')}")`;
    const bases = await docker(
      'inspect',
      '--format',
      `{{.Name}} {{${network}.IPAddress}} {{${network}.MacAddress}} {{.Config.Hostname}}`,
      ...fleet.deckies.map(({ name }) => baseContainerName(fleet.name, name)),
    );
    expect(bases).toEqual(
      fleet.deckies.map(
        ({ name, ip, mac, hostname }) => `/${baseContainerName(fleet.name, name)} ${ip} ${mac} ${hostname}`,
      ),
    );
  });

  it('are healthy', async () => {
    const report = await site.status();
    expect(troublesOf(report)).toEqual([]);
    expect(report).toMatchObject({ healthy: true, bridge: true, run: { status: 'succeeded' } });
  });

  it('are, to nmap, what their manifests claim, with the MACs of the plan', async () => {
    const manifests = await loadServices(templatesFolder());
    const addresses = fleet.deckies.map(({ ip }) => ip);
    const ports = fleet.deckies.flatMap(({ services }) => services.flatMap((service) => service.ports));
    const list = [...new Set(ports.map(({ port }) => port))].join(',');
    const found = await succeed('attacker', 'nmap', '-sV', '-Pn', '-n', '-p', list, '-oX', '-', ...addresses);
    expect(openPorts(found).sort()).toEqual(
      fleet.deckies
        .flatMap(({ ip, services }) =>
          services.flatMap(({ name, ports: declared }) => {
            const { service, product } = manifests.get(name)?.nmap ?? {};
            return declared.map(({ port }) => `${ip}:${port} ${service} ${product}`);
          }),
        )
        .sort(),
    );
    const neighbours = await succeed('attacker', 'ip', 'neigh', 'show', 'dev', 'eth0');
    for (const { ip, mac } of fleet.deckies)
      expect(neighbours).toMatch(new RegExp(`^${ip} lladdr ${mac}`, 'm'));
  });

  it('answer the host too, over its link', async () => {
    const link = bridgeLinkName(fleet.name);
    for (const { ip, services } of fleet.deckies) {
      expect(await succeed('host', 'ip', 'route', 'get', ip)).toContain(`dev ${link}`);
      const port = services[0]?.ports[0]?.port;
      const knock = `require('node:net').connect(${port}, '${ip}', () => process.exit(0)).setTimeout(5000, () => process.exit(1))`;
      expect(await run('host', 'node', '-e', knock)).toMatchObject({ exitCode: 0 });
    }
  });
});

describe('what runs', () => {
  it('is kept by a second deploy', async () => {
    const before = await startsOf(fleet.name);
    expect(before.size).toBe(5 + fleet.deckies.flatMap(({ services }) => services).length);
    const { stderr } = await site.succeed('deploy');
    expect(stderr).toContain('step up: kept');
    expect(await startsOf(fleet.name)).toEqual(before);
  });

  it('has a compose file that compose accepts', async () => {
    const file = join(site.folder, '.decnet/decnet-compose.yml');
    await docker('compose', '-f', file, 'config', '--quiet');
  });

  it('has no rights and no room that it does not need', async () => {
    const service = serviceContainerName(fleet.name, deckyWith('ssh').name, 'ssh');
    const base = baseContainerName(fleet.name, deckyWith('ssh').name);
    const seen = JSON.parse(await succeed('host', 'docker', 'inspect', base, service));
    const both = {
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      ReadonlyRootfs: true,
      Privileged: false,
      RestartPolicy: { Name: 'always' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
      PortBindings: {},
      Binds: null,
    };
    expect(seen[0].HostConfig).toMatchObject({
      ...both,
      CapAdd: ['NET_ADMIN', 'NET_RAW', 'SETGID', 'SETUID'].map((name) =>
        expect.stringMatching(`^(CAP_)?${name}$`),
      ),
      PidsLimit: 16,
      Memory: 64 * 2 ** 20,
    });
    expect(seen[1].HostConfig).toMatchObject({
      ...both,
      CapAdd: null,
      PidsLimit: 64,
      Memory: 256 * 2 ** 20,
      NetworkMode: `container:${seen[0].Id}`,
    });
    expect(seen[1].Config.User).toBe('65534:65534');
    const status = await succeed('host', 'cat', `/proc/${seen[1].State.Pid}/status`);
    expect(status).toMatch(/^CapEff:\s+0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
  });
});

/** `address:port service product` of every open port in nmap's XML. */
function openPorts(xml: string): string[] {
  return xml.split('<host ').flatMap((host) => {
    const address = /<address addr="([\d.]+)" addrtype="ipv4"/.exec(host)?.[1];
    return [...host.matchAll(/<port [^>]*portid="(\d+)"><state state="open".*?<\/port>/gs)].map(
      ([port, id]) => {
        const service = /<service name="([^"]*)"/.exec(port)?.[1];
        const product = /product="([^"]*)"/.exec(port)?.[1];
        return `${address}:${id} ${service} ${product}`;
      },
    );
  });
}
