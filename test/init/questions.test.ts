import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { DecnetError } from '../../src/errors.ts';
import { loadCatalogue } from '../../src/fleet/catalogue.ts';
import { chooseFleet } from '../../src/init/choose.ts';
import { fleetText } from '../../src/init/fleet-text.ts';
import { type Ask, withQuestions } from '../../src/init/questions.ts';
import { writeFleet } from '../../src/init/write-fleet.ts';
import { templatesFolder } from '../../src/package-root.ts';
import { rejection } from '../fakes/bench.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';
import { here } from './lan-fixture.ts';

const catalogue = await loadCatalogue(templatesFolder());
const interrupt = '\u0003';
const end = null;

/** Somebody at a terminal who types an answer each time that a question stands there. */
function terminal(answers: readonly (string | null)[]) {
  const input = new PassThrough();
  const output = new PassThrough();
  const waiting = [...answers];
  let printed = '';
  output.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk;
    // readline writes a question in one piece.
    if (!chunk.endsWith(': ')) return;
    const answer = waiting.shift();
    if (answer === undefined) return;
    setImmediate(() =>
      answer === end ? input.end() : input.write(answer === interrupt ? answer : `${answer}\r`),
    );
  });
  return { streams: { input, output }, printed: () => printed, left: () => waiting.length };
}

const choose = (ask: Ask | null) => chooseFleet({ given: {}, here: here(), catalogue, ask });

describe('a question', () => {
  const number = (answer: string): number => {
    if (/^\d+$/.test(answer)) return Number(answer);
    throw new DecnetError(`${answer} is no number`, { code: 'USAGE', hint: 'Give a number.' });
  };

  it('is answered by its default when the answer is empty', async () => {
    const { streams, printed } = terminal(['  ']);
    expect(await withQuestions(streams, (ask) => ask({ text: 'Number', usual: '5', take: number }))).toBe(5);
    expect(printed()).toContain('Number [5]: ');
  });

  it('is asked again, and why is told, safe for a terminal, until the answer can be taken', async () => {
    const { streams, printed } = terminal(['many', 'x\u202ey', '7']);
    expect(await withQuestions(streams, (ask) => ask({ text: 'Number', usual: '', take: number }))).toBe(7);
    expect(printed()).toContain('many is no number\nGive a number.\n');
    expect(printed()).toContain('x\\u202ey is no number\n');
  });

  it('is not asked again when it was no answer that was wrong', async () => {
    const { streams } = terminal(['5']);
    const defect = new TypeError('a defect');
    const take = (): never => {
      throw defect;
    };
    expect(await rejection(withQuestions(streams, (ask) => ask({ text: 'Number', usual: '', take })))).toBe(
      defect,
    );
  });
});

describe('a dialogue', () => {
  it('with nothing but Enter chooses what is chosen where there is nobody to ask', async () => {
    const { streams, left } = terminal(['', '', '', '']);
    expect(await withQuestions(streams, choose)).toEqual(await choose(null));
    expect(left()).toBe(0);
  });

  it('takes back only the answer that was wrong', async () => {
    const { streams, printed, left } = terminal([
      'eth9',
      'eth0',
      '0',
      '3',
      'printr',
      'printer, web-server',
      '192.0.2.0/27',
      '198.51.100.64/27',
    ]);
    expect(await withQuestions(streams, choose)).toMatchObject({
      range: '198.51.100.64/27',
      kinds: [
        { archetype: 'printer', count: 2 },
        { archetype: 'web-server', count: 1 },
      ],
    });
    expect(left()).toBe(0);
    expect(printed()).toContain('did you mean "printer"?');
  });

  it.each([
    ['Ctrl-C', interrupt],
    ['the end of the input', end],
  ])('left by %s at any question writes no file, and ends with 130', async (_, way) => {
    const folder = await temporaryFolder();
    const file = join(folder, 'fleet.yaml');
    for (const answered of [0, 1, 2, 3]) {
      const { streams } = terminal([...Array<string>(answered).fill(''), way]);
      const written = withQuestions(streams, choose).then((choices) =>
        writeFleet(file, fleetText(choices, catalogue, 'x'), false),
      );
      expect(await rejection(written)).toMatchObject({
        code: 'INTERRUPTED',
        exitCode: 130,
        message: 'Interrupted; nothing was written',
      });
    }
    expect(await readdir(folder)).toEqual([]);
  });
});
