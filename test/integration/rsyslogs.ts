import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecResult } from '../../src/exec.ts';
import { execute } from '../../src/process/execute.ts';
import type { Certificate } from './certificates.ts';
import { ensurePrograms, type Programs } from './debian-programs.ts';
import { eventually } from './on-lab.ts';

/** A running rsyslogd. */
export interface Rsyslog {
  /** Signals it, as `SIGSTOP`. */
  signal(name: NodeJS.Signals): void;
  /** TERM, which it takes to write what it holds, and its end. */
  stop(): Promise<void>;
}

/** A folder of its own, and real rsyslogds that end with it. */
export interface Rsyslogs {
  readonly folder: string;
  readonly programs: Programs;
  write(name: string, text: string): Promise<string>;
  /** What `rsyslogd -N1` says of a configuration. */
  check(file: string): Promise<ExecResult>;
  start(file: string): Rsyslog;
  /** Ends all that run, and removes the folder. */
  close(): Promise<void>;
}

const packages = ['rsyslog', 'rsyslog-gnutls', 'openssl'] as const;

/** Debian's words for Node's. */
const machines: Readonly<Partial<Record<NodeJS.Architecture, string>>> = { x64: 'x86_64', arm64: 'aarch64' };

export async function openRsyslogs(): Promise<Rsyslogs> {
  const programs = await ensurePrograms(...packages);
  const { pathOf } = programs;
  const folder = await mkdtemp(join(tmpdir(), 'decnet-shipping-'));
  const modules = pathOf(`usr/lib/${machines[process.arch] ?? process.arch}-linux-gnu/rsyslog`);
  const program = pathOf('usr/sbin/rsyslogd');
  const env = { ...process.env, ...programs.env };
  const children: ChildProcess[] = [];
  return {
    folder,
    programs,
    write: async (name, text) => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    },
    check: (file) => execute(program, ['-N1', '-f', file, '-M', modules], { env: programs.env }),
    start: (file) => {
      const args = ['-n', '-f', file, '-M', modules, '-i', `${file}.${children.length}.pid`];
      const child = spawn(program, args, { env, stdio: 'ignore' });
      children.push(child);
      return { signal: (name) => void child.kill(name), stop: () => end(child, 'SIGTERM') };
    },
    close: async () => {
      for (const child of children) await end(child, 'SIGKILL'); // one that is frozen too
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}

/** A receiver on loopback that writes each message as it came, a line each. With `tls`, it lets in `client` alone. */
export function receiverText(
  { port, output }: { readonly port: number; readonly output: string },
  tls: (Certificate & { readonly ca: string; readonly client: string }) | null,
): string {
  const driver = tls === null ? '' : driverText(tls);
  const mode =
    tls === null
      ? ''
      : ` streamDriver.mode="1" streamDriver.authMode="x509/name" permittedPeer="${tls.client}"`;
  return `global(maxMessageSize="65536"${driver})
module(load="imtcp"${mode})
template(name="line" type="string" string="%rawmsg%\\n")
ruleset(name="received") { action(type="omfile" file="${output}" template="line") }
input(type="imtcp" address="127.0.0.1" port="${port}" ruleset="received")
`;
}

function driverText({ ca, cert, key }: Certificate & { readonly ca: string }): string {
  const files = { CAFile: ca, CertFile: cert, KeyFile: key };
  const settings = Object.entries(files).map(([name, path]) => ` defaultNetstreamDriver${name}="${path}"`);
  return ` defaultNetstreamDriver="gtls"${settings.join('')}`;
}

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('A server without a port');
  return address.port;
}

export async function untilOpen(port: number): Promise<void> {
  await eventually(`somebody listens on ${port}`, () => {
    const socket = connect(port, '127.0.0.1');
    return new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    }).finally(() => socket.destroy());
  });
}
