import { deploymentAlerts } from './alerts.ts';
import type { Deployment } from './deployment.ts';
import { createFileSink } from './file-sink.ts';
import type { CollectFiles } from './files.ts';
import { type Format, formats } from './formats.ts';
import type { Sink } from './sink.ts';

export interface SinksRequest {
  readonly files: CollectFiles;
  readonly format: Format;
  /** Bytes. */
  readonly maxSize: number;
  readonly keep: number;
}

export interface Sinks {
  readonly all: readonly Sink[];
  /** Called with what is on record, before its events come. */
  readonly onDeployment: (deployment: Deployment | null) => Promise<void>;
}

/** Everybody who gets the events: the file, the webhooks, and whoever else is to have them is put here. */
export async function openSinks(request: SinksRequest, tell: (line: string) => void): Promise<Sinks> {
  const { files, format, maxSize, keep } = request;
  const file = await createFileSink({ path: files.log, format: formats[format], maxSize, keep });
  const alerts = deploymentAlerts({ folder: files.alerts, tell });
  return { all: [file, alerts], onDeployment: alerts.follow };
}
