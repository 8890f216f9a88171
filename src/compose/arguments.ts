import type { ComposeProject } from './compose.ts';

/** What comes before every command: the project pinned, so that neither cwd nor the environment decides. */
function pinned(project: ComposeProject): readonly string[] {
  return [
    'compose',
    '--ansi',
    'never',
    '--progress',
    'plain',
    '--project-name',
    project.name,
    '--project-directory',
    project.directory,
    '--file',
    project.file,
  ];
}

export function versionArguments(): readonly string[] {
  return ['compose', 'version', '--short'];
}

export function configArguments(project: ComposeProject): readonly string[] {
  return [...pinned(project), 'config', '--quiet'];
}

/** Images are built before, and what another file put into the project is not ours to remove. */
export function upArguments(project: ComposeProject): readonly string[] {
  return [...pinned(project), 'up', '--detach', '--no-build', '--pull', 'never'];
}

/**
 * Variables that compose would take orders from, taken back. Orphans are expected: after a targeted teardown, a
 * container that could not be removed is one, and compose would advise to remove it by a flag that we do not use.
 */
export const composeEnvironment: Readonly<Record<string, string>> = {
  COMPOSE_DISABLE_ENV_FILE: '1',
  COMPOSE_IGNORE_ORPHANS: 'true',
  COMPOSE_PROFILES: '',
  COMPOSE_REMOVE_ORPHANS: 'false',
};
