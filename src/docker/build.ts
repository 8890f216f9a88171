import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Exec } from '../exec.ts';
import type { BuildSpec, ChildOptions, ImageBuilder } from './builder.ts';
import { classifyDocker } from './classify.ts';
import { runDocker } from './run.ts';

/**
 * `docker build …`. No `--progress`: only BuildKit knows it, and a client without buildx refuses the flag (tried:
 * 28.2). Sorted, so that the same spec is the same command.
 */
export function buildArguments(spec: BuildSpec): readonly string[] {
  return [
    'build',
    '--tag',
    spec.tag,
    ...pairs('--label', spec.labels),
    ...pairs('--build-arg', spec.args),
    ...(spec.noCache ? ['--no-cache'] : []),
    spec.context,
  ];
}

function pairs(flag: string, values: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(values)
    .sort()
    .flatMap((key) => [flag, `${key}=${values[key] ?? ''}`]);
}

/**
 * Plain progress and no attestations, so that an image is one manifest of the same id every time. buildx writes its
 * state below HOME, which may be read-only (under systemd or sudo it often is): a folder of our own takes it. That
 * folder is empty, so that the engine's own builder is used and not one that the user has chosen for other work,
 * whose images would stay in its cache.
 */
function buildEnvironment(buildxFolder: string): Readonly<Record<string, string>> {
  return {
    BUILDKIT_PROGRESS: 'plain',
    BUILDX_BUILDER: '',
    BUILDX_CONFIG: buildxFolder,
    BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
  };
}

/** The real `ImageBuilder`. */
export function createImageBuilder(
  exec: Exec,
  roots: Pick<ImageBuilder, 'findDebianRoot' | 'debianRoot'>,
): ImageBuilder {
  return { ...roots, build: (spec, options) => build(exec, spec, options) };
}

async function build(exec: Exec, spec: BuildSpec, options: ChildOptions): Promise<void> {
  const buildxFolder = await mkdtemp(join(tmpdir(), 'decnet-buildx-'));
  try {
    const result = await runDocker(exec, buildArguments(spec), {
      ...options,
      env: buildEnvironment(buildxFolder),
    });
    if (result.exitCode !== 0) {
      throw classifyDocker(`${result.stdout}\n${result.stderr}`, { action: `build ${spec.tag}` });
    }
  } finally {
    await rm(buildxFolder, { recursive: true, force: true });
  }
}
