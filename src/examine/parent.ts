import type { Host, Link } from '../host/host.ts';
import { isOwnHostLink, type WantedHostLink } from '../lan/host-link.ts';
import type { Problem } from './problem.ts';

/** The host link that is going to be on the parent. */
interface WantedLink extends Omit<WantedHostLink, 'kind'> {
  readonly driver: WantedHostLink['kind'];
}

/** The parent interface: there, up, of a kind that carries the driver, and free of what keeps a link of ours off it. */
export async function examineParent(
  host: Pick<Host, 'links'>,
  input: WantedLink,
): Promise<readonly Problem[]> {
  const links = await host.links();
  const parent = links.find((link) => link.name === input.parent);
  if (parent === undefined) {
    const names = links.filter(({ name }) => name !== 'lo').map(({ name }) => name);
    const remedy = `Set network.interface to one of: ${names.join(', ')}`;
    return [{ what: `there is no interface ${input.parent}`, remedy }];
  }
  const problems: Problem[] = [];
  if (!parent.up) {
    problems.push({
      what: `interface ${input.parent} is down`,
      remedy: `Bring it up: ip link set ${input.parent} up`,
    });
  }
  if (parent.wireless && input.driver === 'macvlan') {
    problems.push({
      what: `interface ${input.parent} is wireless, and most access points drop macvlan frames`,
      remedy: 'Set network.driver: ipvlan.',
    });
  }
  return [...problems, ...linkProblems(links, input)];
}

function linkProblems(links: readonly Link[], input: WantedLink): readonly Problem[] {
  const other = input.driver === 'macvlan' ? 'ipvlan' : 'macvlan';
  return links.flatMap((link): Problem[] => {
    if (link.name === input.link && !isOwnHostLink(link, { ...input, kind: input.driver })) {
      return [
        {
          what: `link ${link.name} is there and not ours`,
          remedy: `Remove or rename it: ip link show ${link.name}`,
        },
      ];
    }
    if (link.parent === input.parent && link.kind === other) {
      const isOwn = link.alias === input.alias;
      const remedy = isOwn
        ? `It is this deployment's: take that down first with decnet teardown, or set network.driver: ${other}.`
        : `Remove it, or set network.driver: ${other}.`;
      return [
        {
          what: `${input.parent} already carries ${other} link ${link.name}, and cannot carry both kinds`,
          remedy,
        },
      ];
    }
    return [];
  });
}
