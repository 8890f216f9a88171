import { formatAddress, formatCidr, parseInterfaceAddress, sizeOf } from '../fleet/addresses.ts';
import type { Catalogue } from '../fleet/catalogue.ts';
import type { Choices, Kinds } from './choices.ts';

/** The fleet file, commented. `schema`: a URL of the JSON Schema. The same choices give the same text. Pure. */
export function fleetText(choices: Choices, catalogue: Catalogue, schema: string): string {
  return `# yaml-language-server: $schema=${schema}
# A fleet of decoy machines. What would come of it, without changing anything: decnet plan
name: ${choices.name} # names, labels and links derive from it

network:
${networkText(choices)}
deckies:
  # decnet archetypes lists what there is; decnet archetypes show ${choices.kinds[0]?.archetype} tells all of one.
${choices.kinds.map((kind) => kindText(kind, catalogue)).join('')}
${moreText(choices)}`;
}

function networkText({ driver, lan, range }: Choices): string {
  const drivers = {
    macvlan: '# each decky has a MAC address of its own; with ipvlan all have that of the interface',
    ipvlan: '# all deckies have the MAC address of the interface; with macvlan each has its own',
  };
  const wireless = '  # Most Wi-Fi access points drop the frames of macvlan.\n';
  return `${lan.isWireless ? wireless : ''}  driver: ${driver} ${drivers[driver]}
  interface: ${plainOrQuoted(lan.interface)}
  # Read from the interface unless they stand here:
  # subnet: ${formatCidr(lan.subnet)}
  # gateway: ${lan.gateway ?? formatAddress(lan.subnet.address + 1)}
${rangeText(range)}`;
}

function rangeText(range: string | null): string {
  const block = range === null ? null : parseInterfaceAddress(range);
  if (block === null) {
    return `  # No block of addresses was free of machines. Name one, and take it out of the pool of your DHCP server:
  # range: 192.0.2.64/27
`;
  }
  return `  # Free addresses are taken from here. Nobody was seen on these ${sizeOf(block)} so far; a machine that is switched off
  # cannot be seen. Take them out of the pool of your DHCP server.
  range: ${range}
`;
}

function kindText({ archetype, count }: Kinds[number], { archetypes }: Catalogue): string {
  const title = archetypes.get(archetype)?.title ?? '';
  return `  - archetype: ${archetype} # ${title}\n${count === 1 ? '' : `    count: ${count}\n`}`;
}

function moreText({ range, lan }: Choices): string {
  const block = range === null ? null : parseInterfaceAddress(range);
  const address = formatAddress((block ?? lan.subnet).address + 2);
  return `  # What is left open is drawn: names, addresses, MACs, host names, what they run. It may be given, too:
  # - name: files-01
  #   archetype: file-server
  #   ip: ${address}
  #   hostname: fs01
  #   services: [ssh, smb] # replaces the archetype's; decnet services show ssh tells all options
  #   config: { ssh: { accept_after: 3 } }

# A decky answers, it never calls. What it may call all the same:
# egress:
#   allow:
#     - { to: ${formatAddress(lan.subnet.address + 1)}, port: 53, protocol: udp }
`;
}

/** An interface may be called nearly anything, even what YAML takes for something else. */
function plainOrQuoted(name: string): string {
  return /^[a-z]+\d[\w.-]*$/.test(name) ? name : JSON.stringify(name);
}
