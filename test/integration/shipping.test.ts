import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatRfc5424 } from '../../src/collect/rfc5424-line.ts';
import { rotate } from '../../src/collect/rotate.ts';
import { shipperText } from '../../src/commands/collect-shipper.ts';
import { parseRfc5424 } from '../../src/logs/rfc5424.ts';
import { type Certificate, makeCertificate } from './certificates.ts';
import { eventually, linesOf } from './on-lab.ts';
import { freePort, openRsyslogs, type Rsyslog, type Rsyslogs, receiverText, untilOpen } from './rsyslogs.ts';

interface Shipping {
  /** Appends so many events, and rotates every 1000. */
  append(count: number): Promise<void>;
  received(): Promise<readonly string[]>;
  /** Waits until every event that was appended has arrived. */
  settle(): Promise<void>;
  startReceiver(): Promise<void>;
  readonly receiver: () => Rsyslog;
  startSender(): void;
  readonly sender: () => Rsyslog;
  readonly appended: ReadonlyMap<string, string>;
  readonly senderFile: string;
  readonly port: number;
}

interface Identities {
  readonly ca: Certificate;
  readonly receiver: Certificate;
  readonly sender: Certificate;
}

let rsyslogs: Rsyslogs;
let identities: Identities;
let stranger: Certificate;

beforeAll(async () => {
  rsyslogs = await openRsyslogs();
  const make = (name: string, by: Certificate | null): Promise<Certificate> =>
    makeCertificate(rsyslogs.programs, join(rsyslogs.folder, name), { name: `${name}.example.com`, by });
  const ca = await make('ca', null);
  identities = { ca, receiver: await make('receiver', ca), sender: await make('sender', ca) };
  stranger = await make('sender-of-its-own', null);
});

afterAll(() => rsyslogs?.close());

/** A long line now and then, and what has a meaning to somebody on the way: templates, escapes, frames, UTF-8. */
function lineOf(id: string, number: number): string {
  const odd = ['%rawmsg%', '"]\\', '12 <134>1', 'größer ✓', '\\x0a', "#012 '$1'"][number % 6] ?? '';
  return formatRfc5424({
    id,
    deployment: 'office',
    decky: 'box-01',
    service: 'ssh',
    host: { ip: '192.0.2.7', hostname: 'box-01' },
    severity: 4,
    time: new Date(1_700_000_000_000 + number).toISOString(),
    event: 'command',
    src_ip: '198.51.100.9',
    src_port: 40_000,
    dst_port: 22,
    session: null,
    fields: { input: odd + 'x'.repeat(number % 500 === 0 ? 14_000 : 600) },
    message: `command ${odd}`,
  });
}

async function openShipping(name: string, tls: Identities | null): Promise<Shipping> {
  const folder = join(rsyslogs.folder, name);
  const spool = join(folder, 'spool');
  await mkdir(spool, { recursive: true });
  const port = await freePort();
  const file = join(folder, 'events.log');
  const output = join(folder, 'received.log');
  const files = tls && { ...tls.receiver, ca: tls.ca.cert, client: 'sender.example.com' };
  const receiverFile = await rsyslogs.write(`${name}-receiver.conf`, receiverText({ port, output }, files));
  const flags = tls && { tlsCa: tls.ca.cert, tlsCert: tls.sender.cert, tlsKey: tls.sender.key };
  const printed = await shipperText({
    shipper: 'rsyslog',
    output: file,
    to: `127.0.0.1:${port}`,
    spool,
    ...(flags && { ...flags, tlsName: 'receiver.example.com' }),
  });
  const senderFile = await rsyslogs.write(`${name}-sender.conf`, printed);
  const appended = new Map<string, string>();
  const received = async (): Promise<readonly string[]> =>
    linesOf(await readFile(output, 'utf8').catch(() => ''));
  const running: { receiver?: Rsyslog; sender?: Rsyslog } = {};
  return {
    appended,
    senderFile,
    port,
    received,
    append: async (count) => {
      for (const end = appended.size + count; appended.size < end; ) {
        const number = appended.size;
        const id = number.toString(16).padStart(32, '0');
        appended.set(id, lineOf(id, number));
        await appendFile(file, `${appended.get(id)}\n`);
        if (appended.size % 1_000 === 0) await rotateOnce(file);
      }
    },
    settle: () =>
      eventually(
        'every event has arrived',
        async () => new Set((await received()).map(idOf)).size >= appended.size,
        90_000,
      ),
    startReceiver: async () => {
      running.receiver = rsyslogs.start(receiverFile);
      await untilOpen(port);
    },
    receiver: () => known(running.receiver),
    startSender: () => {
      running.sender = rsyslogs.start(senderFile);
    },
    sender: () => known(running.sender),
  };
}

