import type { Step } from '../src/runner/step.ts';
import { build } from './build.ts';
import { composeGen } from './compose-gen.ts';
import { hostBridge } from './host-bridge.ts';
import { loggingSync } from './logging-sync.ts';
import { network } from './network.ts';
import { preflight } from './preflight.ts';
import { stateSave } from './state-save.ts';
import { up } from './up.ts';
import { verify } from './verify.ts';

/** Every step, in the order of the deploy. Their order in a run is `pipeline.yaml`'s. */
export const steps: ReadonlyMap<string, Step> = new Map(
  [preflight, loggingSync, build, hostBridge, network, composeGen, stateSave, up, verify].map((step) => [
    step.id,
    step,
  ]),
);
