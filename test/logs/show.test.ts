import { EventEmitter } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerLogs } from '../../src/commands/logs.ts';
import type { LogOptions } from '../../src/docker/docker.ts';
import { type CollectOptions, collectLogs } from '../../src/logs/collect.ts';
import type { LogRecord } from '../../src/logs/record.ts';
import { type LogsRequest, showLogs } from '../../src/logs/show.ts';
import { findSources } from '../../src/logs/sources.ts';
import { type LoggedContainer, lineAt, logDocker, ours } from './log-docker.ts';

beforeAll(() => {
  process.env.TZ = 'UTC';
});

const auth =
  'decky="evil" service="evil" src_ip="198.51.100.200" src_port="41234" dst_port="22" session="s1"';
const office = { name: 'office', deckies: ['files-01', 'web-01', 'idle-01'] };
const containers: readonly LoggedContainer[] = [
  { id: 'other', decky: 'files-01', service: null, history: [lineAt(1, 'foreign')] },
  {
    id: 'ssh',
    decky: 'files-01',
    service: 'ssh',
    history: [
      lineAt(44, ours('auth', `${auth} username="root" password="a b\\" x=\\"y"`)),
      lineAt(46, 'Traceback \x1b[2J'),
    ],
  },
  {
    id: 'http',
    decky: 'web-01',
    service: 'http',
    history: [lineAt(45, ours('request', 'src_ip="2001:db8::1" src_port="80"'))],
  },
];

class Capture extends PassThrough {
  readonly isTTY: boolean;
  constructor(isTerminal = false) {
    super();
    this.isTTY = isTerminal;
  }
  text(): string {
    return String(this.read() ?? '');
  }
}

async function show(
  given: readonly LoggedContainer[],
  request: Partial<LogsRequest> = {},
  isTerminal = false,
) {
  const [stdout, stderr] = [new Capture(isTerminal), new Capture()];
  const surroundings = { stdout, stderr, signals: new EventEmitter(), env: {} };
  const code = await showLogs(
    logDocker(given),
    office,
    { follow: false, json: false, ...request },
    surroundings,
  );
  return { code, lines: stdout.text().trimEnd().split('\n'), errors: stderr.text() };
}

