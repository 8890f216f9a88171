import { describe, expect, it } from 'vitest';
import { pathsOf, statePathOf } from '../../src/state/paths.ts';

describe('the folder of generated files', () => {
  it('is one for each state file, though they lie in one folder', () => {
    const states = ['/srv/decnet-state.json', '/srv/office.json', '/srv/office', '/srv/.decnet'];
    const folders = states.map((state) => pathsOf(state).generated);
    expect(folders[0]).toBe('/srv/.decnet');
    expect(new Set(folders).size).toBe(states.length);
    // None within another: a teardown removes its own.
    for (const one of folders) expect(folders.filter((other) => other.startsWith(`${one}/`))).toEqual([]);
  });

  it.each(['/srv/decnet-state.json', '/srv/office.json'])('tells that it is of %s', (state) => {
    expect(statePathOf(pathsOf(state).generated)).toBe(state);
  });

  it.each(['/srv', '/srv/.decnetic', '/'])('is not %s', (folder) => {
    expect(statePathOf(folder)).toBeNull();
  });
});