/** As often as no fleet makes it: of files that are moved several times a second, imfile reads one again at times. */
async function rotateOnce(file: string): Promise<void> {
  await rotate(file, 20);
  await sleep(500);
}

function known<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('It was not started');
  return value;
}

function idOf(line: string): string {
  return / id="([0-9a-f]{32})"/.exec(line)?.[1] ?? '';
}

describe.each([
  ['plain TCP', 'plain', () => null],
  ['TLS with certificates on both sides', 'tls', () => identities],
])('rsyslog with the configuration that is printed, over %s', (_, name, identitiesOf) => {
  let shipping: Shipping;

  beforeAll(async () => {
    shipping = await openShipping(name, identitiesOf());
  });

  it('takes it', async () => {
    const { exitCode, stderr } = await rsyslogs.check(shipping.senderFile);
    expect(stderr).not.toMatch(/error|warning|deprecated/i);
    expect(exitCode).toBe(0);
  });

  it('ships what comes, over rotations', async () => {
    await shipping.startReceiver();
    shipping.startSender();
    await shipping.append(2_000);
    await shipping.settle();
  });

  it('keeps what comes while the receiver is down', async () => {
    await shipping.receiver().stop();
    await shipping.append(3_000);
    await shipping.startReceiver();
    await shipping.settle();
  });

  it('waits for a receiver that is frozen', async () => {
    shipping.receiver().signal('SIGSTOP');
    await shipping.append(3_000);
    await sleep(3_000); // more than goes into the buffers of a connection: the sender is in the middle of a line
    expect((await shipping.received()).length).toBeLessThan(shipping.appended.size);
    shipping.receiver().signal('SIGCONT');
    await shipping.settle();
  });

  it('ships what was written and rotated away while it was down itself', async () => {
    await shipping.sender().stop();
    await shipping.append(2_000);
    shipping.startSender();
    await shipping.settle();
  });

  it('has brought every event as it was, once', async () => {
    const lines = await shipping.received();
    const wrong = lines.filter(
      (line) => parseRfc5424(line) === null || shipping.appended.get(idOf(line)) !== line,
    );
    expect(wrong).toEqual([]);
    expect(new Set(lines).size).toBe(10_000);
    expect(lines).toHaveLength(10_000);
    await shipping.sender().stop();
    await shipping.receiver().stop();
  });
});

describe('a receiver that demands a certificate', () => {
  let shipping: Shipping;

  beforeAll(async () => {
    shipping = await openShipping('strict', identities);
    await shipping.startReceiver();
  });

  /** Sends one message, as far as it gets; resolves when the connection is gone. */
  async function send(certificate: Certificate | null): Promise<void> {
    const own = certificate && {
      cert: await readFile(certificate.cert),
      key: await readFile(certificate.key),
    };
    const socket = connect({ port: shipping.port, host: '127.0.0.1', rejectUnauthorized: false, ...own });
    const line = lineOf('f'.repeat(32), 1);
    socket.on('error', () => {}).on('secureConnect', () => socket.end(`${Buffer.byteLength(line)} ${line}`));
    await new Promise((resolve) => socket.once('close', resolve));
  }

  it('lets nothing through of who has none, or one of another authority', async () => {
    await send(null);
    await send(stranger);
    shipping.startSender();
    await shipping.append(1);
    await shipping.settle();
    expect(await shipping.received()).toEqual([...shipping.appended.values()]);
    await send(identities.sender);
    await eventually('who has one is heard', async () => (await shipping.received()).length === 2);
  });

  it('gets nothing where its certificate has another name', async () => {
    const port = shipping.port;
    const folder = join(rsyslogs.folder, 'other-name');
    await mkdir(folder);
    await appendFile(join(folder, 'events.log'), `${lineOf('e'.repeat(32), 1)}\n`);
    const { ca, sender } = identities;
    const printed = await shipperText({
      shipper: 'rsyslog',
      output: join(folder, 'events.log'),
      to: `127.0.0.1:${port}`,
      spool: folder,
      tlsCa: ca.cert,
      tlsCert: sender.cert,
      tlsKey: sender.key,
      tlsName: 'another.example.com',
    });
    const other = rsyslogs.start(await rsyslogs.write('other-name.conf', printed));
    await shipping.append(400);
    await shipping.settle();
    await other.stop();
    expect((await shipping.received()).map(idOf)).not.toContain('e'.repeat(32));
  });
});
