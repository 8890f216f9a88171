import { readdir, readlink } from 'node:fs/promises';

/**
 * What a base says of itself (templates/runtime/marks.py). `egress`: digest of its rules, or `open`; it takes that
 * back where somebody changes them. `refused`: `none`, until a packet was. `announced`: `once`.
 */
export type BaseMarks = ReadonlyMap<string, string>;

const mark = /^\/memfd:decnet-([a-z]+)-(\S+) \(deleted\)$/;

/** Of the process with this id, none when it is gone; null where this process may not look. */
export async function readMarks(pid: number): Promise<BaseMarks | null> {
  const folder = `/proc/${pid}/fd`;
  try {
    const names = await Promise.all(
      // One that was closed meanwhile says nothing any more.
      (await readdir(folder)).map((descriptor) => readlink(`${folder}/${descriptor}`).catch(() => '')),
    );
    return new Map(names.flatMap((name) => toMark(mark.exec(name))));
  } catch (error) {
    const isForbidden = error instanceof Error && 'code' in error && error.code === 'EACCES';
    return isForbidden ? null : new Map();
  }
}

function toMark(found: RegExpExecArray | null): readonly (readonly [string, string])[] {
  const [, about, what] = found ?? [];
  return about === undefined || what === undefined ? [] : [[about, what]];
}
