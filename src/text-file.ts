import { createReadStream } from 'node:fs';

/** What a file holds, as far as it may be read as text. */
export type TextFile =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'not-utf8' };

/**
 * Reads a file of at most `limit` bytes as UTF-8, without a byte order mark. Rejects with what the system says
 * (`ENOENT`, `EISDIR`).
 */
export async function readTextFile(path: string, limit: number): Promise<TextFile> {
  const chunks: Buffer[] = [];
  let size = 0;
  // One byte more than the limit, whatever the file says of its size: it may be a pipe or a device.
  for await (const chunk of createReadStream(path, { end: limit })) {
    chunks.push(chunk);
    size += chunk.length;
  }
  if (size > limit) return { kind: 'too-long' };
  const text = decode(Buffer.concat(chunks));
  return text === null ? { kind: 'not-utf8' } : { kind: 'text', text };
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Why a file cannot be read, in words. */
export function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'reading it is not allowed',
};
