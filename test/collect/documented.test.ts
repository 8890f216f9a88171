import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Format, formats } from '../../src/collect/formats.ts';
import { packageRoot } from '../../src/package-root.ts';
import { anEvent } from './an-event.ts';

it.each<Format>(['rfc5424', 'json', 'ecs'])('docs/events.md shows an event as %s', async (format) => {
  const page = await readFile(join(packageRoot(), 'docs/events.md'), 'utf8');
  expect(page).toContain(`\`\`\`\n${formats[format](anEvent())}\n\`\`\``);
});
