import { stringify } from 'yaml';
import { labels, networkName, projectName } from '../fleet/names.ts';
import type { ResolvedFleet } from '../fleet/resolved.ts';
import { type ComposeImages, composeContainers, networkKey } from './containers.ts';

export type { ComposeImages } from './containers.ts';

/** First line of the file: what tells that it is ours. */
export const composeHeader = '# Made by decnet from a resolved fleet. Changes are lost with the next deploy.';

/** A container that should be there, as `up` and `status` look for it. */
export interface ExpectedContainer {
  readonly name: string;
  readonly decky: string;
  /** `base` for a base container. */
  readonly service: string;
  /** Tag. */
  readonly image: string;
  /** Value of its `decnet.spec` label: another one is a drifted container. */
  readonly spec: string;
}

/** The compose file of a fleet. The same fleet and tags give the same bytes. */
export function composeFile(fleet: ResolvedFleet, images: ComposeImages): string {
  const containers = composeContainers(fleet, images);
  const content = {
    name: projectName(fleet.name),
    services: Object.fromEntries(containers.map(({ key, definition }) => [key, escaped(definition)])),
    networks: { [networkKey]: { external: true, name: networkName(fleet.network.interface) } },
  };
  const body = stringify(content, {
    aliasDuplicateObjects: false,
    lineWidth: 0,
    // Quoted throughout: no value is taken for a number, a boolean or an octal by whoever reads it.
    defaultStringType: 'QUOTE_SINGLE',
    defaultKeyType: 'PLAIN',
  });
  return `${composeHeader}\n${body}`;
}

/** The containers that the same fleet and tags ask for, in the order of the file. */
export function expectedContainers(
  fleet: ResolvedFleet,
  images: ComposeImages,
): readonly ExpectedContainer[] {
  return composeContainers(fleet, images).map(({ decky, service, definition }) => ({
    name: definition.container_name,
    decky,
    service,
    image: definition.image,
    spec: definition.labels[labels.spec] ?? '',
  }));
}

/** Compose takes `$` in any value for a variable; `$$` is the sign itself. Keys are never interpolated. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, escaped(inner)]));
}
