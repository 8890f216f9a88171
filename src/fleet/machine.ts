import type { Archetype, Catalogue, Distro } from './catalogue.ts';

/** An archetype's services, in its order. */
export function servicesOfArchetype({ services }: Pick<Archetype, 'services'>): readonly string[] {
  return Array.isArray(services) ? services : Object.keys(services);
}

/** What an archetype sets of a service's options. */
export function optionsOfArchetype(
  { services }: Pick<Archetype, 'services'>,
  service: string,
): Readonly<Record<string, unknown>> {
  return Array.isArray(services) ? {} : (services[service] ?? {});
}

/** The OS families of what an archetype may run, each once. */
export function osFamiliesOf({ distros }: Archetype, catalogue: Pick<Catalogue, 'distros'>): string[] {
  return [...new Set(distros.flatMap((name) => catalogue.distros.get(name)?.os_family ?? []))];
}

/** Whether a distro comes with its hardware. */
export function isDevice({ vendors }: Distro): boolean {
  return vendors !== undefined;
}

/**
 * Why an archetype cannot run a distro; null when it can: one that it lists, or a general-purpose one of the family
 * of such a one. A device is only what lists it, and what runs on devices alone has no hardware for another distro.
 */
export function whyNotRun(
  archetypeName: string,
  distroName: string,
  catalogue: Pick<Catalogue, 'archetypes' | 'distros'>,
): string | null {
  const archetype = catalogue.archetypes.get(archetypeName);
  const distro = catalogue.distros.get(distroName);
  if (archetype === undefined || distro === undefined || archetype.distros.includes(distroName)) return null;
  const general = archetype.distros.filter((name) => {
    const other = catalogue.distros.get(name);
    return other !== undefined && !isDevice(other);
  });
  if (isDevice(distro) || general.length === 0) {
    return `archetype ${archetypeName} cannot be ${distroName}; it can be: ${archetype.distros.join(', ')}`;
  }
  const families = osFamiliesOf({ ...archetype, distros: general }, catalogue);
  if (families.includes(distro.os_family)) return null;
  return `distro ${distroName} is ${distro.os_family}, but archetype ${archetypeName} is ${families.join(' or ')}`;
}
