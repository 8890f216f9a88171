import { z } from 'zod';

/** When a rule sees a packet, as templates/os-families.yaml tells. */
const moments = z.enum(['sets', 'arriving', 'received', 'handshakes', 'resets', 'leaving']);

/** Rules of nft(8) that make a network stack look like another OS family's, one statement each. None: Linux as it is. */
export const disguiseSchema = z.partialRecord(moments, z.array(z.string()));

export type Disguise = Readonly<z.infer<typeof disguiseSchema>>;

/** The same as blocks of text, where comments and empty lines may stand. */
export const disguiseTextSchema = z.partialRecord(
  moments,
  z.string().transform((text) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#')),
  ),
);
