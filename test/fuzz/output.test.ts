import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Event } from '../../src/events/events.ts';
import { openJournal } from '../../src/events/journal.ts';
import { renderJson } from '../../src/render/json.ts';
import { plainLines } from '../../src/render/plain.ts';
import { newEntry, withEvent, withLine } from '../../src/render/step-entry.ts';
import { createPaint } from '../../src/text/paint.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';
import * as event from '../render/events.ts';
import { check, patient } from './check.ts';
import { unsafeOnTerminal } from './documented.ts';
import { tokens } from './tokens.ts';

const paint = createPaint(false, {});
/** What a child, Docker or an attacker may have put into a text of ours. */
const words = fc
  .array(fc.oneof(fc.constantFrom(...tokens), fc.string({ unit: 'binary' }), fc.constant('\n')), {
    maxLength: 5,
  })
  .map((parts) => parts.join(''));
const problem = fc.record({ code: words, message: words, hint: words });

const failures: fc.Arbitrary<Event> = fc
  .tuple(fc.constantFrom(event.failed('up'), event.undoFailed('up'), event.retrying('up')), problem)
  .map(([failure, error]) => ({ ...failure, error }));
const events: fc.Arbitrary<Event> = fc.oneof(
  fc.tuple(words, words).map(([step, line]) => event.output(step, line)),
  words.map(event.warning),
  words.map((step) => event.started(step, 2)),
  words.map((reason) => ({ ...event.skipped('up'), reason })),
  failures,
  fc
    .tuple(words, problem, fc.array(words, { maxLength: 2 }))
    .map(([status, error, next]) => event.runFinished(status, { error, next })),
  fc
    .tuple(words, words)
    .map(([deployment, statePath]) => ({ ...event.runStarted('up'), deployment, statePath })),
);

it('plain lines hold nothing that a terminal acts on, and one event is one line', patient, async () => {
  await check(
    fc.property(events, words, (told, command) => {
      const lines = plainLines(told, command, paint);
      for (const line of lines) expect(line).not.toMatch(unsafeOnTerminal);
      if (told.type !== 'run-finished') expect(lines).toHaveLength(1);
    }),
    300,
  );
});

it(
  'the list of a terminal holds nothing that it acts on, whatever was printed and however narrow it is',
  patient,
  async () => {
    const shown = (told: Event): readonly string[] => {
      const entry = newEntry({ id: 'up', title: 'Up', direction: 'apply' });
      if (told.type === 'output') return withLine(entry, told.text, told.step.length).lines;
      if (!('step' in told)) return [];
      const { title, ending } = withEvent(entry, 'Up', told, paint);
      return [title, ...(ending?.message.split('\n') ?? [])];
    };
    await check(
      fc.property(events, (told) => {
        for (const line of shown(told)) expect(line).not.toMatch(unsafeOnTerminal);
      }),
      500,
    );
  },
);

it('--json and the journal have one line an event, which reads as what was told', patient, async () => {
  const folder = await temporaryFolder();
  let count = 0;
  await check(
    fc.asyncProperty(fc.array(events, { maxLength: 5 }), async (told) => {
      count += 1;
      const stream = new PassThrough();
      const printed = text(stream);
      const [json, journal] = [renderJson(stream), await openJournal(join(folder, String(count)))];
      for (const each of told) for (const { listener } of [json, journal]) listener(each);
      await Promise.all([json.close(), journal.close()]);
      stream.end();
      for (const all of [
        await printed,
        await readFile(join(folder, String(count), 'events.ndjson'), 'utf8'),
      ]) {
        const lines = all.split('\n');
        expect(lines.pop()).toBe('');
        for (const line of lines) expect(line).not.toMatch(unsafeOnTerminal);
        expect(lines.map((line): unknown => JSON.parse(line))).toEqual(told);
      }
    }),
    50,
  );
});