describe('decnet logs', () => {
  it('shows all containers by time, each line under its container labels', async () => {
    const { code, lines } = await show(containers);
    expect(code).toBe(0);
    expect(lines).toEqual([
      '12:03:44 files-01 ssh auth 198.51.100.200:41234 username=root password="a b\\" x=\\"y"',
      '12:03:45 web-01 http request [2001:db8::1]:80',
      '12:03:46 files-01 ssh raw Traceback \\x1b[2J',
    ]);
  });

  it('writes JSON with the same keys in every line', async () => {
    const { lines } = await show(containers, { json: true });
    const records = lines.map((line): unknown => JSON.parse(line));
    expect(records[0]).toEqual({
      time: '2025-03-01T12:03:44.000000000Z',
      decky: 'files-01',
      service: 'ssh',
      event: 'auth',
      src_ip: '198.51.100.200',
      src_port: 41234,
      dst_port: 22,
      session: 's1',
      username: 'root',
      password: 'a b" x="y',
      message: '',
    });
    expect(records[2]).toMatchObject({
      event: 'raw',
      src_ip: null,
      src_port: null,
      message: 'Traceback \x1b[2J',
    });
  });

  it('does not let a field take the place of a key', async () => {
    const line = ours('auth', 'time="x" event="y" message="z" src_port="99999" field="f"');
    const { lines } = await show(
      [{ id: 'a', decky: 'web-01', service: 'http', history: [lineAt(1, `${line} text`)] }],
      { json: true },
    );
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      time: '2025-03-01T12:03:01.000000000Z',
      event: 'auth',
      message: 'text',
      src_port: null,
      field_time: 'x',
      field_event: 'y',
      field_message: 'z',
      field: 'f',
    });
  });

  it('keeps a field apart from another that is called as it would become', async () => {
    const line = ours('auth', 'time="x" field_time="y" field_x="z"');
    const { lines } = await show(
      [{ id: 'a', decky: 'web-01', service: 'http', history: [lineAt(1, line)] }],
      { json: true },
    );
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      field_time: 'x',
      field_field_time: 'y',
      field_x: 'z',
    });
  });

  it('takes a line that calls itself raw for one that is not ours', async () => {
    const line = ours('raw', 'src_ip="198.51.100.9" hidden="x"');
    const { lines } = await show([{ id: 'a', decky: 'web-01', service: 'http', history: [lineAt(1, line)] }]);
    expect(lines).toEqual([`12:03:01 web-01 http raw ${line}`]);
  });

  it('dims raw lines on a terminal', async () => {
    const { lines } = await show(containers, { services: ['ssh'], tail: 1 }, true);
    expect(lines).toEqual(['\x1b[2m12:03:46 files-01 ssh raw Traceback \\x1b[2J\x1b[22m']);
  });

  it('shows what is named of deckies and services, or nothing of a decky that has no containers', async () => {
    expect((await show(containers, { deckies: ['web-01'] })).lines).toHaveLength(1);
    expect((await show(containers, { services: ['http'] })).lines).toHaveLength(1);
    expect((await show(containers, { deckies: ['web-01', 'files-01'] })).lines).toHaveLength(3);
    expect(await show(containers, { deckies: ['idle-01'], services: ['ssh'] })).toMatchObject({
      code: 0,
      lines: [''],
    });
  });

  it('names the nearest when a name is unknown', async () => {
    const wrong = show(containers, { deckies: ['web-01', 'fils-01'] });
    await expect(wrong).rejects.toMatchObject({ code: 'NO_SUCH_DECKY', exitCode: 2 });
    await expect(wrong).rejects.toThrow('Unknown decky "fils-01"; did you mean "files-01"?');
    const missing = show(containers, { services: ['ssh', 'shh'] });
    await expect(missing).rejects.toMatchObject({ code: 'NO_SUCH_SERVICE', exitCode: 2 });
    await expect(missing).rejects.toThrow('Unknown service "shh"; did you mean "ssh"?');
  });

  it('shows the rest when one log cannot be read, and says so', async () => {
    const broken = {
      id: 'b',
      decky: 'web-01',
      service: 'ftp',
      history: [],
      error: new Error('read \x1b EIO'),
    };
    const { code, lines, errors } = await show([...containers, broken]);
    expect(code).toBe(1);
    expect(lines).toHaveLength(3);
    expect(errors).toBe('cannot read the log of web-01 ftp: read \\x1b EIO\n');
  });

  it('shows only what all filters let through', async () => {
    const visitors = [{ address: 0xc6336400, prefix: 24 }];
    const { lines } = await show(containers, { visitors, events: ['auth', 'raw'] });
    expect(lines).toEqual([expect.stringContaining('files-01 ssh auth 198.51.100.200')]);
    expect((await show(containers, { visitors, events: ['request'] })).lines).toEqual(['']);
    expect((await show(containers, { events: ['raw', 'request'] })).lines).toHaveLength(2);
  });

  it('names the port of what no visitor did: what a decky called', async () => {
    const denied = ours('egress-denied', 'dst_ip="203.0.113.9" dst_port="443" protocol="tcp"');
    const { lines } = await show([
      { id: 'a', decky: 'web-01', service: 'base', history: [lineAt(1, denied)] },
    ]);
    expect(lines).toEqual([
      '12:03:01 web-01 base egress-denied - dst_ip=203.0.113.9 protocol=tcp dst_port=443',
    ]);
  });

  it('ends quietly when the reader goes away', async () => {
    const stdout = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    });
    const surroundings = { stdout, stderr: new Capture(), signals: new EventEmitter(), env: {} };
    const many = Array.from({ length: 1000 }, (_, index) => lineAt(index % 60, 'x'));
    const docker = logDocker([{ id: 'a', decky: 'web-01', service: 'http', history: many }]);
    expect(await showLogs(docker, office, { follow: true, json: false }, surroundings)).toBe(0);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('ends a follow at %s with %i', async (signal, code) => {
    const docker = logDocker(containers);
    const silent = async function* (id: string, options: LogOptions) {
      if (options.follow) await setTimeout(60_000, undefined, { signal: options.signal });
      else yield* docker.logs(id, options);
    };
    const signals = new EventEmitter();
    const surroundings = { stdout: new Capture(), stderr: new Capture(), signals, env: {} };
    const following = showLogs(
      { ...docker, logs: silent },
      office,
      { follow: true, json: false },
      surroundings,
    );
    await setTimeout(20);
    signals.emit(signal);
    expect(await following).toBe(code);
    expect(signals.listenerCount(signal)).toBe(0);
  });
});

