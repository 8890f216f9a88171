import { freshRecord } from '../../src/runner/session.ts';
import type { Deployment, Run, State, StepRecord } from '../../src/state/schema.ts';
import { office } from './fleet.ts';

const images = {
  runtime: { tag: 'decnet/runtime:1', context: '1' },
  services: {
    http: { tag: 'decnet/http:1', context: '1' },
    ssh: { tag: 'decnet/ssh:1', context: '1' },
  },
};

/** A run of `office` that succeeded, with `over` in place of its own values. */
export function aRun(over: Partial<Run> = {}): Run {
  return {
    id: 'run-1',
    pipeline: 'deploy',
    status: 'succeeded',
    name: 'office',
    fleet: office(),
    fleetFile: '/etc/fleet.yaml',
    images,
    overDeployment: false,
    before: null,
    options: { noCache: false, parallel: false, images: false },
    steps: [],
    error: null,
    startedAt: '2026-02-03T04:05:06.000Z',
    finishedAt: null,
    ...over,
  };
}

export function aStep(id: string, over: Partial<StepRecord> = {}): StepRecord {
  return { ...freshRecord({ id, direction: 'apply' }), ...over };
}

export function aDeployment(over: Partial<Deployment> = {}): Deployment {
  return {
    fleet: office(),
    images,
    composeFile: '/srv/.decnet/decnet-compose.yml',
    network: 'decnet-office',
    link: 'dn-office',
    routes: ['198.51.100.70/32', '198.51.100.71/32'],
    ...over,
  };
}

export function aState(over: Partial<State> = {}): State {
  return {
    format: 1,
    serial: 3,
    host: { hostname: 'sensor', machineId: 'machine-1' },
    deployment: null,
    run: null,
    ...over,
  };
}
