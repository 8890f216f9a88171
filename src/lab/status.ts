import { debianTools } from '../debian/root.ts';
import { hostEnvironment } from './command.ts';
import { labNamespaces, labPaths } from './layout.ts';
import { namespaceInode } from './namespaces.ts';
import { readLabRecord } from './record.ts';
import { isLabUp } from './up.ts';

export interface LabStatus {
  readonly up: boolean;
  /** Docker's version; null when it does not answer. */
  readonly docker: string | null;
  /** Of Docker's API. */
  readonly socket: string;
  /** Where Docker was unpacked; null: it is the machine's own, or the lab was never up. */
  readonly enginePrefix: string | null;
  readonly namespaces: readonly { readonly name: string; readonly present: boolean }[];
}

/** Looks; changes nothing. */
export async function labStatus(signal: AbortSignal): Promise<LabStatus> {
  const record = await readLabRecord();
  const up = await isLabUp();
  const namespaces = labNamespaces.map(async (name) => ({
    name,
    present: (await namespaceInode(name)) !== null,
  }));
  let docker: string | null = null;
  if (up && record !== null) {
    const env = hostEnvironment(record, process.env);
    const asked = await debianTools.exec('docker', ['version', '--format', '{{.Server.Version}}'], {
      signal,
      env,
    });
    docker = asked.exitCode === 0 ? asked.stdout.trim() : null;
  }
  return {
    up,
    docker,
    socket: labPaths.socket,
    enginePrefix: record?.engine.prefix ?? null,
    namespaces: await Promise.all(namespaces),
  };
}
