import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallFleet } from './fleets.ts';
import { attacker, type Ended, eventually, linesOf, run } from './on-lab.ts';
import { openSite, type Site } from './site.ts';

const fleet = smallFleet('touches', ['ssh'], ['http']);
const [shell] = fleet.deckies;

let site: Site;

async function logIn(password: string): Promise<void> {
  const options = [
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'PreferredAuthentications=password',
    'PubkeyAuthentication=no',
    'NumberOfPasswordPrompts=1',
  ];
  const flags = options.flatMap((option) => ['-o', option]);
  await run('attacker', 'sshpass', '-p', password, 'ssh', ...flags, `root@${shell?.ip}`, 'id');
}

async function logLines(...filters: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const { stdout } = await site.succeed('logs', '--json', ...filters);
  return linesOf(stdout).map((line) => JSON.parse(line));
}

beforeAll(async () => {
  site = await openSite(fleet);
  await site.succeed('deploy');
  await logIn('events-letmein');
  const logins = () => logLines('--event', 'auth');
  await eventually('the login is logged', async () => (await logins()).length > 0, 10_000);
});

afterAll(() => site?.close());

describe('decnet logs', () => {
  it('finds the login of the attacker by where it came from, what it was and when', async () => {
    const lines = await logLines('--src', '198.51.100.200', '--event', 'auth', '--since', '5m');
    expect(lines).toEqual([
      expect.objectContaining({
        decky: shell?.name,
        service: 'ssh',
        event: 'auth',
        src_ip: attacker,
        username: 'root',
        password: 'events-letmein',
      }),
    ]);
  });

  it('shows nothing of it to filters that it does not fit', async () => {
    expect(await logLines('--src', '198.51.100.201', '--event', 'auth')).toEqual([]);
    expect(await logLines('--service', 'http', '--event', 'auth', '--src', '198.51.100.0/24')).toEqual([]);
    const later = new Date().toISOString();
    expect(await logLines('--since', later, '--event', 'auth')).toEqual([]);
  });

  it('counts a tail of what the filters let through', async () => {
    const filters = ['--event', 'connect,auth', '--service', 'ssh', '--src', attacker];
    const touches = await logLines(...filters);
    expect(touches.length).toBeGreaterThan(1);
    expect(await logLines(...filters, '--tail', '1')).toEqual(touches.slice(-1));
  });

  it('refuses an event that there is none of, and names the nearest', async () => {
    const { exitCode, stderr } = await site.decnet('logs', '--event', 'auht');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('did you mean "auth"?');
  });
});

describe('decnet events', () => {
  /** On a terminal, of which this is the end of what it shows before the keys are typed. */
  function onTerminal(waitFor: string, keys: string): Promise<Ended> {
    const script = join(import.meta.dirname, 'on-terminal.py');
    const program = ['decnet', 'events', '--state', site.stateFile];
    return run('host', 'python3', script, waitFor, keys, ...program);
  }

  it('needs a terminal, and names what does not', async () => {
    const { exitCode, stdout, stderr } = await site.decnet('events');
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('decnet logs --follow');
  });

  it('shows the source of what was touched, and q ends it', async () => {
    const { exitCode, stdout } = await onTerminal('LOGIN FROM', 'q');
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toContain('touches: ');
    expect(stdout).toContain(attacker);
    expect(stdout).toContain('events-letmein');
    // Given back: the alternate screen is left, the cursor shown.
    expect(stdout.lastIndexOf('\x1b[?1049l')).toBeGreaterThan(stdout.lastIndexOf('\x1b[?1049h'));
    expect(stdout.lastIndexOf('\x1b[?25h')).toBeGreaterThan(stdout.lastIndexOf('\x1b[?25l'));
  });

  it('ends with 130 at Ctrl-C', async () => {
    expect((await onTerminal('SOURCE', '\x03')).exitCode).toBe(130);
  });

  it('ends by HUP when its terminal is gone', async () => {
    expect((await onTerminal('SOURCE', 'hangup')).exitCode).toBe(129);
  });

  it('shows a login that comes while it runs', async () => {
    const watching = onTerminal('while-it-runs', 'q');
    await logIn('while-it-runs');
    const { exitCode, stdout } = await watching;
    expect(exitCode, stdout).toBe(0);
  });
});
