import type { Problem } from '../examine/problem.ts';
import { deploymentOfAlias } from '../fleet/names.ts';
import type { Host } from '../host/host.ts';

/** The addresses that a deployment is going to use: of its deckies and of its host link. */
interface Wanting {
  readonly deployment: string;
  readonly addresses: readonly string[];
}

/** Addresses that another deployment of this host uses: routed by its host link, or the link's own. */
export async function addressClashes(
  host: Pick<Host, 'links' | 'routes'>,
  { deployment, addresses }: Wanting,
): Promise<readonly Problem[]> {
  const [links, routes] = await Promise.all([host.links(), host.routes()]);
  const taken = links.flatMap((link) => {
    const owner = deploymentOfAlias(link.alias);
    if (owner === null || owner === deployment) return [];
    const routed = routes.filter((route) => route.link === link.name).map(({ destination }) => destination);
    return [...link.addresses, ...routed].map((cidr) => ({ address: cidr.replace(/\/32$/, ''), owner }));
  });
  return addresses.flatMap((address) => {
    const found = taken.find((one) => one.address === address);
    if (found === undefined) return [];
    return [
      {
        what: `address ${address} is deployment ${found.owner}'s`,
        remedy:
          'Give the decky another ip, or, where it was drawn, the fleet a network.range of its own or another seed.',
      },
    ];
  });
}
