import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DecnetError } from '../../src/errors.ts';
import { fleetFromObject, parseFleet, readFleetFile } from '../../src/fleet/parse.ts';
import { catalogue } from './catalogue-fixture.ts';
import { temporaryFolder } from './temporary-folder.ts';

function problemsOf(text: string): string[] {
  return messageOf(() => parseFleet(text, 'fleet.yaml', catalogue)).split('\n');
}

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof DecnetError && error.code === 'FLEET_INVALID' && error.exitCode === 2)
      return error.message;
    throw error;
  }
  return 'no error';
}

const deckies = 'deckies:\n  - archetype: web-server\n';

describe('a fleet file of right form', () => {
  it('gets the defaults and nothing else', () => {
    expect(parseFleet(deckies, 'fleet.yaml', catalogue).fleet).toEqual({
      name: 'decnet',
      network: { driver: 'macvlan' },
      egress: { policy: 'closed', allow: [] },
      limits: { memory: '256m', pids: 64, cpus: 1 },
      alerts: [],
      deckies: [{ archetype: 'web-server' }],
    });
  });

  it('may use anchors for what deckies share', () => {
    const text = `deckies:
  - { archetype: web-server, config: &shared { ssh: { tries: 2 } } }
  - { archetype: web-server, config: *shared }
`;
    const { fleet } = parseFleet(text, 'fleet.yaml', catalogue);
    expect(fleet.deckies[1]?.config).toEqual({ ssh: { tries: 2 } });
  });

  it('may come as a plain object', () => {
    const { fleet, positions } = fleetFromObject({ deckies: [{ archetype: 'web-server' }] }, catalogue);
    expect(fleet.name).toBe('decnet');
    expect(positions).toBeUndefined();
  });
});

