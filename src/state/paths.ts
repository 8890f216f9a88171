import { basename, dirname, join, resolve } from 'node:path';

/** Every file of a deployment, absolute. All of them lie beside the state file. */
export interface Paths {
  readonly state: string;
  readonly backup: string;
  readonly lock: string;
  /** `.decnet/`, or `.decnet-NAME/` of a state file with another name than the usual: everything generated. */
  readonly generated: string;
  readonly composeFile: string;
  /** One build context a service. */
  readonly contexts: string;
  /** One folder a run, with its journal. */
  readonly runs: string;
}

export const stateFileName = 'decnet-state.json';

const generatedName = '.decnet';

/** The state file beside a fleet file. */
export function statePathBeside(fleetFile: string): string {
  return join(dirname(resolve(fleetFile)), stateFileName);
}

export function pathsOf(statePath: string): Paths {
  const state = resolve(statePath);
  // Two deployments may have their state files in one folder: what is generated must not be shared.
  const own = basename(state) === stateFileName ? generatedName : `${generatedName}-${basename(state)}`;
  const generated = join(dirname(state), own);
  return {
    state,
    backup: `${state}.backup`,
    lock: `${state}.lock`,
    generated,
    composeFile: join(generated, 'decnet-compose.yml'),
    contexts: join(generated, 'build'),
    runs: join(generated, 'runs'),
  };
}

/** The state file that a folder of generated files belongs to; null when it is no such folder. */
export function statePathOf(generated: string): string | null {
  const name = basename(generated);
  if (name === generatedName) return join(dirname(generated), stateFileName);
  return name.startsWith(`${generatedName}-`)
    ? join(dirname(generated), name.slice(generatedName.length + 1))
    : null;
}
