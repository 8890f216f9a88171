import { realpath } from 'node:fs/promises';
import { DecnetError, exitCodes, hasCode } from '../errors.ts';
import { openLogFile } from './log-file.ts';

/** What belongs to a file of collected events; all lies beside it, so that two collectors with two files share nothing. */
export interface CollectFiles {
  readonly log: string;
  /** How far was read. */
  readonly position: string;
  readonly lock: string;
  /** Folder of what waits for webhooks. */
  readonly alerts: string;
}

/**
 * The file that is to be written, made where there is none, and what belongs to it. Links are followed: one file has
 * one lock. Rejects with `OUTPUT_NOT_WRITABLE` (exit code 3) or `OUTPUT_INVALID` (exit code 2).
 */
export async function collectFiles(path: string): Promise<CollectFiles> {
  try {
    const file = await openLogFile(path);
    const isRegular = await file.stat().then((stat) => stat.isFile());
    await file.close();
    if (!isRegular) throw invalid(path, 'it is no regular file');
    const log = await realpath(path);
    return { log, position: `${log}.position`, lock: `${log}.lock`, alerts: `${log}.alerts` };
  } catch (error) {
    throw error instanceof DecnetError ? error : whyNot(path, error);
  }
}

function whyNot(path: string, error: unknown): DecnetError {
  const reason = ['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG'].find((code) =>
    hasCode(error, code),
  );
  if (reason === 'EISDIR') return invalid(path, 'it is a folder', error);
  if (reason !== undefined) return invalid(path, 'there is no such folder', error);
  return new DecnetError(`Cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`, {
    code: 'OUTPUT_NOT_WRITABLE',
    hint: 'Nothing was collected. Name a file that this user may write with --output, or run decnet as root.',
    exitCode: exitCodes.refused,
    cause: error,
  });
}

function invalid(path: string, why: string, cause?: unknown): DecnetError {
  return new DecnetError(`Cannot collect into ${path}: ${why}`, {
    code: 'OUTPUT_INVALID',
    hint: 'Name a file, in a folder that is there, with --output.',
    exitCode: exitCodes.usage,
    cause,
  });
}
