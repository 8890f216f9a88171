import { afterEach, describe, expect, it } from 'vitest';
import type { Docker } from '../../src/docker/docker.ts';
import { createDocker } from '../../src/docker/dockerode.ts';
import { type FakeEngine, json, startEngine } from './engine.ts';
import { frame } from './frames.ts';

const open: FakeEngine[] = [];

async function engine(
  routes: Parameters<typeof startEngine>[0],
): Promise<{ docker: Docker; engine: FakeEngine }> {
  const started = await startEngine(routes);
  open.push(started);
  return { docker: createDocker({ socket: started.socket }), engine: started };
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((started) => started.close()));
});

const network = {
  Id: 'n1',
  Name: 'decnet-office',
  Driver: 'macvlan',
  Options: { parent: 'eth0', macvlan_mode: 'bridge' },
  Labels: null,
  IPAM: { Config: [{ Subnet: '198.51.100.0/24', IPRange: '198.51.100.64/27' }] },
};

describe('the engine', () => {
  it('that does not answer is named by its socket', async () => {
    await expect(createDocker({ socket: '/nowhere/docker.sock' }).version()).rejects.toMatchObject({
      code: 'DOCKER_UNREACHABLE',
      message: expect.stringContaining('/nowhere/docker.sock'),
    });
  });

  it('tells its version and where it keeps its data', async () => {
    const { docker } = await engine({
      'GET /version': json({ Version: '26.1.5+dfsg1', ApiVersion: '1.45', Os: 'linux' }),
      'GET /info': json({ DockerRootDir: '/var/lib/docker' }),
    });
    expect(await docker.version()).toEqual({
      version: '26.1.5',
      rootDir: '/var/lib/docker',
    });
  });

  it('with a reply of another shape is not guessed at', async () => {
    const { docker } = await engine({ 'GET /networks': json([{ Id: 1 }]) });
    await expect(docker.listNetworks()).rejects.toMatchObject({ code: 'DOCKER_REPLY_UNKNOWN' });
  });
});

describe('a network', () => {
  it('is found by its exact name among those that only contain it, and inspected by id', async () => {
    const { docker, engine: started } = await engine({
      'GET /networks': json([{ ...network, Id: 'n0', Name: 'decnet-office-2' }, network]),
      'GET /networks/n1': json({ ...network, Containers: { c1: { Name: 'decnet-office.files-7' } } }),
    });
    expect(await docker.inspectNetwork('decnet-office')).toEqual({
      id: 'n1',
      name: 'decnet-office',
      driver: 'macvlan',
      options: { parent: 'eth0', macvlan_mode: 'bridge' },
      pools: [{ subnet: '198.51.100.0/24', gateway: null, ipRange: '198.51.100.64/27' }],
      labels: {},
      containers: ['decnet-office.files-7'],
    });
    expect(started.requests).toEqual([
      'GET /networks?filters={"name":["decnet-office"]}',
      'GET /networks/n1',
    ]);
  });

  it('is none when only longer names match, and when it goes while we look', async () => {
    const other = await engine({ 'GET /networks': json([{ ...network, Name: 'decnet-office-2' }]) });
    expect(await other.docker.inspectNetwork('decnet-office')).toBeNull();
    const going = await engine({ 'GET /networks': json([network]) });
    expect(await going.docker.inspectNetwork('decnet-office')).toBeNull();
  });

  it('of a name that two share is nobody we would touch', async () => {
    const { docker } = await engine({ 'GET /networks': json([network, { ...network, Id: 'n2' }]) });
    await expect(docker.inspectNetwork('decnet-office')).rejects.toMatchObject({ code: 'NETWORK_AMBIGUOUS' });
  });

  it('is made with its parent, range and labels, and known by its id', async () => {
    const { docker, engine: started } = await engine({
      'POST /networks/create': json({ Id: 'n1', Warning: '' }, 201),
    });
    const spec = {
      name: 'decnet-office',
      driver: 'macvlan',
      parent: 'eth0',
      subnet: '198.51.100.0/24',
      gateway: null,
      ipRange: '198.51.100.64/27',
      labels: { 'decnet.deployment': 'office' },
    };
    expect(await docker.createNetwork(spec)).toBe('n1');
    expect(started.bodies).toEqual([
      {
        Name: 'decnet-office',
        Driver: 'macvlan',
        CheckDuplicate: true,
        EnableIPv6: false,
        Options: { parent: 'eth0', macvlan_mode: 'bridge' },
        IPAM: { Driver: 'default', Config: [{ Subnet: '198.51.100.0/24', IPRange: '198.51.100.64/27' }] },
        Labels: { 'decnet.deployment': 'office' },
      },
    ]);
  });

  it('that is gone is removed; one in use is not', async () => {
    const { docker } = await engine({
      'DELETE /networks/n1': json(
        { message: 'error while removing network: network decnet-office id n1 has active endpoints' },
        403,
      ),
    });
    await expect(docker.removeNetwork('n9')).resolves.toBeUndefined();
    await expect(docker.removeNetwork('n1')).rejects.toMatchObject({
      code: 'NETWORK_IN_USE',
      retryable: false,
    });
  });
});

