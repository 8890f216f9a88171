import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fluentBit } from '../../src/shippers/fluent-bit.ts';
import { odd, plain, secret } from './shipments.ts';

describe('a configuration of Fluent Bit', () => {
  it('reads the file and what was rotated away, from the beginning', () => {
    const { service, pipeline } = parse(fluentBit(plain));
    expect(service).toMatchObject({ 'storage.path': '/var/spool/decnet/storage', 'storage.sync': 'full' });
    expect(pipeline.inputs).toEqual([
      expect.objectContaining({
        name: 'tail',
        path: '/var/log/decnet/events.log,/var/log/decnet/events.log.[0-9]*',
        db: '/var/spool/decnet/position.db',
        read_from_head: true,
        buffer_chunk_size: 65_536,
        'storage.type': 'filesystem',
      }),
    ]);
  });

  it('sends lines as they are, and tries for ever', () => {
    const { inputs, outputs } = parse(fluentBit(plain)).pipeline;
    expect(outputs).toEqual([
      {
        name: 'tcp',
        match: inputs[0].tag,
        host: 'logs.example.com',
        port: 6514,
        raw_message_key: `$${inputs[0].key}`,
        retry_limit: 'no_limits',
      },
    ]);
  });

  it('shows a certificate and demands that of the receiver, by name', () => {
    expect(parse(fluentBit(secret)).pipeline.outputs[0]).toMatchObject({
      tls: 'on',
      'tls.verify': 'on',
      'tls.verify_hostname': 'on',
      'tls.vhost': 'siem.example.com',
      'tls.ca_file': '/etc/decnet/ca.pem',
      'tls.crt_file': '/etc/decnet/client.pem',
      'tls.key_file': '/etc/decnet/client.key',
    });
  });

  it('takes signs by the letter that mean something in YAML', () => {
    const { service, pipeline } = parse(fluentBit({ ...plain, file: odd, spool: odd }));
    expect(service['storage.path']).toBe(`${odd}/storage`);
    expect(pipeline.inputs[0]).toMatchObject({ path: `${odd},${odd}.[0-9]*`, db: `${odd}/position.db` });
  });
});
