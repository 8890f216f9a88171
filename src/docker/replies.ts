import { z } from 'zod';
import type { Container, ContainerDetail, EngineInfo, Image, Network } from './docker.ts';

/** Docker leaves out, or sends as null, what is empty. */
const strings = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});

const poolSchema = z.object({
  Subnet: z.string().default(''),
  Gateway: z.string().nullish(),
  IPRange: z.string().nullish(),
});

export const networkSchema = z
  .object({
    Id: z.string(),
    Name: z.string(),
    Driver: z.string(),
    Options: strings,
    Labels: strings,
    IPAM: z.object({ Config: z.array(poolSchema).nullish() }).nullish(),
    Containers: z.record(z.string(), z.object({ Name: z.string() })).nullish(),
  })
  .transform(
    (reply): Network => ({
      id: reply.Id,
      name: reply.Name,
      driver: reply.Driver,
      options: reply.Options,
      pools: (reply.IPAM?.Config ?? []).map((pool) => ({
        subnet: pool.Subnet,
        gateway: pool.Gateway || null,
        ipRange: pool.IPRange || null,
      })),
      labels: reply.Labels,
      containers: Object.values(reply.Containers ?? {}).map((container) => container.Name),
    }),
  );

export const networkListSchema = z.array(networkSchema);

/** dockerode makes a network of its own out of the reply. */
export const createdSchema = z.object({ id: z.string() }).transform((network) => network.id);

const endpointSchema = z.object({ IPAddress: z.string().default(''), MacAddress: z.string().default('') });

const attachedSchema = z.object({ Networks: z.record(z.string(), endpointSchema).nullish() });

export const containerListSchema = z.array(
  z
    .object({
      Id: z.string(),
      Names: z.array(z.string()).nullish(),
      State: z.string(),
      Status: z.string(),
      ImageID: z.string(),
      Labels: strings,
      HostConfig: z.object({ NetworkMode: z.string().default('') }),
      NetworkSettings: attachedSchema.nullish(),
    })
    .transform(
      (reply): Container => ({
        id: reply.Id,
        name: (reply.Names?.[0] ?? '').replace(/^\//, ''),
        state: reply.State,
        status: reply.Status,
        imageId: reply.ImageID,
        labels: reply.Labels,
        networkMode: reply.HostConfig.NetworkMode,
        addresses: Object.values(reply.NetworkSettings?.Networks ?? {})
          .map(({ IPAddress }) => IPAddress)
          .filter((address) => address !== ''),
        networks: Object.keys(reply.NetworkSettings?.Networks ?? {}),
      }),
    ),
);

export const containerSchema = z
  .object({
    Id: z.string(),
    Name: z.string(),
    State: z.object({
      Running: z.boolean(),
      Pid: z.int(),
      ExitCode: z.int(),
      StartedAt: z.string(),
      Error: z.string().default(''),
    }),
    HostConfig: z.object({ NetworkMode: z.string() }),
    NetworkSettings: attachedSchema,
  })
  .transform(
    (reply): ContainerDetail => ({
      id: reply.Id,
      name: reply.Name.replace(/^\//, ''),
      running: reply.State.Running,
      pid: reply.State.Pid,
      exitCode: reply.State.ExitCode,
      startedAt: reply.State.StartedAt,
      error: reply.State.Error,
      addresses: Object.fromEntries(
        Object.entries(reply.NetworkSettings.Networks ?? {}).map(([name, endpoint]) => [
          name,
          { ip: endpoint.IPAddress, mac: endpoint.MacAddress.toLowerCase() },
        ]),
      ),
      networkMode: reply.HostConfig.NetworkMode,
    }),
  );

export const imageListSchema = z.array(
  z
    .object({ Id: z.string(), RepoTags: z.array(z.string()).nullish(), Labels: strings })
    .transform((reply): Image => ({ id: reply.Id, tags: taggedOnly(reply.RepoTags), labels: reply.Labels })),
);

export const engineSchema = z
  .object({
    version: z.object({ Version: z.string() }),
    info: z.object({ DockerRootDir: z.string() }),
  })
  .transform(
    ({ version, info }): EngineInfo => ({
      // Debian writes `26.1.5+dfsg1`.
      version: version.Version.replace(/[+~-].*$/, ''),
      rootDir: info.DockerRootDir,
    }),
  );

function taggedOnly(tags: readonly string[] | null | undefined): readonly string[] {
  return (tags ?? []).filter((tag) => tag !== '<none>:<none>');
}