describe('an image', () => {
  it('that is gone is removed, and one in use is left', async () => {
    const { docker } = await engine({
      'DELETE /images/decnet/ssh:1': json(
        { message: 'conflict: unable to remove repository reference' },
        409,
      ),
    });
    expect(await docker.removeImage('decnet/ssh:1')).toBe('in-use');
    expect(await docker.removeImage('decnet/ftp:1')).toBe('removed');
  });

  it('is imported with its labels, and a failure told within the reply is one', async () => {
    const { docker, engine: started } = await engine({
      'POST /images/create': json({ errorDetail: {}, error: 'write /x: no space left on device' }),
    });
    await expect(
      docker.importImage(import.meta.filename, 'decnet/root:1', { 'decnet.image': 'a "b" $c' }),
    ).rejects.toMatchObject({ code: 'NO_SPACE' });
    expect(started.requests[0]).toBe(
      'POST /images/create?repo=decnet/root&tag=1&changes=LABEL "decnet.image"="a \\"b\\" \\$c"&fromSrc=-',
    );
  });
});

describe('containers', () => {
  it('are listed by label in one call, running or not', async () => {
    const { docker, engine: started } = await engine({
      'GET /containers/json': json([
        {
          Id: 'c2',
          Names: ['/decnet-office.files-7.ssh'],
          State: 'exited',
          Status: 'Exited (1) 3 seconds ago',
          ImageID: 'sha256:1',
          Labels: { 'decnet.decky': 'files-7' },
          HostConfig: { NetworkMode: 'container:c1' },
        },
      ]),
    });
    expect(await docker.listContainers('decnet.deployment', 'office')).toMatchObject([
      { name: 'decnet-office.files-7.ssh', state: 'exited', networkMode: 'container:c1' },
    ]);
    expect(started.requests).toEqual([
      'GET /containers/json?all=true&filters={"label":["decnet.deployment=office"]}',
    ]);
  });

  it('that are gone are removed, and null when looked at', async () => {
    const { docker } = await engine({});
    await expect(docker.removeContainer('c9')).resolves.toBeUndefined();
    expect(await docker.inspectContainer('c9')).toBeNull();
  });
});

