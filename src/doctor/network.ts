import type { Host, Link, Route } from '../host/host.ts';
import { checkThat, type Part } from './report.ts';

/** Interfaces and routes. Of MACs only the vendor's half is kept; private addresses are no secret. */
export async function networkPart(host: Pick<Host, 'links' | 'routes'>): Promise<Omit<Part, 'title'>> {
  const [links, routes] = await Promise.all([host.links(), host.routes()]);
  const lan = routes.find(({ destination }) => destination === 'default');
  const parent = links.find(({ name }) => name === lan?.link);
  return {
    facts: [
      ...links.map((link) => ({ name: link.name, value: linkText(link) })),
      ...routes.map((route) => ({ name: 'route', value: routeText(route) })),
    ],
    checks: [
      ...(await checkThat('default route', async () =>
        lan === undefined
          ? [
              {
                what: 'there is no default route, so that nothing tells the interface of the LAN',
                remedy: 'Set network.interface in the fleet file.',
              },
            ]
          : [],
      )),
      ...(await checkThat('interface of the LAN', async () =>
        parent?.wireless
          ? [
              {
                what: `${parent.name} is wireless, and most access points drop macvlan frames`,
                remedy: 'Set network.driver: ipvlan.',
              },
            ]
          : [],
      )),
    ],
  };
}

function linkText(link: Link): string {
  const { kind, mode, parent, up, wireless, mac, addresses, alias } = link;
  return [
    up ? 'up' : 'down',
    kind ?? 'physical',
    mode === null ? '' : `mode ${mode}`,
    parent === null ? '' : `on ${parent}`,
    wireless ? 'wireless' : '',
    `${mac.slice(0, 8)}:xx:xx:xx`,
    ...addresses,
    alias === null ? '' : `alias ${alias}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function routeText({ destination, gateway, link }: Route): string {
  return `${destination}${gateway === null ? '' : ` via ${gateway}`} dev ${link}`;
}
