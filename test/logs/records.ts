import type { LogRecord } from '../../src/logs/record.ts';

/** A login on files-01, with what a test changes of it. */
export function aRecord(changes: Partial<LogRecord> = {}): LogRecord {
  return {
    time: '2025-03-01T12:03:44.000000000Z',
    decky: 'files-01',
    service: 'ssh',
    event: 'auth',
    src_ip: '198.51.100.200',
    src_port: 41234,
    dst_port: 22,
    session: 's1',
    fields: {},
    message: '',
    ...changes,
  };
}
