import { describe, expect, it } from 'vitest';
import { eventId } from '../../src/collect/event-id.ts';
import { toEvent } from '../../src/collect/to-event.ts';
import type { LogLine } from '../../src/docker/docker.ts';
import { cutMark } from '../../src/docker/log-lines.ts';
import { lineAt, ours } from '../logs/log-docker.ts';

const source = { id: 'c1', decky: 'files-01', service: 'ssh' };
const surroundings = { deployment: 'office', host: { ip: '198.51.100.70', hostname: 'FS' }, ordinal: 0 };
const event = (text: string) => toEvent(lineAt(1, text), source, surroundings);

describe('the id of a line', () => {
  const line: LogLine = { time: '2026-01-01T00:00:00.000000001Z', stream: 'stdout', text: 'a\nb' };

  it('is the same whenever the line is read', () => {
    expect(eventId('c1', line, 0)).toMatch(/^[0-9a-f]{32}$/);
    expect(eventId('c1', { ...line }, 0)).toBe(eventId('c1', line, 0));
  });

  it('is another one for another container, stream, moment, text, or the same text once more', () => {
    const ids = [
      eventId('c1', line, 0),
      eventId('c2', line, 0),
      eventId('c1', { ...line, stream: 'stderr' }, 0),
      eventId('c1', { ...line, time: '2026-01-01T00:00:00.000000002Z' }, 0),
      eventId('c1', { ...line, text: 'a' }, 0),
      eventId('c1', line, 1),
      // What would be the same if a text could pass for the part before it.
      eventId('c1', { ...line, text: '1\na\nb' }, 0),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a line', () => {
  it('of the helper is an event, whose decky and service are those of the container', () => {
    const params =
      'decky="evil" service="evil" id="evil" src_ip="198.51.100.200" dst_port="22" username="root"';
    expect(event(ours('auth', params))).toEqual({
      id: eventId('c1', lineAt(1, ours('auth', params)), 0),
      deployment: 'office',
      host: surroundings.host,
      severity: 6,
      time: lineAt(1, '').time,
      decky: 'files-01',
      service: 'ssh',
      event: 'auth',
      src_ip: '198.51.100.200',
      src_port: null,
      dst_port: 22,
      session: null,
      fields: { id: 'evil', username: 'root' },
      message: '',
    });
  });

  it('of anybody else is raw, a notice, and kept as it is', () => {
    expect(event('Traceback \x1b[2J')).toMatchObject({
      event: 'raw',
      severity: 5,
      message: 'Traceback \x1b[2J',
      src_ip: null,
      fields: {},
    });
  });

  it('that claims to be raw is not believed', () => {
    const text = ours('raw', 'src_ip="198.51.100.200"');
    expect(event(text)).toMatchObject({ event: 'raw', src_ip: null, message: text });
  });

  it.each([
    ['characters', 'x'.repeat(15_000)],
    ['bytes', 'ä'.repeat(8_000)],
  ])('of more %s than the helper prints is no event, and is cut', (_unit, password) => {
    const { event: type, message } = event(ours('auth', `password="${password}"`));
    expect(type).toBe('raw');
    expect(message).toHaveLength(4_096 + cutMark.length);
    expect(message.endsWith(cutMark)).toBe(true);
  });

  it('is not cut within a character', () => {
    const { message } = event(`${'x'.repeat(4_095)}😀${'x'.repeat(100)}`);
    expect(message.isWellFormed()).toBe(true);
  });
});
