import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.ts';

/** The package in a folder of its own, so that a template or the pipeline can be broken. */
export interface PackageCopy {
  /** The script to start. */
  readonly cli: string;
  /** Its `pipeline.yaml`. */
  readonly pipeline: string;
  /** Its `templates/`. */
  readonly templates: string;
  /** Adds a line to a service's Dockerfile. */
  addToDockerfile(service: string, line: string): Promise<void>;
  /** Puts a service's Dockerfile back as it was. */
  mendDockerfile(service: string): Promise<void>;
  remove(): Promise<void>;
}

export async function copyPackage(): Promise<PackageCopy> {
  const original = packageRoot();
  const folder = await mkdtemp(join(tmpdir(), 'decnet-package-'));
  for (const name of ['dist', 'templates', 'package.json', 'pipeline.yaml']) {
    await cp(join(original, name), join(folder, name), { recursive: true });
  }
  await symlink(join(original, 'node_modules'), join(folder, 'node_modules'));
  const dockerfileOf = (root: string, service: string): string =>
    join(root, 'templates', service, 'Dockerfile');
  const readOriginal = (service: string): Promise<string> =>
    readFile(dockerfileOf(original, service), 'utf8');
  return {
    cli: join(folder, 'dist/src/cli.js'),
    pipeline: join(folder, 'pipeline.yaml'),
    templates: join(folder, 'templates'),
    addToDockerfile: async (service, line) =>
      writeFile(dockerfileOf(folder, service), `${await readOriginal(service)}\n${line}\n`),
    mendDockerfile: async (service) => writeFile(dockerfileOf(folder, service), await readOriginal(service)),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
