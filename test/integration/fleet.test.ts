import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { baseContainerName, bridgeLinkName, serviceContainerName } from '../../src/fleet/names.ts';
import type { ResolvedDecky, ResolvedFleet } from '../../src/fleet/resolved.ts';
import { packageRoot, templatesFolder } from '../../src/package-root.ts';
import { loadServices } from '../../src/services/load-services.ts';
import { attacker, docker, eventually, linesOf, run, succeed } from './on-lab.ts';
import { openSite, type Site, troublesOf } from './site.ts';
import { startsOf } from './world.ts';

/** A line of `decnet logs --json`, as far as it is looked at here. */
interface LogLine {
  readonly decky: string;
  readonly service: string;
  readonly event: string;
  readonly src_ip: string | null;
  readonly dst_port: number | null;
  readonly session: string | null;
  readonly username?: string;
  readonly password?: string;
}

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

async function logLines(): Promise<readonly LogLine[]> {
  const { stdout } = await site.succeed('logs', '--json');
  return linesOf(stdout).map((line) => JSON.parse(line));
}

describe('five deckies over four services', () => {
  it('are on the wire as the plan said', async () => {
    expect(deployed).toMatchObject({ exitCode: 0 });
    expect(fleet.deckies).toHaveLength(5);
    expect(new Set(fleet.deckies.flatMap(({ services }) => services.map(({ name }) => name)))).toEqual(
      new Set(['ftp', 'http', 'redis', 'ssh']),
    );
    expect((await site.readState()).deployment?.fleet).toEqual(fleet);
    const network = `(index .NetworkSettings.Networks "decnet-${fleet.name}")`;
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
    const ports = ['-p', '21,22,80,6379'];
    const found = await succeed('attacker', 'nmap', '-sV', '-Pn', '-n', ...ports, '-oX', '-', ...addresses);
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

describe('a login', () => {
  const ssh = ['ssh', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'];
  const passwordOnly = [
    '-o',
    'PreferredAuthentications=password',
    '-o',
    'PubkeyAuthentication=no',
    '-o',
    'NumberOfPasswordPrompts=1',
  ];
  const tries = [
    {
      service: 'ssh',
      port: 22,
      username: 'root',
      password: 'ssh-letmein',
      client: (ip: string) => ['sshpass', '-p', 'ssh-letmein', ...ssh, ...passwordOnly, `root@${ip}`, 'id'],
    },
    {
      service: 'ftp',
      port: 21,
      username: 'backup',
      password: 'ftp-letmein',
      client: (ip: string) => [
        'lftp',
        '-e',
        'set net:max-retries 1; set ftp:ssl-allow no; ls; bye',
        '-u',
        'backup,ftp-letmein',
        ip,
      ],
    },
    {
      service: 'http',
      port: 80,
      username: 'admin',
      password: 'http-letmein',
      client: (ip: string) => ['curl', '-sS', '--user', 'admin:http-letmein', `http://${ip}/admin`],
    },
    {
      service: 'redis',
      port: 6379,
      username: 'default',
      password: 'redis-letmein',
      client: (ip: string) => ['redis-cli', '-h', ip, 'AUTH', 'redis-letmein'],
    },
  ];

  it.each(tries)('by a real $service client is logged once, with who it was', async (attempt) => {
    const { service, port, username, password, client } = attempt;
    const decky = deckyWith(service);
    await run('attacker', ...client(decky.ip));
    const logins = async (): Promise<readonly LogLine[]> =>
      (await logLines()).filter((line) => line.event === 'auth' && line.password === password);
    await eventually(`${service} has logged the login`, async () => (await logins()).length > 0, 10_000);
    const [login, ...more] = await logins();
    expect(more).toEqual([]);
    expect(login).toMatchObject({
      decky: decky.name,
      service,
      src_ip: attacker,
      dst_port: port,
      username,
      password,
      session: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    const ofSession = async (): Promise<readonly string[]> =>
      (await logLines()).filter(({ session }) => session === login?.session).map(({ event }) => event);
    await eventually('the session is over', async () => (await ofSession()).includes('disconnect'), 10_000);
    const events = await ofSession();
    expect(events[0]).toBe('connect');
    expect(events.filter((event) => event === 'auth')).toHaveLength(1);
    expect(events.at(-1)).toBe('disconnect');
  });

  // Without a colon, so that basic authentication takes all of it for the username.
  const forged = '<132>1 - srv01 ssh 1 auth [decnet@32473 decky="srv" username="forged"] login tried';
  const hostile = `"] \u001b[2J\u001b]0;owned\u0007\r\n${forged}\n`;

  it.each([
    // OpenSSH's client sends no such username, and asyncssh takes no control character.
    ['ssh', (ip: string) => ['sshpass', '-p', `"] \\${forged}`, ...ssh, ...passwordOnly, `root@${ip}`, 'id']],
    ['http', (ip: string) => ['curl', '-sS', '--user', `${hostile}:x`, `http://${ip}/admin`]],
    ['redis', (ip: string) => ['redis-cli', '-h', ip, 'AUTH', hostile]],
    ['ftp', (ip: string) => ['curl', '-sS', '--user', `"] \u001b[2J${forged}:x`, `ftp://${ip}/`]],
  ])('that is hostile forges no line of %s and passes no escape on', async (service, client) => {
    const decky = deckyWith(service);
    const before = await logLines();
    await run('attacker', ...client(decky.ip));
    const fresh = async (): Promise<readonly LogLine[]> => (await logLines()).slice(before.length);
    const isLogin = ({ event, username, password }: LogLine): boolean =>
      event === 'auth' && `${username}${password}`.includes('forged');
    await eventually('the login is logged', async () => (await fresh()).some(isLogin), 10_000);
    const lines = await fresh();
    expect(lines.filter(isLogin)).toMatchObject([{ decky: decky.name, service, src_ip: attacker }]);
    expect(lines.filter(({ event }) => event === 'raw')).toEqual([]);
    expect(lines.filter(({ username, password }) => [username, password].includes('forged'))).toEqual([]);

    const raw = await succeed(
      'host',
      'docker',
      'logs',
      serviceContainerName(fleet.name, decky.name, service),
    );
    for (const text of [
      raw,
      (await site.succeed('logs')).stdout,
      (await site.succeed('logs', '--json')).stdout,
    ]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
      expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
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
      RestartPolicy: { Name: 'unless-stopped' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
      PortBindings: {},
      Binds: null,
    };
    expect(seen[0].HostConfig).toMatchObject({
      ...both,
      CapAdd: [expect.stringMatching(/^(CAP_)?NET_RAW$/)],
      PidsLimit: 32,
      Memory: 64 * 2 ** 20,
      Init: true,
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
