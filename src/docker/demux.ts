import { DecnetError } from '../errors.ts';

/** One message of a container's log, as the engine sent it. */
export interface Frame {
  readonly stream: 'stdout' | 'stderr';
  readonly payload: Buffer;
}

const headerLength = 8;

/** Docker splits messages at 16 kB; a far longer one means that this is no multiplexed stream. */
const longest = 1 << 20;

/**
 * Takes a multiplexed stream apart (Engine API, "Stream format" of ContainerAttach: a byte for the stream, three
 * zeroes, the length in four bytes big-endian, the payload). Answers the frames that a chunk completes.
 */
export function createDemultiplexer(): (chunk: Buffer) => readonly Frame[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const frames: Frame[] = [];
    while (rest.length >= headerLength) {
      const length = frameLength(rest);
      const end = headerLength + length;
      if (rest.length < end) break;
      frames.push({ stream: rest[0] === 2 ? 'stderr' : 'stdout', payload: rest.subarray(headerLength, end) });
      rest = rest.subarray(end);
    }
    return frames;
  };
}

function frameLength(bytes: Buffer): number {
  const length = bytes.readUInt32BE(4);
  const isHeader = (bytes[0] ?? 0) <= 2 && bytes[1] === 0 && bytes[2] === 0 && bytes[3] === 0;
  if (isHeader && length <= longest) return length;
  throw new DecnetError(
    `The log is no multiplexed stream: it has ${bytes.toString('hex', 0, 8)} for a header.`,
    {
      code: 'LOG_STREAM_INVALID',
      hint: 'A container with a terminal (`tty: true`) has such a log; ours have none, so look who made this one.',
    },
  );
}
