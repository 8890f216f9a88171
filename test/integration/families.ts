import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

/** Name of the family whose rules no kernel takes. */
export const unloadable = 'unloadable';

/**
 * Gives a catalogue an archetype for each OS family that it has, and one more family: `as-windows` and so on, each a
 * web server in all but its network stack. Answers the names of the families.
 */
export async function addArchetypesOfFamilies(templates: string): Promise<readonly string[]> {
  const families = await change(templates, 'os-families.yaml', (content) => {
    content[unloadable] = { ...content.linux, disguise: { leaving: 'no such rule\n' } };
    return Object.keys(content);
  });
  await change(templates, 'distros.yaml', (content) => {
    for (const family of families) content[as(family)] = { ...content.debian, os_family: family };
  });
  await change(templates, 'archetypes.yaml', (content) => {
    for (const family of families)
      content[as(family)] = { ...content['linux-server'], services: ['http'], distros: [as(family)] };
  });
  return families;
}

export function as(family: string): string {
  return `as-${family}`;
}

async function change<Answer>(
  templates: string,
  file: string,
  // biome-ignore lint/suspicious/noExplicitAny: a file of the package, whose schema is tested elsewhere
  edit: (content: any) => Answer,
): Promise<Answer> {
  const path = join(templates, file);
  const content = parse(await readFile(path, 'utf8'));
  const answer = edit(content);
  await writeFile(path, stringify(content, { aliasDuplicateObjects: false }));
  return answer;
}