describe('collectLogs', () => {
  it('follows a container over its restart, without a line twice, and the others after its end', async () => {
    const docker = logDocker([
      {
        id: 'a',
        decky: 'web-01',
        service: 'http',
        history: [lineAt(1, 'one')],
        news: [
          [lineAt(1, 'one'), lineAt(2, 'two')],
          [lineAt(2, 'two'), lineAt(3, 'three')],
        ],
      },
      { id: 'b', decky: 'files-01', service: 'ssh', history: [lineAt(0, 'zero')], news: [[]] },
    ]);
    const { signal } = new AbortController();
    const lost: unknown[] = [];
    const rest = { signal, onLost: (_: unknown, error: unknown) => lost.push(error), now: () => 0 };
    const sources = await findSources(docker, office, {});
    const seen: string[] = [];
    for await (const record of collectLogs(docker, sources, {
      follow: true,
      sleep: () => setTimeout(5),
      ...rest,
    })) {
      seen.push(record.message);
    }
    expect(seen).toEqual(['zero', 'one', 'two', 'three']);
    expect(lost).toEqual([]);
    const follows = docker.asked.filter(({ id, options }) => id === 'a' && options.follow);
    expect(follows.map(({ options }) => options.since)).toEqual([lineAt(1, '').time, lineAt(2, '').time]);
  });

  it('reads on from the last stamp that is a time', async () => {
    const lying = { ...lineAt(1, 'x'), time: '2025-99-99T12:03:01.000000000Z' };
    const given = { decky: 'web-01', service: 'http', news: [[], []] };
    const docker = logDocker([{ id: 'a', ...given, history: [lineAt(1, 'x'), lying] }]);
    const stop = new AbortController();
    const sleep = async (): Promise<void> => stop.abort();
    const options = { follow: true, signal: stop.signal, onLost: () => {}, sleep, now: Date.now };
    for await (const _ of collectLogs(docker, [{ id: 'a', ...given }], options));
    expect(docker.asked[1]?.options.since).toBe(lineAt(1, '').time);
  });

  it('follows a silent container from the moment it began to look', async () => {
    const docker = logDocker([
      { id: 'a', decky: 'web-01', service: 'http', history: [], news: [[lineAt(5, 'x')]] },
    ]);
    const { signal } = new AbortController();
    const rest = { signal, onLost: () => {}, sleep: () => setTimeout(1), now: () => Date.UTC(2025, 2, 1) };
    const sources = await findSources(docker, office, {});
    const seen: string[] = [];
    for await (const { message } of collectLogs(docker, sources, { follow: true, tail: 0, ...rest }))
      seen.push(message);
    expect(seen).toEqual(['x']);
    expect(docker.asked[1]?.options.since).toBe('2025-03-01T00:00:00.000Z');
  });
});

