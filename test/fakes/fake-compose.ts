import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Compose, ComposeProject } from '../../src/compose/compose.ts';
import type { ChildOptions } from '../../src/docker/builder.ts';
import { DecnetError } from '../../src/errors.ts';
import { labels } from '../../src/fleet/names.ts';
import { portSchema } from '../../src/fleet/resolved.ts';
import {
  containerNamed,
  type DockerState,
  type FakeContainer,
  nextId,
  startContainer,
} from './fake-docker.ts';
import { noProcess } from './fake-process.ts';
import type { Faults } from './faults.ts';

const serviceSchema = z.looseObject({
  container_name: z.string(),
  image: z.string(),
  labels: z.record(z.string(), z.string()),
  environment: z.record(z.string(), z.string()),
  network_mode: z.string().optional(),
  networks: z
    .record(z.string(), z.object({ ipv4_address: z.string(), mac_address: z.string().optional() }))
    .optional(),
});

const fileSchema = z.object({
  name: z.string(),
  services: z.record(z.string(), serviceSchema),
  networks: z.record(z.string(), z.object({ external: z.literal(true), name: z.string() })),
});

type File = z.infer<typeof fileSchema>;
type Service = z.infer<typeof serviceSchema>;

const projectLabel = 'com.docker.compose.project';
const folderLabel = 'com.docker.compose.project.working_dir';

/** `docker compose` over the fake engine: it reads the file that `compose-gen` wrote. */
export function createFakeCompose(state: DockerState, faults: Faults, now: () => number): Compose {
  const { look, effect } = faults;
  const bringUp = async (project: ComposeProject, options: ChildOptions, part: number): Promise<void> => {
    const file = await readComposeFile(project);
    const wanted = Object.values(file.services);
    const count = Math.ceil(wanted.length * part);
    for (const service of wanted.slice(0, count)) bringUpOne(state, project, file, service, now());
    // Half-way, one more is made and not yet started.
    const next = wanted[count];
    if (next !== undefined && containerNamed(state, next.container_name) === undefined) {
      create(state, project, file, next);
    }
    options.onLine(`${count} of ${wanted.length} containers are up`);
  };
  return {
    version: () => look('compose.version', () => '2.26.1'),
    validate: (project) => look('compose.validate', async () => void (await readComposeFile(project))),
    up: async (project, options) => {
      await options.onSpawn(noProcess);
      await effect('compose.up', {
        whole: () => bringUp(project, options, 1),
        half: () => bringUp(project, options, 0.5),
      });
    },
  };
}

async function readComposeFile(project: ComposeProject): Promise<File> {
  return fileSchema.parse(parse(await readFile(project.file, 'utf8')));
}

/** Keeps, starts, makes or makes again: as compose, by the definition, the image and the namespace to join. */
function bringUpOne(
  state: DockerState,
  project: ComposeProject,
  file: File,
  service: Service,
  now: number,
): void {
  const found = containerNamed(state, service.container_name);
  if (found !== undefined && found.labels[projectLabel] !== project.name) {
    throw new DecnetError(`The container name "/${service.container_name}" is already in use`, {
      code: 'FAKE',
    });
  }
  if (found !== undefined && isSame(state, file, service, found)) {
    if (found.state !== 'running') startContainer(state, found, now);
    return;
  }
  if (found !== undefined) state.containers.delete(found.id);
  startContainer(state, create(state, project, file, service), now);
}

function isSame(state: DockerState, file: File, service: Service, found: FakeContainer): boolean {
  return (
    found.labels[labels.spec] === service.labels[labels.spec] &&
    found.imageId === imageId(state, service) &&
    found.networkMode === networkMode(state, file, service)
  );
}

function create(state: DockerState, project: ComposeProject, file: File, service: Service): FakeContainer {
  const place = Object.values(service.networks ?? {})[0];
  const ip = place?.ipv4_address ?? '';
  const taken = [...state.containers.values()].some(
    (one) => ip !== '' && one.ip === ip && one.state === 'running',
  );
  if (taken) throw new DecnetError(`Address ${ip} already in use`, { code: 'FAKE' });
  const container: FakeContainer = {
    id: nextId(state, 'container'),
    name: service.container_name,
    state: 'created',
    exitCode: 0,
    imageId: imageId(state, service),
    labels: { ...service.labels, [projectLabel]: project.name, [folderLabel]: project.directory },
    networkMode: networkMode(state, file, service),
    ip,
    mac: place?.mac_address ?? (ip === '' ? '' : '02:42:00:00:00:01'),
    pid: 0,
    namespace: '',
    startedAt: '',
    ports: z.array(portSchema).parse(JSON.parse(service.environment.DECNET_PORTS ?? '[]')),
  };
  state.containers.set(container.id, container);
  return container;
}

function imageId(state: DockerState, service: Service): string {
  const image = state.images.get(service.image);
  if (image === undefined) throw new DecnetError(`No such image: ${service.image}`, { code: 'FAKE' });
  return image.id;
}

function networkMode(state: DockerState, file: File, service: Service): string {
  const key = service.network_mode?.replace(/^service:/, '');
  if (key === undefined) return networkOf(state, file);
  const base = containerNamed(state, file.services[key]?.container_name ?? '');
  if (base === undefined) throw new DecnetError(`No such container: ${key}`, { code: 'FAKE' });
  return `container:${base.id}`;
}

function networkOf(state: DockerState, file: File): string {
  const name = Object.values(file.networks)[0]?.name ?? '';
  if ([...state.networks.values()].some(({ spec }) => spec.name === name)) return name;
  throw new DecnetError(`network ${name} declared as external, but could not be found`, { code: 'FAKE' });
}
