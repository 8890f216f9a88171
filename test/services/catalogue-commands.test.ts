import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, expect, it, vi } from 'vitest';
import { registerArchetypes } from '../../src/commands/archetypes.ts';
import { registerDistros } from '../../src/commands/distros.ts';
import { registerServices } from '../../src/commands/services.ts';
import { registerValidate } from '../../src/commands/validate.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';

async function run(...args: string[]): Promise<string> {
  const program = new Command();
  for (const register of [registerArchetypes, registerDistros, registerServices]) register(program);
  registerValidate(program);
  let output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    output += String(chunk);
    return true;
  });
  await program.parseAsync(args, { from: 'user' });
  return output;
}

afterEach(() => {
  vi.restoreAllMocks();
});

it.each([
  ['services', /^SERVICE +PORTS +TITLE +OPTIONS\n[\s\S]*^ssh +22\/tcp +OpenSSH server +banner/m],
  ['archetypes', /^ARCHETYPE +SERVICES +OS FAMILY +DISTROS +TITLE\n[\s\S]*^web-server +http ftp +linux/m],
  ['distros', /^DISTRO +OS FAMILY +TITLE\ndebian +linux +Debian 12\n/],
])('%s is a table', async (command, expected) => {
  expect(await run(command)).toMatch(expected);
});

it.each(['services', 'archetypes', 'distros'])('%s --json is one object a line', async (command) => {
  const lines = (await run(command, '--json')).trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(3);
  for (const line of lines)
    expect(JSON.parse(line)).toMatchObject({ name: expect.any(String), title: expect.any(String) });
});

it('validate tells what a fleet holds, as text and as JSON', async () => {
  const file = join(await temporaryFolder(), 'fleet.yaml');
  await writeFile(file, 'deckies: [{ archetype: web-server, count: 2 }]\n');
  expect(await run('validate', file)).toBe(
    `${file} is valid: fleet decnet, 2 deckies, 4 services (checked against the file alone)\n`,
  );
  expect(JSON.parse(await run('validate', file, '--json'))).toMatchObject({
    deckies: 2,
    checkedAgainst: null,
  });
});

it('validate rejects with all errors of the file', async () => {
  const file = join(await temporaryFolder(), 'fleet.yaml');
  await writeFile(file, 'nmae: a\ndeckies: [{ archetype: web-sever }]\n');
  await expect(run('validate', file)).rejects.toThrow(
    `${file}:1:1: unknown key "nmae"; did you mean "name"?\n${file}:2:24: unknown archetype "web-sever"; did you mean "web-server"?`,
  );
});
