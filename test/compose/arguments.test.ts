import { expect, it } from 'vitest';
import { configArguments, upArguments, versionArguments } from '../../src/compose/arguments.ts';

const project = { name: 'decnet-office', file: '/srv/.decnet/decnet-compose.yml', directory: '/srv/.decnet' };
const pinned =
  'compose --ansi never --progress plain --project-name decnet-office --project-directory /srv/.decnet --file /srv/.decnet/decnet-compose.yml';

it('asks for the version in its short form', () => {
  expect(versionArguments().join(' ')).toBe('compose version --short');
});

it('checks a file without printing it', () => {
  expect(configArguments(project).join(' ')).toBe(`${pinned} config --quiet`);
});

it('brings up without building, pulling or removing anything else', () => {
  expect(upArguments(project).join(' ')).toBe(`${pinned} up --detach --no-build --pull never`);
});
