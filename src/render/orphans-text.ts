import type { Orphans } from '../ownership/orphans.ts';
import { table } from '../text/table.ts';

/** Orphans as a table, by deployment; shared networks come last, under none. */
export function orphansText({ deployments, networks }: Orphans): string {
  const rows = deployments.flatMap(({ deployment, containers, links, networks: own, stateFiles }) => {
    const things = [
      ...containers.map((name) => ['container', name] as const),
      ...links.map((name) => ['link', name] as const),
      ...own.map((name) => ['network', name] as const),
    ];
    const where = stateFiles.join(', ') || '-';
    return things.map(([kind, name], index) =>
      index === 0 ? [deployment, kind, name, where] : ['', kind, name, ''],
    );
  });
  const shared = networks.map((name) => ['-', 'network', name, '-']);
  return `${table(['DEPLOYMENT', 'KIND', 'NAME', 'WAS UNDER'], [...rows, ...shared])}\n`;
}
