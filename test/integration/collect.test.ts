import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bringEngineBack, killEngine } from '../../src/chaos/faults.ts';
import { smallFleet } from './fleets.ts';
import { attacker, docker, eventually, linesOf, type Started, start, succeed } from './on-lab.ts';
import { expectRefusal } from './refusal.ts';
import { openSite, type Site, troublesOf } from './site.ts';

const name = 'collecting';
const first = '198.51.100.70';

interface Line {
  readonly id: string;
  readonly decky: string;
  readonly service: string;
  readonly event: string;
  readonly src_ip: string | null;
  readonly username?: string;
  readonly message: string;
}

let site: Site;
let collector: Started;

beforeAll(async () => {
  site = await openSite(smallFleet(name, ['http', 'redis']));
  // Before there is anything to collect.
  collector = await collect();
  await eventually('it waits', () => collector.printed().includes('waiting for a deployment'));
  await site.succeed('deploy');
});

afterAll(() => site?.close());

function collect(...args: readonly string[]): Promise<Started> {
  return site.start(['collect', '--format', 'json', ...args]);
}

/** Whole lines: the last one may be in the middle of being written. */
async function collected(file = join(site.folder, 'decnet-events.log')): Promise<readonly Line[]> {
  const text = await readFile(file, 'utf8');
  return linesOf(text.slice(0, text.lastIndexOf('\n') + 1)).map((line) => JSON.parse(line));
}

/** Tries a login at the web server of a decky. */
async function touch(ip: string, username: string): Promise<void> {
  await succeed(
    'attacker',
    'curl',
    '-s',
    '-m',
    '5',
    '-o',
    '/dev/null',
    '-u',
    `${username}:x`,
    `http://${ip}/`,
  );
}

async function arrived(username: string): Promise<readonly Line[]> {
  const of = async (): Promise<readonly Line[]> =>
    (await collected()).filter((line) => line.username === username);
  await eventually(`${username} is in the file`, async () => (await of()).length > 0);
  return of();
}

/** All that Docker has of the deployment is in the file, each under one id; what is there twice is the same. */
async function expectNothingLost(): Promise<void> {
  const { stdout } = await site.succeed('logs', '--json');
  const wanted = linesOf(stdout);
  const byId = new Map<string, string>();
  const compare = async (): Promise<readonly string[]> => {
    byId.clear();
    for (const { id, ...line } of await collected()) {
      const { deployment, ...rest } = { deployment: '', ...line };
      expect(deployment).toBe(name);
      const text = JSON.stringify(rest);
      expect(byId.get(id) ?? text).toBe(text);
      byId.set(id, text);
    }
    const there = new Set(byId.values());
    return wanted.filter((line) => !there.has(JSON.stringify(JSON.parse(line))));
  };
  await eventually('all is in the file', async () => (await compare()).length === 0).catch(() => {});
  expect(await compare()).toEqual([]);
}

/** Runs a Python script in a container that has the marks of a service of ours. Answers its id. */
async function runLoud(decky: string, script: string): Promise<string> {
  const [image = ''] = await docker('images', '--quiet', '--filter', 'label=decnet.image=runtime');
  const marks = [`decnet.deployment=${name}`, `decnet.decky=${decky}`, 'decnet.service=loud'];
  const [id = ''] = await docker(
    ...['run', '--detach', '--network', 'none', '--entrypoint', 'python3'],
    ...marks.flatMap((mark) => ['--label', mark]),
    ...[image, '-c', script],
  );
  return id;
}

describe('decnet collect', () => {
  it('has what the attacker did in the file, once, with decky and source', async () => {
    await touch(first, 'touched');
    expect(await arrived('touched')).toMatchObject([
      {
        decky: 'box-01',
        service: 'http',
        event: 'auth',
        src_ip: attacker,
        id: expect.stringMatching(/^\w{32}$/),
      },
    ]);
    await expectNothingLost();
  });

  it('takes up a decky that an edited fleet adds', async () => {
    await site.write(smallFleet(name, ['http', 'redis'], ['http']));
    await site.succeed('deploy');
    await touch('198.51.100.71', 'at-the-new-one');
    expect(await arrived('at-the-new-one')).toMatchObject([{ decky: 'box-02', src_ip: attacker }]);
  });

  it('is refused a second time on the same file', async () => {
    expectRefusal(await (await collect()).ended, 6, 'decnet collect (pid', 'holds the lock');
  });

  it('loses nothing when it is killed in a stream, and gives what comes again the same ids', async () => {
    const script = `import time
for n in range(10000):
    print('line', n, flush=True)
    time.sleep(0.001)`;
    await runLoud('killed-01', script);
    const count = async (): Promise<number> =>
      (await collected()).filter(({ decky }) => decky === 'killed-01').length;
    for (let kill = 0; kill < 4; kill += 1) {
      const before = await count();
      await eventually('it goes on', async () => (await count()) > before);
      process.kill(collector.pid, 'SIGKILL');
      await collector.ended;
      collector = await collect();
    }
    await eventually('the last line is there', async () =>
      (await collected()).some(({ message }) => message === 'line 9999'),
    );
    await expectNothingLost();
  });

  it('loses nothing when dockerd is killed under it', async () => {
    const id = await runLoud(
      'outliving-01',
      "import time\nfor n in range(200): print('line', n, flush=True); time.sleep(0.02)",
    );
    await touch(first, 'before-the-kill');
    await killEngine();
    await eventually('it notices', () => collector.printed().includes('Docker is away'));
    await bringEngineBack();
    await eventually('all services have started or given up', async () =>
      troublesOf(await site.status()).every((trouble) => !trouble.endsWith('starting')),
    );
    await expectNothingLost();
    await docker('start', id);
    await site.succeed('resume');
    await touch(first, 'after-it');
    await arrived('after-it');
    await expectNothingLost();
    expect(collector.printed()).toContain('Docker is back');
  });

  it('bounds what a container prints that is not ours, and believes none of it', async () => {
    const script = `import os, sys
sys.path.insert(0, '/usr/lib/decnet')
from decnet_logging import Logger
for _ in range(3): os.write(1, b'x' * 1000000 + b'\\n')
os.write(1, b'\\xff\\xfe\\x1b[31m\\x00 broken\\n')
Logger(decky='liar', service='liar', hostname='liar').event('auth', username='forged', src_ip='192.0.2.1')`;
    await runLoud('hostile-01', script);
    expect(await arrived('forged')).toMatchObject([{ decky: 'hostile-01', service: 'loud' }]);
    const lines = (await collected()).filter(({ decky }) => decky === 'hostile-01');
    expect(lines).toHaveLength(5);
    expect(lines.filter(({ message }) => message.endsWith('x …[cut]'))).toHaveLength(3);
    expect(lines.find(({ message }) => message.endsWith(' broken'))).toMatchObject({ event: 'raw' });
    const longest = Math.max(...lines.map((line) => JSON.stringify(line).length));
    expect(longest).toBeLessThan(6_000);
    await expectNothingLostButLong();
  });

  it.each([
    ['SIGTERM', 0],
    ['SIGINT', 130],
  ] as const)('ends at %s with %i, after it has written all', async (signal, exitCode) => {
    await touch(first, `before-${signal}`);
    await arrived(`before-${signal}`);
    process.kill(collector.pid, signal);
    expect(await collector.ended).toMatchObject({ exitCode, stdout: '' });
    collector = await collect();
    await touch(first, `after-${signal}`);
    expect(await arrived(`before-${signal}`)).toHaveLength(1);
    expect(await arrived(`after-${signal}`)).toHaveLength(1);
  });
});