describe('a fleet file of wrong form', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'an unknown key in a decky',
      'deckies:\n  - archetype: web-server\n    servces: [ssh]\n',
      ['fleet.yaml:3:5: unknown key "servces"; did you mean "services"?'],
    ],
    [
      'an unknown key at the top',
      `nme: office\n${deckies}`,
      ['fleet.yaml:1:1: unknown key "nme"; did you mean "name"?'],
    ],
    [
      'an unknown key in the network, near none',
      `network: { vlan: 7 }\n${deckies}`,
      ['fleet.yaml:1:12: unknown key "vlan"; known: driver, interface, subnet, gateway, range'],
    ],
    [
      'a destination that is no address, and a protocol without a port',
      `egress: { allow: [{ to: example.org }, { to: 192.0.2.1, protocol: udp }] }\n${deckies}`,
      [
        'fleet.yaml:1:25: "example.org" is not an IPv4 address or network',
        'fleet.yaml:1:67: protocol needs a port',
      ],
    ],
    [
      'limits that no service fits in',
      `limits: { memory: 8m, pids: 2, cpus: 0 }\n${deckies}`,
      [
        'fleet.yaml:1:19: memory is at least 16m',
        'fleet.yaml:1:29: 2 is too small: at least 8',
        'fleet.yaml:1:38: 0 is too small: at least 0.05',
      ],
    ],
    ['a missing archetype', 'deckies:\n  - name: a\n', ['fleet.yaml:2:5: key "archetype" is missing']],
    ['no deckies key', 'name: office\n', ['fleet.yaml:1:1: key "deckies" is missing']],
    [
      'an empty list of deckies',
      'name: office\ndeckies: []\n',
      ['fleet.yaml:2:10: a fleet needs at least one decky'],
    ],
    ['deckies left empty', 'deckies:\n', ['fleet.yaml:1:1: expected a list, got nothing']],
    [
      'a number where text is due',
      `seed: 7\n${deckies}`,
      ['fleet.yaml:1:7: expected text, got 7; put it in quotes'],
    ],
    [
      'a wrong driver',
      `network: { driver: macvlann }\n${deckies}`,
      ['fleet.yaml:1:20: unknown value "macvlann"; did you mean "macvlan"?'],
    ],
    [
      'an address with a leading zero',
      `${deckies}    ip: 198.51.100.070\n`,
      ['fleet.yaml:3:9: "198.51.100.070" is not an IPv4 address, e.g. 192.0.2.70'],
    ],
    ['a count of none', `${deckies}    count: 0\n`, ['fleet.yaml:3:12: 0 is too small: at least 1']],
    [
      'a count that is not whole',
      `${deckies}    count: 1.5\n`,
      ['fleet.yaml:3:12: expected a whole number, got 1.5'],
    ],
    [
      'keys and values where a name is due, whatever they are called',
      `network: { driver: { toString: 1, valueOf: 1 } }\n${deckies}`,
      ['fleet.yaml:1:20: expected one of macvlan, ipvlan, got keys and values'],
    ],
    [
      'a length that cannot be compared',
      'deckies: { length: { toString: 1 } }\n',
      ['fleet.yaml:1:12: key "length" cannot hold keys and values'],
    ],
    [
      'a list for a key',
      `? [a, b]\n: 1\n${deckies}`,
      ['fleet.yaml:1:3: a key is a plain text, not a list or a map'],
    ],
    [
      'an alias for a key, which would hide a key that is given twice',
      `name: &a name\n*a : x\n${deckies}`,
      ['fleet.yaml:2:1: a key is a plain text, not an alias'],
    ],
    [
      'a tag of YAML 1.1',
      `seed: !!binary aGVsbG8=\n${deckies}`,
      ['fleet.yaml:1:7: YAML: unresolved tag: tag:yaml.org,2002:binary'],
    ],
    [
      'a merge key, which only YAML 1.1 has',
      `%YAML 1.1\n---\n<<: { name: x }\n${deckies}`,
      [
        'fleet.yaml:3:1: unknown key "<<"; known: name, seed, domain, network, egress, limits, alerts, deckies',
      ],
    ],
    [
      'half a surrogate pair',
      `seed: "a\\ud800"\n${deckies}`,
      ['fleet.yaml:1:7: "a\\ud800" holds half a surrogate pair, which is no character'],
    ],
    ['a list at the top', '- a\n', ['fleet.yaml:1:1: expected keys and values, got a list']],
    [
      'a duplicate key',
      'name: a\nname: b\ndeckies:\n  - archetype: web-server\n    ip: 198.51.100.7\n    ip: 198.51.100.8\n',
      ['fleet.yaml:2:1: key "name" is given twice', 'fleet.yaml:6:5: key "ip" is given twice'],
    ],
    ['an open quote', 'name: "a\n', ['fleet.yaml:2:1: YAML: missing closing "quote']],
    ['a tab', '\tname: a\n', ['fleet.yaml:1:1: YAML: tabs are not allowed as indentation']],
    [
      'two documents',
      `${deckies}---\n${deckies}`,
      ['fleet.yaml:3:1: a second document begins here; a file holds one'],
    ],
    [
      'an unknown tag',
      `name: !!js/function "x"\n${deckies}`,
      ['fleet.yaml:1:7: YAML: unresolved tag: tag:yaml.org,2002:js/function'],
    ],
    [
      'an alias of nothing',
      'name: *a\n',
      [
        'fleet.yaml:1:1: aliases cannot be resolved: Unresolved alias (the anchor must be set before the alias): a',
      ],
    ],
    ['an alias inside itself', 'a: &a [*a]\n', ['fleet.yaml:1:8: alias *a contains itself']],
    ['nothing', '', ['fleet.yaml: the file is empty']],
    ['only a comment', '# later\n', ['fleet.yaml: the file is empty']],
  ])('with %s is refused where it is wrong', (_what, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  it('is told all its problems at once, of form and of names, in the order of the file', () => {
    const text = `name: Office
deckies:
  - archetype: web-sever
    servces: [ssh]
  - archetype: file-server
    services: [shh, ftp]
    config: { ftp: { banner: x } }
    mac: 7
`;
    expect(problemsOf(text)).toEqual([
      'fleet.yaml:1:7: "Office" is not a name of a deployment: a-z, 0-9 and -, a letter first, at most 31',
      'fleet.yaml:3:16: unknown archetype "web-sever"; did you mean "web-server"?',
      'fleet.yaml:4:5: unknown key "servces"; did you mean "services"?',
      'fleet.yaml:6:16: unknown service "shh"; did you mean "ssh"?',
      'fleet.yaml:7:22: unknown key "banner"; there are none',
      'fleet.yaml:8:10: expected text, got 7; put it in quotes',
    ]);
  });

  it('names the path where there are no lines', () => {
    const call = () =>
      fleetFromObject({ deckies: [{ archetype: 'web-server', ip: 7, nmae: 'a' }] }, catalogue);
    expect(messageOf(call).split('\n')).toEqual([
      'deckies[0].ip: expected text, got 7; put it in quotes',
      'deckies[0].nmae: unknown key "nmae"; did you mean "name"?',
    ]);
  });

  it('cannot bring control characters to the terminal', () => {
    const call = () =>
      fleetFromObject({ deckies: [{ archetype: 'web-server', config: { 'a\u001b[31m\n': 7 } }] }, catalogue);
    expect(messageOf(call)).toBe('deckies[0].config.a?[31m?: expected keys and values, got 7');
  });

  it('does not blow up an alias bomb', () => {
    const levels = 'abcdefgh'.split('');
    const lines = levels.map((name, index) => {
      const inside = index === 0 ? 'x' : `*${levels[index - 1]}`;
      return `${name}: &${name} [${Array(9).fill(inside).join(', ')}]`;
    });
    expect(problemsOf(lines.join('\n'))).toEqual([
      expect.stringContaining('aliases cannot be resolved: Excessive alias count'),
    ]);
  });

  it('is not searched for the anchors of very many aliases', { timeout: 30_000 }, () => {
    const text = Array.from({ length: 20_000 }, (_, index) => `- &a${index} x\n- *a${index}\n`).join('');
    expect(problemsOf(text)).toEqual(['fleet.yaml:2002:3: more than 1000 aliases']);
  });

  it('is not quoted by the megabyte', () => {
    const [problem = ''] = problemsOf(`!<${'x'.repeat(100_000)}`);
    expect(problem.length).toBeLessThan(300);
  });

  it('does not overflow the stack on deep nesting', { timeout: 30_000 }, () => {
    expect(problemsOf(`? ${'['.repeat(200)}${']'.repeat(200)}\n`)).toEqual([
      expect.stringMatching(/a key is a plain text/),
    ]);
    expect(problemsOf(`a: ${'['.repeat(200_000)}`)).toEqual([expect.stringMatching(/nested too deeply$/)]);
  });

  it('stays quick with very many keys', { timeout: 30_000 }, () => {
    const text = Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`).join('\n');
    const problems = problemsOf(text);
    expect(problems).toHaveLength(51);
    expect(problems.at(-1)).toBe('… and 59951 more');
  });
});

describe('reading the file', () => {
  const write = async (content: string | Uint8Array): Promise<string> => {
    const path = join(await temporaryFolder(), 'fleet.yaml');
    await writeFile(path, content);
    return path;
  };

  it('takes UTF-8 with a byte order mark', async () => {
    const path = await write(`\uFEFF${deckies}`);
    expect((await readFleetFile(path, catalogue)).fleet.deckies).toHaveLength(1);
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['UTF-16', Buffer.from(`\uFEFF${deckies}`, 'utf16le'), /the file is not UTF-8 text$/],
    ['more than 1 MB', `${deckies}#${'x'.repeat(1_000_000)}`, /the file is larger than 1 MB$/],
  ])('refuses %s', async (_what, content, message) => {
    const path = await write(content);
    await expect(readFleetFile(path, catalogue)).rejects.toMatchObject({
      code: 'FLEET_INVALID',
      exitCode: 2,
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['one that is not there', join(tmpdir(), 'decnet-no-such-fleet.yaml'), /there is no such file$/],
    ['a folder', tmpdir(), /it is a folder$/],
  ])('says why it cannot read %s', async (_what, path, message) => {
    await expect(readFleetFile(path, catalogue)).rejects.toMatchObject({
      code: 'FLEET_MISSING',
      exitCode: 2,
      message: expect.stringMatching(message),
    });
  });

  it('reads no more of a device than the limit', async () => {
    await expect(readFleetFile('/dev/zero', catalogue)).rejects.toMatchObject({ code: 'FLEET_INVALID' });
  });
});
