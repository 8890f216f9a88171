import type { ChildOptions } from '../docker/builder.ts';
import { classifyDocker } from '../docker/classify.ts';
import { runDocker } from '../docker/run.ts';
import { DecnetError, exitCodes } from '../errors.ts';
import type { Exec } from '../exec.ts';
import { composeEnvironment, configArguments, upArguments, versionArguments } from './arguments.ts';
import type { Compose } from './compose.ts';

/** For what only reads: `config` takes 0.2 s a hundred containers. */
const timeout = 60_000;

/** The `docker compose` plugin. */
export function createCompose(exec: Exec): Compose {
  const run = async (action: string, args: readonly string[], options: ChildOptions) => {
    const result = await runDocker(exec, args, { ...options, env: composeEnvironment });
    if (result.exitCode !== 0) throw classifyDocker(`${result.stdout}\n${result.stderr}`, { action });
  };
  let version: Promise<string> | null = null;
  return {
    // Asked once: it starts a program, and does not change under us.
    version: () => {
      version ??= readVersion(exec);
      return version;
    },
    validate: async (project) => {
      const result = await runDocker(exec, configArguments(project), { timeout, env: composeEnvironment });
      if (result.exitCode === 0) return;
      throw new DecnetError(`Compose refuses ${project.file}: ${result.stderr.trim().slice(-600)}`, {
        code: 'COMPOSE_INVALID',
        hint: 'Update the compose plugin (`docker compose version`); if that does not help, report it.',
      });
    },
    up: (project, options) => run(`bring up ${project.name}`, upArguments(project), options),
  };
}

async function readVersion(exec: Exec): Promise<string> {
  const result = await runDocker(exec, versionArguments(), { timeout });
  const version = parseVersion(result.stdout);
  if (result.exitCode === 0 && version !== null) return version;
  const old = await hasComposeOne(exec);
  throw new DecnetError(
    old ? 'Only compose v1 (docker-compose) is installed.' : 'The compose plugin of Docker is not installed.',
    {
      code: 'COMPOSE_MISSING',
      hint: 'Install compose v2: the package docker-compose-plugin of Docker, or docker-compose 2 of your distribution.',
      exitCode: exitCodes.refused,
      cause: result.stderr.trim(),
    },
  );
}

/** `2.26.1` of `2.26.1-4` or `v2.26.1`; null when it is none, or that of v1. */
export function parseVersion(text: string): string | null {
  const version = /^v?(\d+\.\d+\.\d+)/.exec(text.trim())?.[1];
  return version === undefined || version.startsWith('1.') ? null : version;
}

async function hasComposeOne(exec: Exec): Promise<boolean> {
  try {
    // Debian and others install v2 under this name too, where the client need not find it as a plugin.
    const { stdout } = await exec('docker-compose', ['version', '--short'], { timeout });
    return /^v?1\./.test(stdout.trim());
  } catch {
    return false;
  }
}