describe('alerts', () => {
  it('reach a webhook that is down at first, and hold up nothing meanwhile', async () => {
    const webhook = await startWebhook();
    const alerts = [{ on: 'auth', webhook: 'http://127.0.0.1:8099/hook' }];
    await site.write({ ...smallFleet(name, ['http', 'redis'], ['http']), alerts });
    await site.succeed('deploy');
    await eventually('the rules are known', async () => {
      await touch(first, 'alarming');
      return webhook.printed().includes('turned away');
    });
    // The file has it though the webhook has not.
    await arrived('alarming');
    await eventually('it is told', () => webhook.printed().includes('taken'));
    const [, body = ''] = /^taken (.*)$/m.exec(webhook.printed()) ?? [];
    expect(JSON.parse(body)).toMatchObject({
      deployment: name,
      text: expect.stringContaining('alarming'),
      alerts: expect.arrayContaining([
        expect.objectContaining({ event: 'auth', decky: 'box-01', src_ip: attacker, username: 'alarming' }),
      ]),
    });
    process.kill(webhook.pid, 'SIGKILL');
    await webhook.ended;
  });
});

/** A receiver on the lab's host that answers 500 twice before it takes anything. */
async function startWebhook(): Promise<Started> {
  const script = `let count = 0;
require('node:http').createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  count += 1;
  response.writeHead(count > 2 ? 200 : 500).end();
  console.log(count > 2 ? 'taken ' + body : 'turned away');
}).listen(8099, '127.0.0.1', () => console.log('listening'));`;
  const webhook = await start('host', [process.execPath, '-e', script]);
  await eventually('it listens', () => webhook.printed().includes('listening'));
  return webhook;
}

/** A line of a megabyte is another one in `decnet logs`, which shows more of it. */
async function expectNothingLostButLong(): Promise<void> {
  const { stdout } = await site.succeed('logs', '--json');
  const count = linesOf(stdout).length;
  expect(new Set((await collected()).map(({ id }) => id)).size).toBeGreaterThanOrEqual(count);
}

describe('a file that cannot be written', () => {
  const mounts: string[] = [];

  async function mount(options: string): Promise<string> {
    const folder = join(site.folder, `disk-${mounts.length}`);
    await mkdir(folder);
    await succeed('host', 'mount', '-t', 'tmpfs', '-o', options, 'decnet-collect', folder);
    mounts.push(folder);
    return folder;
  }

  afterEach(async () => {
    for (const folder of mounts.splice(0)) {
      await succeed('host', 'umount', '--lazy', folder);
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('is told, and nothing begins', async () => {
    const folder = await mount('ro');
    const { ended } = await collect('--output', join(folder, 'events.log'));
    expectRefusal(await ended, 3, 'Cannot write', 'EROFS', '--output');
  });

  it('since its disk is full holds it up, tells once, and loses nothing once there is room', async () => {
    const folder = await mount('size=256k');
    const file = join(folder, 'events.log');
    const filling = await collect('--output', file);
    await runLoud('filling-01', "for n in range(2000): print('filling', n, 'x' * 300, flush=True)");
    await eventually('it is told', () => filling.printed().includes('cannot write'));
    await sleep(2_500);
    expect(filling.isRunning()).toBe(true);
    expect(filling.printed().match(/cannot write/g)).toHaveLength(1);
    await succeed('host', 'mount', '-o', 'remount,size=16m', folder);
    await eventually('the last line is there', async () =>
      (await collected(file)).some(({ message }) => message.startsWith('filling 1999 ')),
    );
    process.kill(filling.pid, 'SIGTERM');
    expect((await filling.ended).exitCode).toBe(0);
    const lines = (await collected(file)).filter(({ decky }) => decky === 'filling-01');
    expect(lines).toHaveLength(2_000);
    expect(new Set(lines.map(({ id }) => id)).size).toBe(2_000);
  });
});
