import { describe, expect, it } from 'vitest';
import { rsyslog } from '../../src/shippers/rsyslog.ts';
import { odd, plain, secret } from './shipments.ts';

/** Parameters of the one object of that kind, in the order in which they stand. */
function parameters(
  text: string,
  object: 'action' | 'input' | 'module' | 'global',
): ReadonlyMap<string, string> {
  const [, body = ''] = new RegExp(`^ *${object}\\(([^)]*)\\)`, 'm').exec(text) ?? [];
  return new Map([...body.matchAll(/([\w.]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));
}

describe('a configuration of rsyslog', () => {
  it('reads the file and what was rotated away, from the beginning', () => {
    expect(Object.fromEntries(parameters(rsyslog(plain), 'input'))).toEqual({
      type: 'imfile',
      file: '/var/log/decnet/events.log{,.[0-9]*}',
      tag: 'decnet',
      ruleset: 'decnet',
      freshStartTail: 'off',
      persistStateInterval: '0',
      persistStateAfterSubmission: 'on',
      deleteStateOnFileDelete: 'off',
    });
  });

  it('sends lines as they are, with their length in front, and tries for ever', () => {
    const text = rsyslog(plain);
    expect(text).toContain('template(name="decnet-line" type="string" string="%rawmsg%")\n');
    const action = Object.fromEntries(parameters(text, 'action'));
    expect(action).toMatchObject({
      target: 'logs.example.com',
      port: '6514',
      protocol: 'tcp',
      TCP_Framing: 'octet-counted',
      template: 'decnet-line',
      'action.resumeRetryCount': '-1',
    });
  });

  it('keeps positions and the queue in the spool, on disk', () => {
    const text = rsyslog(plain);
    expect(parameters(text, 'module').get('statefile.directory')).toBe('/var/spool/decnet');
    expect(Object.fromEntries(parameters(text, 'action'))).toMatchObject({
      'queue.filename': 'decnet',
      'queue.spoolDirectory': '/var/spool/decnet',
      'queue.type': 'Disk',
      'queue.checkpointInterval': '10',
    });
  });

  it('never throws away what is queued', () => {
    expect(rsyslog(secret)).not.toMatch(/discard|queue\.timeoutEnqueue/i);
  });

  it('touches no rule of the host but its own', () => {
    const outside = rsyslog(secret).replace(/^ruleset\(name="decnet"[\s\S]*?^\}$/m, '');
    expect(outside).not.toMatch(/action\(|^\s*\*\.|&\s*stop/m);
    expect(parameters(rsyslog(secret), 'input').get('ruleset')).toBe('decnet');
  });

  it('has no word of TLS where it is plain TCP', () => {
    expect(rsyslog(plain)).not.toMatch(/tls|streamDriver/i);
  });

  it('shows a certificate and demands that of the receiver, by name', () => {
    const text = rsyslog(secret);
    expect(text).toContain('package rsyslog-gnutls');
    expect(Object.fromEntries(parameters(text, 'action'))).toMatchObject({
      streamDriver: 'gtls',
      streamDriverMode: '1',
      streamDriverAuthMode: 'x509/name',
      streamDriverPermittedPeers: 'siem.example.com',
      gnutlsPriorityString: 'NORMAL:%NO_TICKETS',
      'streamDriver.CAFile': '/etc/decnet/ca.pem',
      'streamDriver.CertFile': '/etc/decnet/client.pem',
      'streamDriver.KeyFile': '/etc/decnet/client.key',
    });
  });

  it('takes other signs by the letter', () => {
    expect(rsyslog({ ...plain, file: odd })).toContain(`  file="${odd}{,.[0-9]*}"\n`);
  });
});
