import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { vector } from '../../src/shippers/vector.ts';
import { odd, plain, secret } from './shipments.ts';

describe('a configuration of Vector', () => {
  it('reads the file and what was rotated away, from the beginning', () => {
    const { data_dir: spool, sources } = parse(vector(plain));
    expect(spool).toBe('/var/spool/decnet');
    expect(sources).toEqual({
      decnet_events: {
        type: 'file',
        include: ['/var/log/decnet/events.log', '/var/log/decnet/events.log.[0-9]*'],
        read_from: 'beginning',
        max_line_bytes: 65_536,
      },
    });
  });

  it('puts the length in front of each line, and sends nothing else', () => {
    const { transforms, sinks } = parse(vector(plain));
    expect(transforms.decnet_frames).toMatchObject({ type: 'remap', inputs: ['decnet_events'] });
    expect(transforms.decnet_frames.source).toBe(
      'line = string!(.message)\n.message = to_string(length(line)) + " " + line\n',
    );
    expect(sinks.decnet_receiver).toEqual({
      type: 'socket',
      inputs: ['decnet_frames'],
      mode: 'tcp',
      address: 'logs.example.com:6514',
      encoding: { codec: 'text' },
      framing: { method: 'bytes' },
      acknowledgements: { enabled: true },
      buffer: { type: 'disk', max_size: 1_073_741_824, when_full: 'block' },
    });
  });

  it('shows a certificate and demands that of the receiver, by name', () => {
    expect(parse(vector(secret)).sinks.decnet_receiver.tls).toEqual({
      enabled: true,
      verify_certificate: true,
      verify_hostname: true,
      server_name: 'siem.example.com',
      ca_file: '/etc/decnet/ca.pem',
      crt_file: '/etc/decnet/client.pem',
      key_file: '/etc/decnet/client.key',
    });
  });

  it('puts brackets around an address of IPv6', () => {
    expect(parse(vector({ ...plain, host: '2001:db8::7' })).sinks.decnet_receiver.address).toBe(
      '[2001:db8::7]:6514',
    );
  });

  it('takes signs by the letter that mean something in YAML', () => {
    const { data_dir: spool, sources } = parse(vector({ ...plain, file: odd, spool: odd }));
    expect([spool, sources.decnet_events.include]).toEqual([odd, [odd, `${odd}.[0-9]*`]]);
  });
});
