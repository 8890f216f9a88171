import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventNames } from '../../src/logs/event-names.ts';
import { packageRoot } from '../../src/package-root.ts';

it('knows the events of docs/events.md, all and no others', async () => {
  const page = await readFile(join(packageRoot(), 'docs/events.md'), 'utf8');
  const [, table = ''] = /^\| event \|.*\n\|[- |]+\n((?:\|.*\n)+)/m.exec(page) ?? [];
  const documented = [...table.matchAll(/^\| `?([a-z-]+)`? \|/gm)].map(([, name]) => name);
  expect(eventNames).toEqual(documented);
});
