import { expect, it } from 'vitest';
import { alertLine, parseAlert } from '../../src/alerts/alert.ts';
import { login } from './events.ts';

it('is what the log has, and what the decky is on the LAN', () => {
  expect(parseAlert(alertLine(login(1)))).toEqual({
    id: `${'0'.repeat(31)}1`,
    deployment: 'office',
    decky_ip: '198.51.100.70',
    decky_hostname: 'FILES-01',
    time: '2026-02-03T04:05:06.123456789Z',
    decky: 'files-01',
    service: 'ssh',
    event: 'auth',
    src_ip: '198.51.100.200',
    src_port: 41234,
    dst_port: 22,
    session: '00112233aabbccdd',
    method: 'password',
    username: 'root',
    password: 'toor',
    accepted: 'false',
    message: 'auth from 198.51.100.200',
  });
});

it('says that a decky is not known to the deployment', () => {
  expect(parseAlert(alertLine(login(1, { host: null })))).toMatchObject({
    decky_ip: null,
    decky_hostname: null,
  });
});

it('is not what a visitor claims it is', () => {
  const fields = { decky_ip: '203.0.113.1', id: 'x', deployment: 'other', event: 'start' };
  expect(parseAlert(alertLine(login(1, { fields })))).toMatchObject({
    decky_ip: '198.51.100.70',
    deployment: 'office',
    event: 'auth',
    field_decky_ip: '203.0.113.1',
    field_id: 'x',
  });
});

it('is one line of at most 16 kB, which of a longer event says who and when', () => {
  const fields = { username: 'é\n'.repeat(20_000) };
  const line = alertLine(login(1, { fields, session: 's'.repeat(9_000), src_ip: '9'.repeat(9_000) }));
  expect(line).not.toContain('\n');
  expect(Buffer.byteLength(line)).toBeLessThan(1_000);
  expect(parseAlert(line)).toMatchObject({
    id: `${'0'.repeat(31)}1`,
    src_ip: '9'.repeat(45),
    session: 's'.repeat(16),
    message: '',
    cut: expect.stringMatching(/^\d{5,6}$/),
  });
});

it.each([
  ['a line that a crash tore', alertLine(login(1)).slice(0, 90)],
  ['nothing', ''],
  ['no object', '7'],
  ['another object', '{"id":"1"}'],
])('is nothing where there is %s', (_, line) => {
  expect(parseAlert(line)).toBeNull();
});
