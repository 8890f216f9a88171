import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { classifyDocker } from '../../src/docker/classify.ts';
import { createDocker } from '../../src/docker/dockerode.ts';
import { labPaths } from '../../src/lab/layout.ts';
import { ensureForeignImage, foreignImage, importBrokenProgram, removeForeign } from './foreign.ts';
import { docker, run } from './on-lab.ts';
import { type Registry, startRegistry } from './registry.ts';

const engine = createDocker({ socket: labPaths.socket });

const made = {
  containers: ['texts-first', 'texts-second', 'texts-broken', 'texts-base'],
  networks: ['texts-lan', 'texts-other'],
  images: ['texts/broken:1'],
};

beforeAll(async () => {
  await removeForeign(made);
  await ensureForeignImage();
});

afterAll(() => removeForeign({ ...made, images: [...made.images, foreignImage] }));

/** What the client prints when it fails, classified as the product does it. */
async function failureOf(...args: readonly string[]) {
  const { exitCode, stdout, stderr } = await run('host', 'docker', ...args);
  expect(exitCode).not.toBe(0);
  const { code, retryable, message } = classifyDocker(`${stdout}\n${stderr}`, { action: 'try' });
  return { code, retryable, message };
}

/** The same for a call of the product's own client. */
async function rejectionOf(call: Promise<unknown>) {
  const { code, retryable } = await call.then(
    () => ({ code: 'NONE', retryable: false }),
    (error: { code: string; retryable: boolean }) => error,
  );
  return { code, retryable };
}

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'decnet-texts-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

const lan = {
  driver: 'macvlan',
  parent: 'eth0',
  subnet: '203.0.113.0/24',
  gateway: '203.0.113.1',
  ipRange: '203.0.113.0/24',
  labels: {},
} as const;

describe('the real engine, when', () => {
  beforeAll(async () => {
    await engine.createNetwork({ ...lan, name: 'texts-lan' });
  });

  it('another network has the subnet', async () => {
    const again = engine.createNetwork({ ...lan, name: 'texts-other', parent: 'lo' });
    expect(await rejectionOf(again)).toEqual({ code: 'POOL_OVERLAP', retryable: false });
  });

  it('another network stands on the interface', async () => {
    const subnet = { subnet: '192.0.2.0/24', gateway: '192.0.2.1', ipRange: '192.0.2.0/24' };
    const again = engine.createNetwork({ ...lan, ...subnet, name: 'texts-other' });
    expect(await rejectionOf(again)).toEqual({ code: 'PARENT_TAKEN', retryable: false });
  });

  it('another network has the name', async () => {
    const subnet = { subnet: '192.0.2.0/24', gateway: '192.0.2.1', ipRange: '192.0.2.0/24' };
    const again = engine.createNetwork({ ...lan, ...subnet, name: 'texts-lan' });
    expect(await rejectionOf(again)).toEqual({ code: 'NETWORK_EXISTS', retryable: false });
  });

  it('the interface is not there', async () => {
    const subnet = { subnet: '192.0.2.0/24', gateway: '192.0.2.1', ipRange: '192.0.2.0/24' };
    const nowhere = engine.createNetwork({ ...lan, ...subnet, name: 'texts-other', parent: 'eth9' });
    expect(await rejectionOf(nowhere)).toEqual({ code: 'PARENT_MISSING', retryable: false });
  });

  it('an address is in use, a name is in use, and a network is', async () => {
    const first = ['run', '--detach', '--init', '--network', 'texts-lan', '--ip', '203.0.113.70'];
    await docker(...first, '--name', 'texts-first', foreignImage);
    expect(await failureOf(...first, '--name', 'texts-second', foreignImage)).toMatchObject({
      code: 'ADDRESS_IN_USE',
      retryable: false,
    });
    expect(await failureOf(...first, '--name', 'texts-first', foreignImage)).toMatchObject({
      code: 'NAME_IN_USE',
      retryable: false,
    });
    const [id = ''] = await docker('network', 'ls', '--quiet', '--no-trunc', '--filter', 'name=texts-lan');
    expect(await rejectionOf(engine.removeNetwork(id))).toEqual({ code: 'NETWORK_IN_USE', retryable: false });
  });

  it('the container does not run whose network another wants to share', async () => {
    await docker('create', '--name', 'texts-base', foreignImage);
    const join = ['run', '--rm', '--network', 'container:texts-base', foreignImage];
    expect(await failureOf(...join)).toMatchObject({ code: 'BASE_NOT_RUNNING', retryable: false });
  });

  it('an image is missing', async () => {
    expect(await failureOf('run', '--rm', '--pull', 'never', 'texts/none:1')).toMatchObject({
      code: 'IMAGE_MISSING',
      retryable: false,
    });
  });

  it('a program is for another processor', async () => {
    await importBrokenProgram('texts/broken:1');
    expect(await failureOf('run', '--name', 'texts-broken', 'texts/broken:1')).toMatchObject({
      code: 'WRONG_ARCHITECTURE',
      retryable: false,
    });
  });

  it('it is not there', async () => {
    const nowhere = ['--host', 'unix:///run/decnet-lab/none.sock'];
    expect(await failureOf(...nowhere, 'ps')).toMatchObject({ code: 'DOCKER_UNREACHABLE', retryable: false });
    const gone = createDocker({ socket: '/run/decnet-lab/none.sock' });
    expect(await rejectionOf(gone.version())).toEqual({ code: 'DOCKER_UNREACHABLE', retryable: false });
  });
});

