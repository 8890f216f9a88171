import { readdir } from 'node:fs/promises';
import { expect } from 'vitest';
import type { Ended } from './on-lab.ts';
import type { Site } from './site.ts';
import { type HostWorld, lookAround } from './world.ts';

/** One clear message: no trace, no bug, nothing on stdout that a program would take for a result. */
export function expectRefusal(ended: Ended, exitCode: number, ...said: readonly (string | RegExp)[]): void {
  const { stderr } = ended;
  for (const text of said) expect(stderr).toMatch(text instanceof RegExp ? text : new RegExp(escaped(text)));
  expect(stderr).not.toMatch(/^\s+at |defect in decnet|node:internal/m);
  expect({ exitCode: ended.exitCode, stdout: ended.stdout }).toEqual({ exitCode, stdout: '' });
}

function escaped(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}

/** Neither the lab's host nor the site's folder is other than before. */
export async function expectNothingChanged(
  site: Site,
  before: HostWorld,
  files: readonly string[] = ['fleet.yaml'],
): Promise<void> {
  expect(await lookAround()).toEqual(before);
  expect((await readdir(site.folder)).sort()).toEqual([...files].sort());
}
