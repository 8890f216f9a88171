import { resolve } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  addShipperOptions,
  type CollectShipperFlags,
  shipperText,
} from '../../src/commands/collect-shipper.ts';
import { readShipperFlags, type ShipperFlags } from '../../src/commands/shipper-options.ts';
import { DecnetError, exitCodes } from '../../src/errors.ts';
import { rsyslog } from '../../src/shippers/rsyslog.ts';
import { shippers } from '../../src/shippers/shipper.ts';

const plain: ShipperFlags = { output: '/var/log/decnet/events.log', to: 'logs.example.com:6514' };
const tls = {
  tlsCa: '/etc/decnet/ca.pem',
  tlsCert: '/etc/decnet/client.pem',
  tlsKey: '/etc/decnet/client.key',
};

function refusalOf(flags: ShipperFlags): DecnetError {
  try {
    readShipperFlags(flags);
  } catch (error) {
    if (error instanceof DecnetError) return error;
    throw error;
  }
  throw new Error(`Nothing was refused: ${JSON.stringify(flags)}`);
}

describe('what is typed', () => {
  it('is a receiver at least: plain TCP, and a spool of its own', () => {
    expect(readShipperFlags(plain)).toEqual({
      file: '/var/log/decnet/events.log',
      spool: '/var/spool/decnet',
      host: 'logs.example.com',
      port: 6514,
      tls: null,
    });
  });

  it('becomes absolute where it is a path', () => {
    const flags = { output: 'a.log', to: 'h:1', spool: 's', tlsCa: 'ca', tlsCert: 'cert', tlsKey: 'key' };
    expect(readShipperFlags(flags)).toMatchObject({
      file: resolve('a.log'),
      spool: resolve('s'),
      tls: { ca: resolve('ca'), cert: resolve('cert'), key: resolve('key') },
    });
  });

  it('asks the receiver for a certificate of its host, unless a name is given', () => {
    expect(readShipperFlags({ ...plain, ...tls }).tls?.serverName).toBe('logs.example.com');
    expect(readShipperFlags({ ...plain, ...tls, tlsName: 'siem' }).tls?.serverName).toBe('siem');
  });

  it.each([
    ['192.0.2.7:514', '192.0.2.7', 514],
    ['[2001:db8::7]:65535', '2001:db8::7', 65_535],
    ['siem_1:1', 'siem_1', 1],
  ])('takes the receiver %s', (to, host, port) => {
    expect(readShipperFlags({ ...plain, to })).toMatchObject({ host, port });
  });
});

describe('a refusal', () => {
  it('names --to where there is none', () => {
    const refusal = refusalOf({ output: plain.output });
    expect(refusal).toMatchObject({ code: 'USAGE', exitCode: exitCodes.usage });
    expect(refusal.message).toBe('--shipper needs --to');
  });

  it.each([
    '',
    'host',
    ':514',
    'host:0',
    'host:65536',
    'host:514 ',
    'host:514\n',
    'ho"st:514',
    'a/b:514',
    '2001:db8::7:514',
    '[host]:514',
    '[192.0.2.7]:514',
    '[::1:514',
    '$HOST:514',
  ])('names --to for %j', (to) => {
    const refusal = refusalOf({ ...plain, to });
    expect(refusal).toMatchObject({ code: 'USAGE', exitCode: exitCodes.usage });
    expect(refusal.message).toMatch(/^--to .* is no host and port$/);
  });

  it.each([
    ['--tls-ca', { tlsCert: 'c', tlsKey: 'k' }],
    ['--tls-cert', { tlsCa: 'a', tlsKey: 'k' }],
    ['--tls-key', { tlsCa: 'a', tlsCert: 'c' }],
    ['--tls-ca', { tlsName: 'siem' }],
  ])('names %s where TLS lacks it, rather than ship in the clear', (flag, flags) => {
    expect(refusalOf({ ...plain, ...flags }).message).toBe(`TLS needs ${flag}`);
  });

  it.each(['', 'si em', 'siem"', 'siem\n', '*.example.com', 'a,b', 'ü'])(
    'names --tls-name for %j',
    (tlsName) => {
      expect(refusalOf({ ...plain, ...tls, tlsName }).message).toMatch(/^--tls-name /);
    },
  );

  it.each([
    ['--output', (path: string) => ({ output: path })],
    ['--spool', (path: string) => ({ spool: path })],
    ['--tls-ca', (path: string) => ({ ...tls, tlsCa: path })],
    ['--tls-cert', (path: string) => ({ ...tls, tlsCert: path })],
    ['--tls-key', (path: string) => ({ ...tls, tlsKey: path })],
  ])('names %s for a path that a shipper would read otherwise', (flag, flagsOf) => {
    for (const character of '"\\$*?[]{},\n\u0000\u0085') {
      const refusal = refusalOf({ ...plain, ...flagsOf(`/srv/a${character}b`) });
      expect(refusal).toMatchObject({ code: 'USAGE', exitCode: exitCodes.usage });
      expect(refusal.message.startsWith(`${flag} `)).toBe(true);
      expect(refusal.message).toContain('means something else to log shippers');
    }
    expect(refusalOf({ ...plain, ...flagsOf('') }).message).toBe(`${flag} is empty`);
  });

  it('counts the folder that a path is below too, and shows no control character', () => {
    const { message } = refusalOf({ ...plain, output: '/srv/\u001b[31m/events.log' });
    expect(message).toMatch(/^--output /);
    expect(message).not.toContain('\u001b');
  });
});

describe('the command line', () => {
  function parse(...args: readonly string[]): CollectShipperFlags {
    const command = new Command('collect').exitOverride().configureOutput({ writeErr: () => {} });
    addShipperOptions(command.option('--output <file>'));
    return command.parse(args, { from: 'user' }).opts<CollectShipperFlags>();
  }

  it('answers the configuration of the shipper that was asked for', async () => {
    const args = ['--output', '/srv/events.log', '--to', '[::1]:6514', '--spool', '/srv/spool'];
    const files = [
      '--tls-ca',
      '/srv/ca',
      '--tls-cert',
      '/srv/cert',
      '--tls-key',
      '/srv/key',
      '--tls-name',
      'n',
    ];
    expect(await shipperText(parse('--shipper', 'rsyslog', ...args, ...files))).toBe(
      rsyslog({
        file: '/srv/events.log',
        spool: '/srv/spool',
        host: '::1',
        port: 6514,
        tls: { ca: '/srv/ca', cert: '/srv/cert', key: '/srv/key', serverName: 'n' },
      }),
    );
  });

  it('knows every shipper that there is, and refuses others', async () => {
    for (const shipper of Object.keys(shippers)) {
      expect(await shipperText(parse('--shipper', shipper, '--output', '/srv/e', '--to', 'h:1'))).toContain(
        '/srv/e',
      );
    }
    expect(() => parse('--shipper', 'syslog-ng')).toThrow(/--shipper.*rsyslog, vector, fluent-bit/);
  });

  it('is refused like the flags', async () => {
    await expect(shipperText({ shipper: 'vector', output: '/srv/e' })).rejects.toMatchObject({
      code: 'USAGE',
    });
  });
});
