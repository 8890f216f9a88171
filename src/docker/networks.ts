import { DecnetError, exitCodes } from '../errors.ts';
import type { Network } from './docker.ts';
import type { EngineClient } from './engine-client.ts';
import { networkListSchema, networkSchema } from './replies.ts';

/**
 * A network by its exact name, with the containers in it. Docker's name filter is a substring match, so that it only
 * narrows the list; and the details are asked for by id, since Docker would take a name for the beginning of an id.
 * Before API 1.44 two networks can share a name: which one was meant, only the user knows.
 */
export async function findNetwork(client: EngineClient, name: string): Promise<Network | null> {
  const listed = await client.ask(`look for the network ${name}`, networkListSchema, (docker) =>
    docker.listNetworks({ filters: { name: [name] } }),
  );
  const id = onlyId(listed, name);
  if (id === null) return null;
  return client.askIfThere(`inspect the network ${name}`, networkSchema, (docker) =>
    docker.getNetwork(id).inspect(),
  );
}

/** Pure: the id of the one network of that exact name, null when there is none. */
function onlyId(networks: readonly Network[], name: string): string | null {
  const [first, ...more] = networks.filter((network) => network.name === name);
  if (first === undefined) return null;
  if (more.length === 0) return first.id;
  throw new DecnetError(`There are ${more.length + 1} Docker networks of the name ${name}.`, {
    code: 'NETWORK_AMBIGUOUS',
    hint: `Look at \`docker network ls --no-trunc --filter name=${name}\`, and remove by id the one that nobody needs.`,
    exitCode: exitCodes.refused,
  });
}
