import type { Disguise } from '../fleet/disguise.ts';

/**
 * The nftables ruleset that disguises a decky's network stack, as its base loads it beside that for the way out; empty
 * where there is nothing to disguise.
 *
 * What leaves is rewritten behind connection tracking and the rules for the way out (netfilter_ipv4.h has the order of
 * hooks), so that both see what the kernel sent.
 */
export function disguiseRules(disguise: Disguise): string {
  if (Object.values(disguise).every((rules) => rules.length === 0)) return '';
  const { sets = [], arriving = [], received = [], handshakes = [], resets = [], leaving = [] } = disguise;
  return `table ip decnet-disguise {
${lines(1, sets)}	chain handshakes {
${lines(2, handshakes)}	}

	chain resets {
${lines(2, resets)}	}

	chain arriving {
		type filter hook prerouting priority raw - 50;
${lines(2, arriving)}	}

	chain received {
		type filter hook input priority filter;
${lines(2, received)}	}

	chain leaving {
		type filter hook postrouting priority srcnat + 200;
		tcp flags & (syn | ack) == syn | ack jump handshakes
		tcp flags & rst == rst jump resets
${lines(2, leaving)}	}
}
`;
}

function lines(depth: number, rules: readonly string[]): string {
  return rules.map((rule) => `${'\t'.repeat(depth)}${rule}\n`).join('');
}
