/** Takes lines for a stream, and loses them quietly once nobody reads it: showing never ends a run. */
export interface Sink {
  line(text: string): void;
  /** Resolves when what was written has been handed over. */
  flush(): Promise<void>;
}

/** A stream whose reader is gone (`| head`, a closed terminal) reports an error, which would end the process. */
export function openSink(stream: NodeJS.WritableStream): Sink {
  let isOpen = true;
  stream.on('error', () => {
    isOpen = false;
  });
  return {
    line: (text) => {
      if (isOpen) stream.write(`${text}\n`);
    },
    flush: async () => {
      if (isOpen) await new Promise<void>((resolve) => stream.write('', () => resolve()));
    },
  };
}
