import { DecnetError } from '../errors.ts';

interface Row {
  readonly pattern: RegExp;
  readonly code: string;
  readonly hint: string;
}

/** What `ip` says when it fails, texts of iproute2 6.1 on kernel 6.18 and 6.1. The first row that fits counts. */
const rows: readonly Row[] = [
  {
    pattern: /Unknown device type|Operation not supported/i,
    code: 'LINK_UNSUPPORTED',
    hint: 'This kernel has no such driver. Try `modprobe macvlan` (or ipvlan), or set `network.driver` to the other one.',
  },
  {
    pattern: /Operation not permitted|Permission denied/i,
    code: 'NOT_PERMITTED',
    hint: 'Run as root (CAP_NET_ADMIN is needed).',
  },
  {
    pattern: /Device or resource busy/i,
    code: 'PARENT_BUSY',
    hint: 'macvlan and ipvlan children cannot share a parent: look at `ip -d link`, and take another interface or driver.',
  },
  {
    pattern: /File exists/i,
    code: 'LINK_EXISTS',
    hint: 'Something of that name or destination is there already: look at `ip -d link` and `ip route`.',
  },
  {
    pattern: /Cannot find device/i,
    code: 'LINK_MISSING',
    hint: 'Look at `ip link` for the interfaces there are, and set `network.interface`.',
  },
];

/** Wraps what `ip` printed. `what` is what was tried, as half a sentence: `make the link dn-office on eth0`. */
export function ipFailure(what: string, stderr: string): DecnetError {
  const text = stderr
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('Command failed'))
    .join('; ');
  const row = rows.find((candidate) => candidate.pattern.test(text));
  return new DecnetError(`Could not ${what}: ${text || 'ip gave no reason'}`, {
    code: row?.code ?? 'IP_FAILED',
    hint: row?.hint ?? 'Look at `ip -d link`, `ip address` and `ip route`, then run `decnet resume`.',
  });
}
