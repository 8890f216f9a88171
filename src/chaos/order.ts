import { z } from 'zod';

/** What a worker is told to do: one command, and what happens to it where. Crosses to its process as JSON. */
export const orderSchema = z.object({
  command: z.enum(['deploy', 'resume', 'rollback', 'teardown']),
  /** For a teardown: only these. */
  deckies: z.array(z.string()),
  fleetFile: z.string(),
  stateFile: z.string(),
  /** Null: nothing, so that its boundaries can be counted. */
  at: z
    .object({
      /** Its number from 0, or its name: the first of that name. */
      boundary: z.union([z.int().nonnegative(), z.string()]),
      /** A signal that the process sends itself, or its clock goes a day back. */
      event: z.enum(['SIGKILL', 'SIGINT', 'SIGTERM', 'SIGHUP', 'SIGSTOP', 'clock-back']),
    })
    .nullable(),
});

export type Order = Readonly<z.infer<typeof orderSchema>>;
