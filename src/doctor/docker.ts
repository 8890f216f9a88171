import type { Compose } from '../compose/compose.ts';
import type { Docker } from '../docker/docker.ts';
import { examineCompose, examineEngine, examineSpace } from '../examine/engine.ts';
import type { Host } from '../host/host.ts';
import { checkThat, type Part } from './report.ts';

interface Looking {
  readonly docker: Pick<Docker, 'version'>;
  readonly compose: Pick<Compose, 'version'>;
  readonly host: Pick<Host, 'freeBytes'>;
  readonly engineDetails: () => Promise<Readonly<Record<string, string>>>;
  /** `DOCKER_HOST`, as it is set. */
  readonly dockerHost: string | undefined;
}

/** Docker: the engine, the compose plugin, and the room that they have. */
export async function dockerPart(looking: Looking): Promise<Omit<Part, 'title'>> {
  const { docker, compose, host, engineDetails } = looking;
  const [engine, plugin, details] = await Promise.all([
    examineEngine(docker),
    examineCompose(compose),
    engineDetails().catch(() => ({})),
  ]);
  const told = Object.entries(details).filter(([, value]) => value !== '');
  return {
    facts: [
      { name: 'DOCKER_HOST', value: withoutUser(looking.dockerHost) ?? 'not set' },
      { name: 'engine', value: engine.version || 'does not answer' },
      { name: 'compose', value: plugin.version || 'not found' },
      ...told.map(([name, value]) => ({ name, value })),
    ],
    checks: [
      ...(await checkThat('Docker Engine', async () => engine.problems)),
      ...(await checkThat('compose plugin', async () => plugin.problems)),
      ...(engine.version === '' ? [] : await checkThat('room', () => examineSpace(docker, host))),
    ],
  };
}

/** A URL may hold a user and a password. */
function withoutUser(url: string | undefined): string | undefined {
  return url?.replace(/\/\/[^/]*@/, '//********@');
}
