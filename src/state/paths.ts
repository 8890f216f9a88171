import { dirname, join, resolve } from 'node:path';

/** Every file of a deployment, absolute. All of them lie beside the state file. */
export interface Paths {
  readonly state: string;
  readonly backup: string;
  readonly lock: string;
  /** `.decnet/`: everything generated. */
  readonly generated: string;
  readonly composeFile: string;
  /** One build context a service. */
  readonly contexts: string;
  /** One folder a run, with its journal. */
  readonly runs: string;
}

export const stateFileName = 'decnet-state.json';

/** The state file beside a fleet file. */
export function statePathBeside(fleetFile: string): string {
  return join(dirname(resolve(fleetFile)), stateFileName);
}

export function pathsOf(statePath: string): Paths {
  const state = resolve(statePath);
  const generated = join(dirname(state), '.decnet');
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
