import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { registerArchetypes } from '../../src/commands/archetypes.ts';
import { registerDistros } from '../../src/commands/distros.ts';
import { registerServices } from '../../src/commands/services.ts';
import { registerValidate } from '../../src/commands/validate.ts';
import { exitCodes } from '../../src/errors.ts';
import { loadCatalogue } from '../../src/fleet/catalogue.ts';
import { describeArchetype, describeService } from '../../src/fleet/describe.ts';
import { parseFleet } from '../../src/fleet/parse.ts';
import { validateFleet } from '../../src/fleet/validate.ts';
import { templatesFolder } from '../../src/package-root.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';

async function run(...args: string[]): Promise<string> {
  const program = new Command().enablePositionalOptions();
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
  [
    'archetypes',
    /^ARCHETYPE +SERVICES +OS FAMILY +DISTROS +TITLE\n[\s\S]*^web-server +http https ftp ssh +linux/m,
  ],
  [
    'distros',
    /^DISTRO +OS FAMILY +TITLE +DRAWN FOR\n[\s\S]*^hp-m404dn +embedded +HP LaserJet Pro M404dn +printer$/m,
  ],
])('%s is a table', async (command, expected) => {
  expect(await run(command)).toMatch(expected);
});

it.each(['services', 'archetypes', 'distros'])('%s --json is one object a line', async (command) => {
  const lines = (await run(command, '--json')).trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(3);
  for (const line of lines)
    expect(JSON.parse(line)).toMatchObject({ name: expect.any(String), title: expect.any(String) });
});

describe('show', () => {
  it('tells of an archetype what it offers, and on which machines', async () => {
    const text = await run('archetypes', 'show', 'printer');
    expect(text).toMatch(/^printer: Network printer\n\nSERVICE +PORTS +TITLE +OPTIONS\nipp +631\/tcp/);
    expect(text).toMatch(/^DISTRO +OS FAMILY +TITLE +MAC VENDORS +HOST NAMES$/m);
    expect(text).toMatch(
      /^kyocera-m2540dn +embedded +Kyocera ECOSYS M2540dn +kyocera +KM\{NIC\} mfp\{nn\}$/m,
    );
    expect(text).toMatch(
      /\n\nTo paste into a fleet file:\n\ndeckies:\n {2}- archetype: printer\n {4}count: 2\n$/,
    );
  });

  it('tells of a service its ports, what nmap must take it for, and every option', async () => {
    const text = await run('services', 'show', 'ssh');
    expect(text).toContain(
      '\nPorts: 22/tcp\nnmap -sV must take it for: ssh, OpenSSH\nArchetypes that have it: dead',
    );
    expect(text).toMatch(/^OPTION +TYPE +DEFAULT +DESCRIPTION\nbanner +text +"" +Identification line/m);
    expect(text).toMatch(/^accept +list of \{ username, password \} +\[\] +Pairs that are let in/m);
    expect(text).toMatch(/\n {4}config:\n {6}ssh:\n {8}banner: ""\n {8}accept: \[\]\n {8}accept_after: 0\n$/);
  });

  it.each([
    ['archetypes', 'printer', { services: [{ name: 'ipp' }, {}, {}, {}, {}], os_families: ['embedded'] }],
    [
      'services',
      'ssh',
      { ports: [{ port: 22, protocol: 'tcp' }], nmap: { service: 'ssh', product: 'OpenSSH' } },
    ],
  ])('of %s is one JSON object with --json', async (command, name, expected) => {
    expect(JSON.parse(await run(command, 'show', name, '--json'))).toMatchObject({ name, ...expected });
  });

  it.each([
    ['archetypes', 'pinter', 'NO_SUCH_ARCHETYPE', 'unknown archetype "pinter"; did you mean "printer"?'],
    ['services', 'sssh', 'NO_SUCH_SERVICE', 'unknown service "sssh"; did you mean "ssh"?'],
  ])('of %s names the nearest when there is no %s', async (command, name, code, message) => {
    await expect(run(command, 'show', name)).rejects.toMatchObject({
      code,
      message,
      hint: `List them with: decnet ${command}`,
      exitCode: exitCodes.usage,
    });
  });

  it('gives examples that are valid fleets, of every archetype and service', async () => {
    const catalogue = await loadCatalogue(templatesFolder());
    const examples = [
      ...[...catalogue.archetypes.keys()].map((name) => describeArchetype(name, catalogue)),
      ...[...catalogue.services.keys()].map((name) => describeService(name, catalogue)),
    ];
    for (const { name, example } of examples) {
      expect(Object.keys(parse(example)), name).toEqual(['deckies']);
      expect(validateFleet(parseFleet(example, name, catalogue), catalogue, null).services).toBeGreaterThan(
        0,
      );
    }
  });
});

describe('validate says of a fleet file, with line, column and what would be right,', () => {
  const decky = (rest: string) => `deckies:\n  - archetype: linux-server\n    ${rest}\n`;

  it.each([
    [
      'an archetype that does not exist',
      'deckies: [{ archetype: pinter }]\n',
      '1:24: unknown archetype "pinter"; did you mean "printer"?',
    ],
    [
      'an unknown option of a service',
      decky('config: { ssh: { bannr: x } }'),
      '3:22: unknown key "bannr"; did you mean "banner"?',
    ],
    [
      'a service that it does not have',
      decky('config: { ftp: {} }'),
      '3:15: options for ftp, which this decky does not have; it has: ssh, http',
    ],
    [
      'a service that is given twice',
      decky('services: [ssh, http, ssh]'),
      '3:27: service ssh is given twice',
    ],
    [
      'a device that it cannot be',
      decky('distro: hp-m404dn'),
      '3:13: archetype linux-server cannot be hp-m404dn; it can be: debian, ubuntu22, rocky9',
    ],
    [
      'a system of another family',
      decky('distro: windows-11'),
      '3:13: distro windows-11 is windows, but archetype linux-server is linux',
    ],
    [
      'a banner with a newline',
      decky('config: { ssh: { banner: "SSH-2.0-x\\nSSH-2.0-y" } }'),
      String.raw`3:30: "SSH-2.0-x\nSSH-2.0-y" does not match /^(SSH-2\.0-[ -~]{1,200})?$/; it has a line break in it`,
    ],
    [
      'a domain that is none',
      `domain: corp\n${decky('count: 1')}`,
      '1:9: "corp" is not a domain of two or more names, e.g. corp.example',
    ],
  ])('%s', async (_what, text, expected) => {
    const file = join(await temporaryFolder(), 'fleet.yaml');
    await writeFile(file, text);
    await expect(run('validate', file)).rejects.toMatchObject({
      message: `${file}:${expected}`,
      exitCode: exitCodes.usage,
    });
  });
});

it('validate tells what a fleet holds, as text and as JSON', async () => {
  const file = join(await temporaryFolder(), 'fleet.yaml');
  await writeFile(file, 'deckies: [{ archetype: web-server, count: 2 }]\n');
  expect(await run('validate', file)).toBe(
    `${file} is valid: fleet decnet, 2 deckies, 8 services (checked against the file alone)\n`,
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
