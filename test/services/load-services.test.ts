import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadServices, parseManifest } from '../../src/services/load-services.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';

const manifest = `title: Telnet
ports: [{ port: 23, protocol: tcp }]
nmap: { service: telnet, product: BusyBox telnetd }
config:
  banner: { type: string, maxLength: 5, default: hello, description: Greeting. }
`;

const parse = (text: string, name = 'telnet') => parseManifest(text, { name, folder: `templates/${name}` });

describe('a manifest', () => {
  it('gives ports, the product that nmap sees, and defaults of the options', () => {
    const telnet = parse(manifest);
    expect(telnet).toMatchObject({
      name: 'telnet',
      title: 'Telnet',
      ports: [{ port: 23, protocol: 'tcp' }],
      nmap: { service: 'telnet', product: 'BusyBox telnetd' },
    });
    expect(telnet.configSchema.parse({})).toEqual({ banner: 'hello' });
  });

  it.each([
    [{ banner: 'toolong' }, false],
    [{ banner: 5 }, false],
    [{ banner: 'a' }, true],
    [{ baner: 'a' }, false],
  ])('takes the options %j: %s', (options, expected) => {
    expect(parse(manifest).configSchema.safeParse(options).success).toBe(expected);
  });

  it('may have no options', () => {
    const text = manifest.slice(0, manifest.indexOf('config'));
    expect(parse(text).configSchema.parse({})).toEqual({});
  });

  it.each([
    [
      'a typing error in a key',
      manifest.replace('title', 'titel'),
      '1:1: unknown key "titel"; did you mean "title"?',
    ],
    ['a port that is none', manifest.replace('23', '70000'), '2:17: 70000 is too big: at most 65535'],
    [
      'a port twice',
      manifest.replace('[{', '[{ port: 23, protocol: tcp }, {'),
      '2:38: port 23/tcp is given twice',
    ],
    ['an option without default', manifest.replace('default: hello, ', ''), '5:11: key "default" is missing'],
    [
      'an option without description',
      manifest.replace(', description: Greeting.', ''),
      '5:11: key "description" is missing',
    ],
    [
      'a keyword that JSON Schema has not',
      manifest.replace('maxLength', 'maxLenght'),
      '5:27: unknown key "maxLenght"; did you mean "maxLength"?',
    ],
    [
      'a type that there is not',
      manifest.replace('string', 'strng'),
      '5:19: unknown value "strng"; did you mean "string"?',
    ],
    ['a broken pattern', manifest.replace('maxLength: 5', 'pattern: "("'), '5:36: not a regular expression'],
    [
      'a default that its own schema refuses',
      manifest.replace('hello', 'hello-world'),
      '5:50: "hello-world" is too long: at most 5',
    ],
    ['broken YAML', `${manifest}"`, '6:2: YAML: missing closing "quote'],
  ])('with %s is refused with file and line', (_what, text, expected) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: 'MANIFEST_INVALID',
        message: expect.stringContaining(`templates/telnet/service.yaml:${expected}`),
      }),
    );
  });

  it('lies in a folder that can name an image', () => {
    expect(() => parse(manifest, 'Telnet_2')).toThrow('the folder Telnet_2 cannot be a service');
  });
});

it('reads all folders with a manifest, by name, and passes over others', async () => {
  const templates = await temporaryFolder();
  for (const name of ['telnet', 'finger']) {
    await mkdir(join(templates, name));
    await writeFile(join(templates, name, 'service.yaml'), manifest);
  }
  await mkdir(join(templates, 'runtime'));
  await writeFile(join(templates, 'distros.yaml'), '');
  const services = await loadServices(templates);
  expect([...services.keys()]).toEqual(['finger', 'telnet']);
  expect(services.get('telnet')?.folder).toBe(join(templates, 'telnet'));
});