describe('what is read of the past', () => {
  const line = (second: number) => lineAt(second, second % 2 === 0 ? ours('auth', auth) : 'odd');
  const history = Array.from({ length: 10 }, (_, index) => line(index));
  const source = { id: 'a', decky: 'web-01', service: 'http' };

  async function collect(changes: Partial<CollectOptions>) {
    const docker = logDocker([{ ...source, history }]);
    const { signal } = new AbortController();
    const rest = { follow: false, signal, onLost: () => {}, sleep: async () => {}, now: () => 0 };
    const seconds: number[] = [];
    for await (const { time } of collectLogs(docker, [source], { ...rest, ...changes }))
      seconds.push(Number(time.slice(17, 19)));
    return { seconds, asked: docker.asked.map(({ options: { tail, since } }) => ({ tail, since })) };
  }
  const accepts = ({ event }: LogRecord): boolean => event === 'auth';

  it('is as much as Docker keeps of a tail when there is no filter', async () => {
    expect(await collect({ tail: 2 })).toEqual({ seconds: [8, 9], asked: [{ tail: 2 }] });
  });

  it('is a tail of what the filter lets through, which only we can count', async () => {
    expect(await collect({ tail: 2, accepts })).toEqual({ seconds: [6, 8], asked: [{}] });
    expect((await collect({ accepts })).seconds).toEqual([0, 2, 4, 6, 8]);
  });

  it('is nothing for a tail of none, with a filter too', async () => {
    expect((await collect({ tail: 0, accepts })).asked).toEqual([{ tail: 0 }]);
  });

  it('is not asked for from before the moment that is named', async () => {
    const since = '2025-03-01T12:03:04.000Z';
    expect((await collect({ since })).asked).toEqual([{ since }]);
    expect((await collect({ since, tail: 2 })).asked).toEqual([{ since, tail: 2 }]);
    expect((await collect({ since, tail: 2, accepts })).asked).toEqual([{ since }]);
  });

  it('is told to be over once, after its last record, of no containers too', async () => {
    const told: string[] = [];
    const onCaughtUp = (): void => void told.push('caught up');
    const spying = (): boolean => told.push('record') > 0;
    await collect({ accepts: spying, onCaughtUp });
    expect(told).toEqual([...history.map(() => 'record'), 'caught up']);
    const { signal } = new AbortController();
    const rest = { follow: true, signal, onLost: () => {}, sleep: async () => {}, now: () => 0 };
    for await (const _ of collectLogs(logDocker([]), [], { ...rest, onCaughtUp }));
    expect(told.filter((one) => one === 'caught up')).toHaveLength(2);
  });

  it('does not keep news from being read on from the last line that was not accepted', async () => {
    const docker = logDocker([{ ...source, history, news: [[line(9), line(10), line(11), line(12)]] }]);
    const { signal } = new AbortController();
    const rest = { follow: true, signal, onLost: () => {}, sleep: async () => {}, now: () => 0 };
    const seen: string[] = [];
    for await (const { time } of collectLogs(docker, [source], { ...rest, tail: 1, accepts }))
      seen.push(time);
    expect(seen).toEqual([8, 10, 12].map((second) => lineAt(second, '').time));
    expect(docker.asked[1]?.options.since).toBe(lineAt(9, '').time);
  });
});

describe('registerLogs', () => {
  async function run(...argv: string[]) {
    const [stdout, codes, paths] = [new Capture(), [] as number[], [] as (string | undefined)[]];
    const program = new Command().exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
    registerLogs(program, {
      loadDeployment: async (path) => {
        paths.push(path);
        return office;
      },
      connectDocker: () => logDocker(containers),
      setExitCode: (code) => codes.push(code),
      stdout,
      signals: new EventEmitter(),
    });
    await program.parseAsync(['logs', ...argv], { from: 'user' });
    return { lines: stdout.text().trimEnd().split('\n'), codes, paths };
  }

  it('reads its options', async () => {
    const { lines, codes, paths } = await run(
      'files-01',
      '--service',
      'ssh',
      '--tail',
      '1',
      '--json',
      '--state',
      '/s.json',
    );
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { event: 'raw', decky: 'files-01' },
    ]);
    expect([codes, paths]).toEqual([[0], ['/s.json']]);
  });

  it('reads its filters', async () => {
    const { lines } = await run('--event', 'auth,raw', '--src', '198.51.100.0/24', '--since', '50000w');
    expect(lines).toEqual([expect.stringContaining('files-01 ssh auth 198.51.100.200:41234')]);
  });

  it('refuses a tail that is no number', async () => {
    await expect(run('--tail', '-1')).rejects.toThrow('Give a number of lines, e.g. 20.');
  });
});
