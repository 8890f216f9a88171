import type { Trial } from './trial.ts';

/** Lists what is registered, and asks for names and addresses, as impacket's examples do. */
const enumerate = `
import sys
from impacket.dcerpc.v5 import dcomrt, epm, transport
rpc = transport.DCERPCTransportFactory('ncacn_ip_tcp:%s[135]' % sys.argv[1]).get_dce_rpc()
rpc.connect()
for entry in epm.hept_lookup(None, dce=rpc):
    print(epm.PrintStringBinding(entry['tower']['Floors']), entry['annotation'])
for binding in dcomrt.IObjectExporter(rpc).ServerAlive2():
    print('alive', binding['aNetworkAddr'])
`;

/** Wants to start a program by DCOM, as wmiexec and dcomexec begin. */
const activate = `
import sys
from impacket.dcerpc.v5 import transport
from impacket.dcerpc.v5.rpcrt import RPC_C_AUTHN_LEVEL_CONNECT
from impacket.uuid import uuidtup_to_bin
carrier = transport.DCERPCTransportFactory('ncacn_ip_tcp:%s[135]' % sys.argv[1])
carrier.set_credentials('alice', 'Winter23', 'CORP')
rpc = carrier.get_dce_rpc()
rpc.set_auth_level(RPC_C_AUTHN_LEVEL_CONNECT)
rpc.connect()
rpc.bind(uuidtup_to_bin(('000001A0-0000-0000-C000-000000000046', '0.0')))
rpc.call(4, bytes(64))
rpc.recv()
`;

export const trial: Trial = {
  service: 'msrpc',
  distro: 'windows-10',
  visits: [
    {
      what: 'lists its endpoints and tells its name',
      argv: (ip) => ['python3', '-c', enumerate, ip],
      prints: /ncacn_ip_tcp:[\d.]+\[49664\].*alive DESKTOP-/s,
      leaves: [
        { event: 'request', method: 'bind', name: 'epmapper', accepted: true },
        { event: 'request', method: 'call', name: 'ept_lookup', dst_port: 135 },
        { event: 'request', method: 'call', name: 'ServerAlive2' },
      ],
    },
    {
      what: 'shows its endpoints to rpcclient',
      argv: (ip) => ['rpcclient', '-N', '-U', '', `ncacn_ip_tcp:${ip}[135]`, '-c', 'epmlookup'],
      prints: /abstract_syntax=12345778-1234-abcd-ef00-0123456789ac/,
      leaves: [{ event: 'request', method: 'call', name: 'ept_lookup' }],
    },
    {
      what: 'denies a login that wants to run something',
      argv: (ip) => ['python3', '-c', activate, ip],
      exitCode: 1,
      prints: /rpc_s_access_denied/,
      leaves: [
        {
          event: 'auth',
          method: 'ntlm',
          username: 'alice',
          domain: 'CORP',
          accepted: false,
          hashcat: /^alice::CORP:[0-9a-f]{16}:[0-9a-f]{32}:0101[0-9a-f]+$/,
        },
        { event: 'request', method: 'call', name: 'RemoteCreateInstance' },
      ],
    },
  ],
  conversations: [
    {
      port: 135,
      protocol: 'tcp',
      messages: [
        // A bind to the endpoint mapper, its list, and one question for an interface.
        '05000b03100000004800000001000000b810b8100000000001000000000001000883afe11f5dc91191a408002b14a0fa03000000045d888aeb1cc9119fe808002b10486002000000',
        '050000031000000040000000010000002800000000000200000000000000000000000000010000000000000000000000000000000000000000000000f4010000',
        '05000003100000009c0000000200000084000000000003000100000000000000000000000000000000000000020000004b0000004b000000050013000d785734123412cdabef000123456789ac01000200000013000d045d888aeb1cc9119fe808002b10486002000200000001000b0200000001000702000000010009040000000000ab000000000000000000000000000000000000000001000000',
      ],
    },
    {
      port: 135,
      protocol: 'tcp',
      messages: [
        // A bind with NTLM, and what the client proves itself with.
        '05000b03100000007000200001000000b810b8100000000001000000000001000883afe11f5dc91191a408002b14a0fa03000000045d888aeb1cc9119fe808002b104860020000000a0200007f3501004e544c4d5353500001000000358288e000000000000000000000000000000000',
        '050010031000000026010a0101000000202020200a0200007f3501004e544c4d53535000030000001800180052000000900090006a00000008000800400000000a000a0048000000000000005200000010001000fa000000358288e043004f005200500061006c0069006300650089144dcad51952cf72c5328e40bc2a345851746a637a766c425ace238db3e9db3cba5b1d37ee7640010100000000000090c798d5447cdd015851746a637a766c0000000002000a00460049004c004500530001000a00460049004c004500530004000a00660069006c006500730003000a00660069006c00650073000700080090c798d5447cdd010900140063006900660073002f00460049004c00450053000000000000000000df31b17506ff157dbe9a90c9bdfeea22',
        '050000031000000040000000020000002800000000000200000000000000000000000000010000000000000000000000000000000000000000000000f4010000',
      ],
    },
  ],
};