describe('a log', () => {
  const stamp = '2026-01-01T00:00:00.123456789Z';

  it('comes line by line with stream and time', async () => {
    const { docker, engine: started } = await engine({
      'GET /containers/c1/logs': (_request, response) => {
        response.end(Buffer.concat([frame(1, `${stamp} one\n`), frame(2, `${stamp} two\n`)]));
      },
    });
    const lines = [];
    const options = { follow: false, since: stamp, tail: 5, signal: new AbortController().signal };
    for await (const line of docker.logs('c1', options)) lines.push(line);
    expect(lines).toEqual([
      { time: stamp, stream: 'stdout', text: 'one' },
      { time: stamp, stream: 'stderr', text: 'two' },
    ]);
    expect(started.requests[0]).toBe(
      'GET /containers/c1/logs?stdout=true&stderr=true&timestamps=true&follow=false&tail=5&since=1767225600.123456789',
    );
  });

  it('that is followed ends quietly when nobody wants more', async () => {
    const { docker } = await engine({
      'GET /containers/c1/logs': (_request, response) => {
        response.write(frame(1, `${stamp} one\n`));
      },
    });
    const controller = new AbortController();
    const lines = [];
    for await (const line of docker.logs('c1', { follow: true, signal: controller.signal })) {
      lines.push(line.text);
      controller.abort();
    }
    expect(lines).toEqual(['one']);
  });

  it('with a pause is read in pieces, and whole', async () => {
    const { docker } = await engine({
      'GET /containers/c1/logs': (_request, response) => {
        response.write(frame(1, `${stamp} one\n`));
        setTimeout(() => response.write(frame(1, `${stamp} two\n`)), 20);
        setTimeout(() => response.end(frame(2, `${stamp} three\n`)), 40);
      },
    });
    const lines = [];
    const options = { follow: true, pause: 100, signal: new AbortController().signal };
    for await (const line of docker.logs('c1', options)) lines.push(line.text);
    expect(lines).toEqual(['one', 'two', 'three']);
  });

  it('with a pause ends at once when nobody wants more', async () => {
    const { docker } = await engine({
      'GET /containers/c1/logs': (_request, response) => {
        response.write(frame(1, `${stamp} one\n`));
      },
    });
    const signal = AbortSignal.timeout(50);
    const lines = [];
    for await (const line of docker.logs('c1', { follow: true, pause: 3_600_000, signal })) lines.push(line);
    expect(lines).toHaveLength(1);
  });

  it('of a container that is gone is an error', async () => {
    const { docker } = await engine({
      'GET /containers/c9/logs': json({ message: 'No such container: c9' }, 404),
    });
    const lines = docker.logs('c9', { follow: false, signal: new AbortController().signal });
    await expect(lines[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'CONTAINER_MISSING' });
  });
});

describe('changes of containers', () => {
  const started = '{"Type":"container","Action":"start","Actor":{"ID":"c1"}}\n';

  async function watched(signal: AbortSignal, ...chunks: readonly string[]) {
    const { docker, engine: fake } = await engine({
      'GET /events': (_request, response) => {
        response.flushHeaders();
        chunks.forEach((chunk, index) => {
          setTimeout(() => response.write(chunk), 20 * (index + 1));
        });
        setTimeout(() => response.end(), 20 * (chunks.length + 1));
      },
    });
    const ids: string[] = [];
    for await (const { id } of await docker.watchContainers('decnet.deployment', signal)) ids.push(id);
    return { ids, requests: fake.requests };
  }

  const never = new AbortController().signal;

  it('are starts, ends and removals of those that bear the label', async () => {
    const { ids, requests } = await watched(never, started, started.replace('c1', 'c2'));
    expect(ids).toEqual(['c1', 'c2']);
    expect(requests).toEqual([
      'GET /events?filters={"label":["decnet.deployment"],"type":["container"],"event":["start","die","destroy"]}',
    ]);
  });

  it('are found in pieces, and several in one', async () => {
    const { ids } = await watched(never, started.slice(0, 30), `${started.slice(30)}${started}`, '\n');
    expect(ids).toEqual(['c1', 'c1']);
  });

  it('that are not understood are changes of nobody: somebody looks all the same', async () => {
    expect((await watched(never, 'oops\n', '{"Actor":{}}\n')).ids).toEqual(['', '']);
  });

  it('can be waited for as soon as the engine listens, and end quietly with the signal', async () => {
    const { docker } = await engine({ 'GET /events': (_request, response) => response.flushHeaders() });
    const controller = new AbortController();
    const changes = await docker.watchContainers('decnet.deployment', controller.signal);
    setTimeout(() => controller.abort(), 20);
    for await (const change of changes) expect(change).toBeNull();
  });

  it('end with an error when the engine dies in the middle', async () => {
    const { docker } = await engine({
      'GET /events': (_request, response) => {
        response.write(started);
        setTimeout(() => response.destroy(), 20);
      },
    });
    const changes = await docker.watchContainers('decnet.deployment', never);
    const all = async (): Promise<void> => {
      for await (const { id } of changes) expect(id).toBe('c1');
    };
    await expect(all()).rejects.toMatchObject({ message: expect.stringContaining('watch the containers') });
  });
});
