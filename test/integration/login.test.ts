import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceContainerName } from '../../src/fleet/names.ts';
import { smallFleet } from './fleets.ts';
import { attacker, eventually, linesOf, run, succeed } from './on-lab.ts';
import { openSite, type Site } from './site.ts';

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

const services = ['ssh', 'ftp', 'http', 'redis'];
const fleet = smallFleet('logins', ...services.map((service) => [service]));

let site: Site;

beforeAll(async () => {
  site = await openSite(fleet);
  await site.succeed('deploy');
});

afterAll(() => site?.close());

function deckyWith(service: string): { readonly name: string; readonly ip: string } {
  const { name = '', ip = '' } = fleet.deckies[services.indexOf(service)] ?? {};
  return { name, ip };
}

async function logLines(): Promise<readonly LogLine[]> {
  const { stdout } = await site.succeed('logs', '--json');
  return linesOf(stdout).map((line) => JSON.parse(line));
}

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

    const raw = await succeed('host', 'docker', 'logs', serviceContainerName('logins', decky.name, service));
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
