import type { Exec } from '../exec.ts';
import { addAddress, deleteAddress, deleteLink, setLinkUp } from './arguments.ts';
import { answerForOwn } from './arp-scope.ts';
import { readMarks } from './base-marks.ts';
import { includesNetAdmin } from './capabilities.ts';
import { freeBytes } from './disk.ts';
import { readEgress } from './egress.ts';
import { findHolders } from './holders.ts';
import type { Host } from './host.ts';
import { readIdentity } from './identity.ts';
import { createIp, requireSuccess } from './ip.ts';
import { readMissingForDisguise } from './kernel-options.ts';
import { addLink, readLinks } from './links.ts';
import { askNeighbours } from './neighbours.ts';
import { readListeningPorts, readNetworkNamespace, readOwnStatus } from './proc.ts';
import { addRoutes, deleteRoutes, readRoutes } from './routes.ts';

/** The host by `ip`, /proc and statfs(2). Every call rejects with `IP_MISSING` where iproute2 is not installed. */
export function createHost(exec: Exec): Host {
  const ip = createIp(exec);
  return {
    identity: readIdentity,
    hasNetAdmin: async () => includesNetAdmin(await readOwnStatus()),
    links: () => readLinks(ip),
    routes: () => readRoutes(ip),
    addLink: (spec) => addLink(ip, spec),
    deleteLink: async (name) => {
      requireSuccess(`delete the link ${name}`, await ip(deleteLink(name)), /Cannot find device/);
    },
    setLinkUp: async (name) => {
      requireSuccess(`set the link ${name} up`, await ip(setLinkUp(name)));
    },
    answerForOwn,
    addAddress: async (link, address) => {
      const result = await ip(addAddress(link, address));
      requireSuccess(`add ${address} to ${link}`, result, /Address already assigned|File exists/);
    },
    deleteAddress: async (link, address) => {
      const result = await ip(deleteAddress(link, address));
      const gone = /Address not found|Cannot assign requested address|Cannot find device/;
      requireSuccess(`delete ${address} from ${link}`, result, gone);
    },
    addRoutes: (link, destinations, source) => addRoutes(ip, { link, destinations, source }),
    deleteRoutes: (link, destinations) => deleteRoutes(ip, link, destinations),
    askNeighbours: (link, addresses, timeout) => askNeighbours(ip, { link, addresses, timeout }),
    findHolders: (link, addresses, patience) => findHolders(ip, { link, addresses, ...patience }),
    listeningPorts: readListeningPorts,
    networkNamespace: readNetworkNamespace,
    baseState: async (pid) => {
      const marks = await readMarks(pid);
      return { announced: marks?.has('announced') ?? false, egress: await readEgress(exec, pid, marks) };
    },
    missingForDisguise: readMissingForDisguise,
    freeBytes,
  };
}
