import type { ResolvedFleet } from '../fleet/resolved.ts';

/** nfnetlink_log group that refused packets are told to: `GROUP` of templates/runtime/refusals.py. */
const group = 7;

/** Docker's resolver, which the daemon answers from the host: a way out (moby, libnetwork/resolver.go). */
const dockerResolver = '127.0.0.11';

/**
 * The nftables ruleset of every decky's network namespace, as its base loads it; empty where the fleet wants none.
 *
 * Out go replies to whoever asked, the ICMP errors that belong to them, and the kernel's resets: a port scan has to
 * look as it does without rules, and whoever may not open a raw socket can send none of these by will. What is allowed
 * by name goes out too, but a whole network never opens the host's own link. ARP is no business of this family.
 */
export function egressRules({ egress, network }: Pick<ResolvedFleet, 'egress' | 'network'>): string {
  if (egress.policy === 'open') return '';
  const allowed = egress.allow.map((destination) => ({ ...destination, rule: allowRule(destination) }));
  const isHost = ({ to }: { readonly to: string }): boolean => to === `${network.bridgeAddress}/32`;
  return `table inet decnet {
	counter denied {
	}

	chain refuse {
		counter name denied
		limit rate 20/second burst 50 packets log group ${group} snaplen 64
		drop
	}

	chain output {
		type filter hook output priority filter; policy drop;
		ct direction reply ct state established,related accept
		tcp flags & rst == rst accept
		oifname lo ip daddr != ${dockerResolver} accept
${lines([...allowed.filter(isHost).map(({ rule }) => rule), `ip daddr ${network.bridgeAddress} jump refuse`])}
${lines([...allowed.filter((one) => !isHost(one)).map(({ rule }) => rule), 'jump refuse'])}
	}
}
`;
}

type Destination = ResolvedFleet['egress']['allow'][number];

function allowRule({ to, port, protocol }: Destination): string {
  return port === null ? `ip daddr ${to} accept` : `ip daddr ${to} ${protocol} dport ${port} accept`;
}

function lines(rules: readonly string[]): string {
  return rules.map((rule) => `\t\t${rule}`).join('\n');
}
