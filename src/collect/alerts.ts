import { existsSync } from 'node:fs';
import { type AlertSink, createAlertSink } from '../alerts/sink.ts';
import type { Deployment } from './deployment.ts';
import type { Sink } from './sink.ts';

/** The alerts of whatever deployment is on record. */
export interface DeploymentAlerts extends Sink {
  /** From now on by the rules of this one. Without one the last rules hold, so that what waits is not forgotten. */
  follow(deployment: Deployment | null): Promise<void>;
}

export interface DeploymentAlertsOptions {
  /** Of this collector alone; made when there are rules. */
  readonly folder: string;
  /** Writes a line for people. */
  readonly tell: (line: string) => void;
}

/** Rules that cannot be followed, as on a full disk, are told once and tried again; nothing waits for them. */
export function deploymentAlerts({ folder, tell }: DeploymentAlertsOptions): DeploymentAlerts {
  let sink: AlertSink | null = null;
  let followed: Deployment | null = null;
  let told = '';

  async function useRulesOf({ alerts }: Deployment): Promise<void> {
    if (sink !== null) await sink.replaceRules(alerts);
    else if (alerts.length > 0 || existsSync(folder)) {
      sink = await createAlertSink({ rules: alerts, folder, tell });
    }
  }

  return {
    follow: async (deployment) => {
      if (deployment === null || deployment === followed) return;
      try {
        await useRulesOf(deployment);
        followed = deployment;
        told = '';
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (reason !== told) tell(reason);
        told = reason;
      }
    },
    add: (events) => sink?.add(events),
    flush: async () => sink?.flush(),
    close: async () => sink?.close(),
  };
}
