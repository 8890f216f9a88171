import { describe, expect, it } from 'vitest';
import { formats } from '../../src/collect/formats.ts';
import { formatRfc5424, longestLine } from '../../src/collect/rfc5424-line.ts';
import { cutMark } from '../../src/docker/log-lines.ts';
import { parseRfc5424 } from '../../src/logs/rfc5424.ts';
import { anEvent } from './an-event.ts';

const marks = {
  id: '0123456789abcdef0123456789abcdef',
  deployment: 'office',
  decky: 'files-01',
  service: 'ssh',
};

describe('an event as RFC 5424', () => {
  it('has our header, our marks, and then what the decky said', () => {
    expect(formatRfc5424(anEvent())).toBe(
      '<133>1 2026-02-03T04:05:06.123456Z FILES-01 decnet-ssh - auth [decnet@32473' +
        ' id="0123456789abcdef0123456789abcdef" deployment="office" decky="files-01" service="ssh"' +
        ' src_ip="198.51.100.200" src_port="41234" dst_port="22" session="00112233aabbccdd"' +
        ' method="password" username="root" password="toor" accepted="false"] auth from 198.51.100.200',
    );
  });

  it('bears the name of the decky where its host name is not on record, and no time where it is none', () => {
    expect(formatRfc5424(anEvent({ host: null, time: 'yesterday' }))).toMatch(
      /^<133>1 - files-01 decnet-ssh - auth \[/,
    );
  });

  it('names a field that is called as one of ours so that no two become one', () => {
    const fields = { id: '1', src_ip: '2', field_id: '3', field_other: '4', decky: '5' };
    const params = parseRfc5424(formatRfc5424(anEvent({ fields })))?.params;
    expect(params).toMatchObject({
      ...marks,
      src_ip: '198.51.100.200',
      field_id: '1',
      field_src_ip: '2',
      field_field_id: '3',
      field_other: '4',
      field_decky: '5',
    });
  });

  it('leaves out a field whose name the prefix has made too long', () => {
    const name = `field_${'x'.repeat(20)}`;
    const fields = { [name]: 'kept', [`${'field_'.repeat(5)}id`]: 'left out' };
    const params = parseRfc5424(formatRfc5424(anEvent({ fields })))?.params;
    expect(Object.values(params ?? {})).toContain('kept');
    expect(Object.values(params ?? {})).not.toContain('left out');
  });

  it.each([
    ['a forged end of the element', '"] <134>1 - evil evil - auth [decnet@32473 decky="evil"'],
    ['backslashes', '\\"\\]\\\\'],
    ['line breaks and control characters', 'a\r\nb\0\x1b[2J\x7f\x85\u2028\u202e'],
    ['half a surrogate pair', '\ud83d'],
    ['a value far too long', 'x'.repeat(100_000)],
    ['long characters', '😀'.repeat(10_000)],
    ['control characters that grow', '\x01'.repeat(10_000)],
  ])('is one valid line whatever is in it: %s', (_name, text) => {
    const one = formatRfc5424(
      anEvent({ fields: { password: text, username: 'root' }, message: text, src_ip: text, session: text }),
    );
    const parsed = parseRfc5424(one);
    expect(parsed?.params).toMatchObject({ ...marks, username: 'root' });
    expect(parsed?.event).toBe('auth');
    expect(one).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    expect(one.isWellFormed()).toBe(true);
    expect(Buffer.byteLength(one)).toBeLessThanOrEqual(longestLine);
  });

  it.each(['hostname', 'service', 'event'])('has a header that no %s breaks', (part) => {
    const hostile = 'a b\n"é'.padEnd(400, 'x');
    const line = formatRfc5424(
      part === 'hostname'
        ? anEvent({ host: { ip: '198.51.100.70', hostname: hostile } })
        : anEvent({ [part]: hostile }),
    );
    expect(parseRfc5424(line)?.params).toMatchObject({ decky: 'files-01' });
  });

  it('is cut to the last byte, drops what is too long as a whole, and says so', () => {
    const line = formatRfc5424(
      anEvent({ fields: { big: 'x'.repeat(20_000), small: 'y' }, message: 'é'.repeat(20_000) }),
    );
    expect(Buffer.byteLength(line)).toBeGreaterThan(longestLine - 4);
    expect(line.endsWith(cutMark)).toBe(true);
    expect(parseRfc5424(line)?.params).toMatchObject({ small: 'y' });
    expect(parseRfc5424(line)?.params).not.toHaveProperty('big');
  });
});

describe('an event as JSON', () => {
  it('is as decnet logs has it, with id and deployment', () => {
    const line = formats.json(anEvent({ fields: { id: 'claimed', username: 'root' } }));
    expect(JSON.parse(line)).toEqual({
      ...marks,
      time: '2026-02-03T04:05:06.123456789Z',
      event: 'auth',
      src_ip: '198.51.100.200',
      src_port: 41234,
      dst_port: 22,
      session: '00112233aabbccdd',
      field_id: 'claimed',
      username: 'root',
      message: 'auth from 198.51.100.200',
    });
  });

  it.each(['json', 'ecs'] as const)('has no line break as %s', (format) => {
    const line = formats[format](anEvent({ message: 'a\n\u2028b', fields: { x: '\r\n' } }));
    expect(line).not.toMatch(/[\n\r\u2028]/);
    expect(JSON.parse(line)).toMatchObject({ message: 'a\n\u2028b' });
  });
});
