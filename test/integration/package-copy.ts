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
  /** Gives a service a Dockerfile of its own: the shared one and a line. */
  addToDockerfile(service: string, line: string): Promise<void>;
  /** Takes it away again. */
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
  const dockerfileOf = (service: string): string => join(folder, 'templates', service, 'Dockerfile');
  const shared = await readFile(join(original, 'templates/shared/Dockerfile'), 'utf8');
  return {
    cli: join(folder, 'dist/src/cli.js'),
    pipeline: join(folder, 'pipeline.yaml'),
    templates: join(folder, 'templates'),
    addToDockerfile: (service, line) => writeFile(dockerfileOf(service), `${shared}\n${line}\n`),
    mendDockerfile: (service) => rm(dockerfileOf(service)),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
