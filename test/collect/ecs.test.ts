import { describe, expect, it } from 'vitest';
import { formatEcs } from '../../src/collect/ecs.ts';
import type { CollectedEvent } from '../../src/collect/sink.ts';
import { anEvent } from './an-event.ts';

const ecs = (over: Partial<CollectedEvent> = {}) => JSON.parse(formatEcs(anEvent(over)));

describe('an event as ECS', () => {
  it('has who came, to whom, and what became of it', () => {
    expect(
      ecs({ fields: { username: 'root', domain: 'CORP', user_agent: 'curl', accepted: 'false' } }),
    ).toEqual({
      '@timestamp': '2026-02-03T04:05:06.123456789Z',
      ecs: { version: '8.11.0' },
      event: {
        id: '0123456789abcdef0123456789abcdef',
        kind: 'event',
        category: ['authentication'],
        type: ['start'],
        action: 'auth',
        module: 'decnet',
        dataset: 'decnet.ssh',
        severity: 5,
        outcome: 'failure',
      },
      message: 'auth from 198.51.100.200',
      source: { ip: '198.51.100.200', address: '198.51.100.200', port: 41234 },
      destination: { ip: '198.51.100.70', address: '198.51.100.70', port: 22 },
      host: { name: 'files-01', hostname: 'FILES-01', ip: ['198.51.100.70'] },
      service: { name: 'ssh', type: 'ssh' },
      observer: { vendor: 'DECNET', product: 'decnet', type: 'honeypot', name: 'office' },
      user: { name: 'root', domain: 'CORP' },
      user_agent: { original: 'curl' },
      decnet: {
        deployment: 'office',
        decky: 'files-01',
        service: 'ssh',
        session: '00112233aabbccdd',
        fields: {
          src_ip: '198.51.100.200',
          username: 'root',
          domain: 'CORP',
          user_agent: 'curl',
          accepted: 'false',
        },
      },
    });
  });

  it('is an alert when the decky itself calls out, which it then is the source of', () => {
    const fields = { protocol: 'tcp', count: '3', dst_ip: '203.0.113.9' };
    expect(
      ecs({ event: 'egress-denied', src_ip: null, src_port: null, dst_port: 443, fields }),
    ).toMatchObject({
      event: { kind: 'alert', category: ['network'], type: ['connection', 'denied'], outcome: 'failure' },
      source: { ip: '198.51.100.70' },
      destination: { ip: '203.0.113.9', port: 443 },
    });
  });

  it('has no address that is none, since an index would refuse the whole of it', () => {
    const event = ecs({ src_ip: 'evil"', src_port: 1, host: null });
    expect(event.source).toEqual({ port: 1 });
    expect(event.destination).toEqual({ port: 22 });
    expect(event.host).toEqual({ name: 'files-01' });
    expect(event.decnet.fields.src_ip).toBe('evil"');
  });

  it.each([
    [{ accepted: 'true' }, 'success'],
    [{ accepted: 'false' }, 'failure'],
    [{}, 'unknown'],
  ])('knows how a login with %o went', (fields, outcome) => {
    expect(ecs({ fields }).event.outcome).toBe(outcome);
  });

  it.each([
    ['1.25', 1_250_000_000],
    ['0', 0],
    ['1e9', undefined],
    ['-1', undefined],
    ['9'.repeat(40), undefined],
  ])('has a duration of %s in nanoseconds, if it is one', (duration, expected) => {
    expect(ecs({ event: 'disconnect', fields: { duration } }).event.duration).toBe(expected);
  });

  it.each(['raw', 'toString', '__proto__', 'some-other'])('has a category for %s', (event) => {
    expect(ecs({ event }).event).toMatchObject({ category: ['host'], type: ['info'], action: event });
  });
});
