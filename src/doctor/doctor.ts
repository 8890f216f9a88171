import type { Compose } from '../compose/compose.ts';
import type { Docker } from '../docker/docker.ts';
import type { Host } from '../host/host.ts';
import { claimFilesOf } from '../ownership/claim-files.ts';
import type { ServiceManifest } from '../services/manifest.ts';
import { deadOwner, type LockOwner, lockHolder } from '../state/lock.ts';
import type { Paths } from '../state/paths.ts';
import { readState } from '../state/read.ts';
import type { State } from '../state/schema.ts';
import { deploymentPart } from './deployment.ts';
import { dockerPart } from './docker.ts';
import { journalPart } from './journal.ts';
import { kernelPart } from './kernel.ts';
import { networkPart } from './network.ts';
import { collectParts, type Part, type PartSource } from './report.ts';
import { maskIn, secretsIn } from './secrets.ts';
import { softwarePart } from './software.ts';
import { standingPart } from './standing.ts';

/** All that a report is made of. */
export interface Surroundings {
  readonly docker: Docker;
  readonly host: Host;
  readonly compose: Compose;
  readonly engineDetails: () => Promise<Readonly<Record<string, string>>>;
  readonly kernelOptions: () => Promise<Readonly<Record<string, string>> | null>;
  readonly services: () => Promise<ReadonlyMap<string, ServiceManifest>>;
  readonly dockerHost: string | undefined;
  readonly version: string;
  readonly paths: Paths;
  readonly self: LockOwner;
  /** Inode of the network namespace, which the locks of this host are called after. */
  readonly network: string;
}

/** What a bug report needs. Changes nothing, never rejects, and holds no secret of a recorded fleet. */
export async function diagnose(around: Surroundings): Promise<readonly Part[]> {
  // The report must be had where the file cannot be: then there is no fleet whose secrets could be told.
  const state = await readState(around.paths).catch(() => null);
  const secrets = await knownSecrets(state, around);
  const parts = await collectParts([
    ...sourcesOf(around),
    {
      title: 'last events of the last run',
      // What children printed may hold what a service was told: not shown where that is not known.
      collect: () => journalPart(around.paths.runs, secrets === null ? null : (state?.run?.id ?? null)),
    },
  ]);
  return parts.map((part) => (secrets === null ? withheldPart(part) : maskedPart(part, secrets)));
}

const deploymentTitle = 'deployment';

function sourcesOf(around: Surroundings): readonly PartSource[] {
  const { docker, host, paths, self } = around;
  return [
    { title: 'software', collect: () => softwarePart(host, around.version) },
    { title: 'Docker', collect: () => dockerPart(around) },
    { title: 'kernel', collect: () => kernelPart(around) },
    { title: 'network', collect: () => networkPart(host) },
    {
      title: deploymentTitle,
      collect: async () => {
        const state = await readState(paths).catch(() => null);
        const name = state?.run?.name ?? state?.deployment?.fleet.name;
        return deploymentPart({
          statePath: paths.state,
          readState: async () => readState(paths, await host.identity()),
          locks: {
            'lock of the state file': paths.lock,
            'lock of the interfaces': `/run/decnet-host-${around.network}.lock`,
            ...(name === undefined
              ? {}
              : { 'lock of the deployment': claimFilesOf(around.network, name).lock }),
          },
          holderOf: (path) => lockHolder(path, self),
          deadOwnerOf: (path) => deadOwner(path, self),
        });
      },
    },
    { title: 'what of decnet stands', collect: () => standingPart({ docker, host }) },
  ];
}

/** Null where it cannot be told what is a secret. */
async function knownSecrets(
  state: State | null,
  { services }: Pick<Surroundings, 'services'>,
): Promise<readonly string[] | null> {
  if (state === null) return [];
  const manifests = await services().catch(() => null);
  return manifests === null ? null : secretsIn(state, manifests);
}

/** Where it cannot be told what is a secret, nothing of the deployment is shown: an error of a run may quote one. */
function withheldPart(part: Part): Part {
  if (part.title !== deploymentTitle) return part;
  const why = 'the services of the templates cannot be read, so that it cannot be told what is a secret';
  return { title: part.title, facts: [{ name: 'not shown', value: why }], checks: [] };
}

function maskedPart({ title, facts, checks }: Part, secrets: readonly string[]): Part {
  const mask = (text: string): string => maskIn(text, secrets);
  return {
    title,
    facts: facts.map(({ name, value }) => ({ name, value: mask(value) })),
    checks: checks.map(({ name, problem }) => ({
      name,
      problem: problem && { what: mask(problem.what), remedy: mask(problem.remedy) },
    })),
  };
}
