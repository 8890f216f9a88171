import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deploymentAlerts } from '../../src/collect/alerts.ts';
import type { Deployment } from '../../src/collect/deployment.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';
import { anEvent } from './an-event.ts';

// TEST-NET-1: nothing is ever sent there within a test.
const rule = { on: ['auth'], webhook: 'https://192.0.2.1/hook', deckies: null, services: null };

function deployment(alerts: Deployment['alerts']): Deployment {
  return { name: 'office', hosts: new Map(), alerts };
}

async function bench() {
  const folder = join(await temporaryFolder(), 'log.alerts');
  const told: string[] = [];
  const alerts = deploymentAlerts({ folder, tell: (line) => told.push(line) });
  onTestFinished(() => alerts.close());
  return { folder, told, alerts };
}

describe('the alerts of a deployment', () => {
  it('make nothing where there are no rules', async () => {
    const { folder, alerts } = await bench();
    await alerts.follow(null);
    await alerts.follow(deployment([]));
    alerts.add([anEvent()]);
    await alerts.flush();
    expect(existsSync(folder)).toBe(false);
  });

  it('begin with the first rules, and go on when there is no deployment any more', async () => {
    const { folder, told, alerts } = await bench();
    await alerts.follow(deployment([]));
    await alerts.follow(deployment([rule]));
    await alerts.follow(null);
    alerts.add([anEvent()]);
    await alerts.flush();
    expect(existsSync(folder)).toBe(true);
    expect(told).toEqual([]);
  });

  it('of an earlier run are taken up without rules, so that nothing is left lying', async () => {
    const { folder, told, alerts } = await bench();
    await mkdir(folder);
    await alerts.follow(deployment([]));
    await alerts.flush();
    expect(told).toEqual([]);
  });

  it('that cannot be followed are told once, tried at every look, and hold up nobody', async () => {
    const { folder, told, alerts } = await bench();
    await writeFile(folder, 'no folder');
    const wanted = deployment([rule]);
    for (let look = 0; look < 3; look += 1) await alerts.follow(wanted);
    alerts.add([anEvent()]);
    await alerts.flush();
    expect(told).toHaveLength(1);

    await rm(folder);
    await alerts.follow(wanted);
    expect(existsSync(folder)).toBe(true);
    expect(told).toHaveLength(1);
  });
});
