import { z } from 'zod';
import { createEngineClient } from './engine-client.ts';

/** What an engine tells of itself, as a bug report needs it. */
const detailsSchema = z
  .object({
    Driver: z.string().default(''),
    CgroupVersion: z.string().default(''),
    CgroupDriver: z.string().default(''),
    SecurityOptions: z
      .array(z.string())
      .nullish()
      .transform((value) => value ?? []),
    LiveRestoreEnabled: z.boolean().default(false),
    Containers: z.int().default(0),
    Warnings: z
      .array(z.string())
      .nullish()
      .transform((value) => value ?? []),
  })
  .transform((info) => ({
    'storage driver': info.Driver,
    cgroups: `version ${info.CgroupVersion}, driver ${info.CgroupDriver}`,
    security: info.SecurityOptions.join(' '),
    'live restore': info.LiveRestoreEnabled ? 'on' : 'off',
    containers: String(info.Containers),
    warnings: info.Warnings.join('; '),
  }));

/** Of the engine that `DOCKER_HOST` names. Rejects with `DOCKER_UNREACHABLE`. */
export function readEngineDetails(): Promise<Readonly<Record<string, string>>> {
  return createEngineClient().ask('ask the Docker Engine about itself', detailsSchema, (docker) =>
    docker.info(),
  );
}
