import { exitCodes } from '../errors.ts';

type Facts = readonly (readonly [term: string, meaning: string])[];

const meanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: 'Done, or nothing to do.',
  stepFailed: 'A step failed. The state is saved; decnet resume goes on from there.',
  usage: 'The usage, the fleet file or the pipeline is invalid. Nothing was touched.',
  refused:
    'Refused: by preflight, and nothing was changed; or since somebody took an address before the deckies started, and no container was touched.',
  decision: 'The state needs a decision; what was printed says which.',
  leftover: 'Rollback or teardown left something behind, which it named.',
  locked: 'Another decnet holds the lock.',
  changes: 'plan --detailed-exit-code found changes, or status found the fleet degraded.',
  bug: 'A defect in decnet.',
  hangup: 'Ended by HUP.',
  interrupted: 'Ended by INT, as by Ctrl-C.',
  terminated: 'Ended by TERM.',
};

/** What the process ends with. */
export const exitStatus: Facts = Object.entries(meanings).flatMap(([name, meaning]) =>
  Object.entries(exitCodes).flatMap(([known, code]) => (known === name ? [[String(code), meaning]] : [])),
);

export const files: Facts = [
  ['fleet.yaml', 'The fleet, as you write it. decnet init writes one to start from.'],
  [
    'decnet-state.json',
    'What is deployed, and the last run. It lies beside the fleet file unless --state names another.',
  ],
  ['decnet-state.json.backup', 'The same of the last run that succeeded.'],
  ['decnet-state.json.lock', 'Held by the command that changes the deployment.'],
  [
    '.decnet/',
    'What is generated: the compose file, build contexts, and a journal of each run in .decnet/runs/.',
  ],
  ['/run/decnet-*', 'Locks of this host, of each deployment and of the network interfaces.'],
];

export const environment: Facts = [
  ['DOCKER_HOST', 'Where the Docker Engine is reached; default unix:///var/run/docker.sock.'],
  ['NO_COLOR', 'Where it is set and not empty, nothing is coloured.'],
  ['XDG_CACHE_HOME', 'Where decnet lab keeps what it unpacks, below decnet/; default ~/.cache.'],
];
