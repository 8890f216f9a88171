import { describe, expect, it } from 'vitest';
import { parseSocketTable, tablesInUse } from '../../src/host/proc-net.ts';

const header =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';

function table(...sockets: readonly (readonly [local: string, remote: string, state: string])[]): string {
  const lines = sockets.map(
    ([local, remote, state], index) =>
      `   ${index}: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 4711 1`,
  );
  return [header, ...lines, ''].join('\n');
}

const nobody6 = '00000000000000000000000000000000:0000';

describe('a table of sockets', () => {
  it('shows what listens on TCP, and no connection', () => {
    const text = table(['00000000:0016', '00000000:0000', '0A'], ['466433C6:0016', '096433C6:C350', '01']);
    expect(parseSocketTable('tcp', text)).toEqual([{ port: 22, protocol: 'tcp' }]);
  });

  it('shows every bound UDP socket without a peer', () => {
    const text = table(['00000000:00A1', '00000000:0000', '07'], ['466433C6:8000', '096433C6:0035', '01']);
    expect(parseSocketTable('udp', text)).toEqual([{ port: 161, protocol: 'udp' }]);
  });

  it('leaves out loopback, where the resolver of Docker listens', () => {
    const text = table(['0B00007F:A3E5', '00000000:0000', '0A'], ['0100007F:1F90', '00000000:0000', '0A']);
    expect(parseSocketTable('tcp', text)).toEqual([]);
  });

  it('takes no address for loopback that only ends in 127', () => {
    expect(parseSocketTable('tcp', table(['7F6433C6:0050', '00000000:0000', '0A']))).toHaveLength(1);
  });

  it('reads IPv6: any address, loopback, and IPv4 within IPv6', () => {
    const text = table(
      ['00000000000000000000000000000000:0050', nobody6, '0A'],
      ['00000000000000000000000001000000:0051', nobody6, '0A'],
      ['0000000000000000FFFF00000100007F:0052', nobody6, '0A'],
      ['0000000000000000FFFF0000466433C6:0053', nobody6, '0A'],
    );
    expect(parseSocketTable('tcp6', text).map(({ port }) => port)).toEqual([80, 83]);
  });

  it('names a port once that several sockets share', () => {
    const text = table(['00000000:0050', '00000000:0000', '0A'], ['00000000:0050', '00000000:0000', '0A']);
    expect(parseSocketTable('tcp', text)).toHaveLength(1);
  });

  it('is empty when it cannot be read', () => {
    expect(parseSocketTable('tcp', '')).toEqual([]);
  });
});

it('knows from sockstat which tables are worth reading', () => {
  const four =
    'sockets: used 3\nTCP: inuse 10 orphan 0 tw 0 alloc 4 mem 191\nUDP: inuse 0 mem 0\nUDPLITE: inuse 4\n';
  const six = 'TCP6: inuse 0\nUDP6: inuse 1\nUDPLITE6: inuse 0\nRAW6: inuse 0\n';
  expect(tablesInUse(four + six)).toEqual(['tcp', 'udp6']);
  expect(tablesInUse('')).toEqual([]);
});