describe('compose, when', () => {
  it.each([
    ['a key is unknown', 'services:\n  box:\n    image: x\n    imagge: x\n'],
    ['a service is unknown', 'services:\n  box:\n    image: x\n    network_mode: service:none\n'],
    ['it is no YAML', 'services: [\n'],
  ])('%s', async (_what, content) => {
    const folder = await folderWith({ 'compose.yml': content });
    const file = join(folder, 'compose.yml');
    const failure = await failureOf('compose', '--project-name', 'texts', '--file', file, 'up', '--detach');
    expect(failure).toMatchObject({ code: 'COMPOSE_INVALID', retryable: false });
  });

  it('the network of the file is gone', async () => {
    const content = `services:\n  box:\n    image: ${foreignImage}\n    networks: [lan]\nnetworks:\n  lan: { external: true, name: texts-none }\n`;
    const folder = await folderWith({ 'compose.yml': content });
    const file = join(folder, 'compose.yml');
    const failure = await failureOf('compose', '--project-name', 'texts', '--file', file, 'up', '--detach');
    expect(failure).toMatchObject({ code: 'NETWORK_MISSING', retryable: false });
  });
});

describe('a build, when', () => {
  it.each([
    ['a command fails', 'RUN ["/usr/bin/dd", "if=/none"]', 'BUILD_FAILED'],
    ['a file is missing', 'COPY none /none', 'BUILD_FAILED'],
    ['an instruction is unknown', 'RUM true', 'BUILD_FAILED'],
    [
      'there is no space left',
      'RUN --mount=type=tmpfs,target=/full,size=65536 ["/usr/bin/dd", "if=/dev/zero", "of=/full/x", "bs=1M", "count=4"]',
      'NO_SPACE',
    ],
  ])('%s', async (_what, line, code) => {
    const folder = await folderWith({ Dockerfile: `FROM ${foreignImage}\n${line}\n` });
    expect(await failureOf('build', '--no-cache', folder)).toMatchObject({ code, retryable: false });
  });
});

describe('a real registry, when', () => {
  let registry: Registry;
  let known: string;

  beforeAll(async () => {
    registry = await startRegistry(5000);
    known = `${registry.address}/texts/known`;
    await docker('tag', foreignImage, `${known}:1`);
    await docker('push', '--quiet', `${known}:1`);
  });

  afterAll(async () => {
    await registry?.stop();
    await removeForeign({ images: [`${known}:1`] });
  });

  async function buildFrom(image: string) {
    return failureOf('build', '--no-cache', await folderWith({ Dockerfile: `FROM ${image}\n` }));
  }

  it('it has no such tag', async () => {
    const failure = await failureOf('pull', `${known}:2`);
    expect(failure).toMatchObject({ code: 'IMAGE_UNKNOWN', retryable: false });
    expect(failure.message).toContain('manifest unknown');
    expect(await buildFrom(`${known}:2`)).toMatchObject({ code: 'IMAGE_UNKNOWN', retryable: false });
  });

  it('it has no such repository', async () => {
    const none = `${registry.address}/texts/none:1`;
    expect(await failureOf('pull', none)).toMatchObject({ code: 'IMAGE_UNKNOWN', retryable: false });
    expect(await buildFrom(none)).toMatchObject({ code: 'IMAGE_UNKNOWN', retryable: false });
  });

  it('it lets nobody in', async () => {
    const closed = await startRegistry(5001, 'closed');
    onTestFinished(() => closed.stop());
    const image = `${closed.address}/texts/known:1`;
    expect(await failureOf('pull', image)).toMatchObject({ code: 'IMAGE_DENIED', retryable: false });
    expect(await buildFrom(image)).toMatchObject({ code: 'IMAGE_DENIED', retryable: false });
  });

  it('it has been stopped', async () => {
    await registry.stop();
    const image = `${known}:2`;
    expect(await failureOf('pull', image)).toMatchObject({ code: 'REGISTRY_UNREACHABLE', retryable: true });
    expect(await buildFrom(image)).toMatchObject({ code: 'REGISTRY_UNREACHABLE', retryable: true });
  });
});
