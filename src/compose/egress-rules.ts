import type { ResolvedDecky, ResolvedFleet } from '../fleet/resolved.ts';

/** nfnetlink_log group that refused packets are told to: `GROUP` of templates/runtime/refusals.py. */
const logGroup = 7;

/** Docker's resolver, which the daemon answers from the host: a way out (moby, libnetwork/resolver.go). */
const dockerResolver = '127.0.0.11';

/**
 * The nftables ruleset of a decky's network namespace, as its base loads it; empty where the fleet wants none.
 *
 * Out go replies to whoever asked, the ICMP errors that belong to them, and the kernel's resets: a port scan has to
 * look as it does without rules, and whoever may not open a raw socket can send none of these by will. What is allowed
 * by name goes out too, but a whole network never opens the host's own link. ARP is no business of this family.
 */
export function egressRules(
  { egress, network }: Pick<ResolvedFleet, 'egress' | 'network'>,
  { services }: Pick<ResolvedDecky, 'services'>,
): string {
  if (egress.policy === 'open') return '';
  const group = groupRules(services);
  const allowed = egress.allow.map((destination) => ({ ...destination, rule: allowRule(destination) }));
  const isHost = ({ to }: { readonly to: string }): boolean => to === `${network.bridgeAddress}/32`;
  return `table inet decnet {
	counter denied {
	}

${group.remember}	chain refuse {
		counter name denied
		limit rate 20/second burst 50 packets log group ${logGroup} snaplen 64
		drop
	}

	chain output {
		type filter hook output priority filter; policy drop;
		ct direction reply ct state established,related accept
		tcp flags & rst == rst accept
		oifname lo ip daddr != ${dockerResolver} accept
${group.answer}${lines([...allowed.filter(isHost).map(({ rule }) => rule), `ip daddr ${network.bridgeAddress} jump refuse`])}
${lines([...allowed.filter((one) => !isHost(one)).map(({ rule }) => rule), 'jump refuse'])}
	}
}
`;
}

/**
 * What a decky needs that is asked by UDP: whoever asks a whole group (LLMNR, mDNS, discovery by broadcast) is answered
 * by one of its members, from its own address, which conntrack takes for a new flow. So the port that was asked may
 * send to the address and port that asked it, for a moment, and to nobody else: what conntrack grants to an answer.
 * The packet path of the kernel fills the set, and nothing in the namespace may. That the kernel joins groups on behalf
 * of services (IGMP) concerns no switch, for groups within the link (RFC 4541 section 2.1.2), and is no calling out.
 */
function groupRules(services: ResolvedDecky['services']) {
  const ports = services.flatMap((service) =>
    service.ports.filter(({ protocol }) => protocol === 'udp').map(({ port }) => port),
  );
  if (ports.length === 0) return { remember: '', answer: '' };
  return {
    remember: `	set asked {
		type inet_service . ipv4_addr . inet_service
		flags dynamic,timeout
		timeout 10s
		size 1024
	}

	chain input {
		type filter hook input priority filter; policy accept;
		meta pkttype { broadcast, multicast } udp dport { ${ports.join(', ')} } update @asked { udp dport . ip saddr . udp sport }
	}

`,
    answer: `${lines(['udp sport . ip daddr . udp dport @asked accept', 'ip protocol igmp drop'])}\n`,
  };
}

type Destination = ResolvedFleet['egress']['allow'][number];

function allowRule({ to, port, protocol }: Destination): string {
  return port === null ? `ip daddr ${to} accept` : `ip daddr ${to} ${protocol} dport ${port} accept`;
}

function lines(rules: readonly string[]): string {
  return rules.map((rule) => `\t\t${rule}`).join('\n');
}
