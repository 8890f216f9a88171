import { execa } from 'execa';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { formatHuman, formatJson } from '../../src/logs/format.ts';
import { toRecord } from '../../src/logs/record.ts';
import { createPaint } from '../../src/text/paint.ts';
import { check, patient } from './check.ts';
import { unsafeOnTerminal } from './documented.ts';

const program = new URL('../templates/random_lines.py', import.meta.url).pathname;
const origin = { decky: 'files-01', service: 'ssh' };

/** What an attacker sent, bytes in hex by the field's name, and what the decoy printed of it, in hex. */
const wroteSchema = z.object({
  event: z.string(),
  fields: z.record(z.string(), z.string()),
  line: z.string(),
});

/** `restore` of `decnet_logging.py`. */
function restore(text: string): string {
  const bytes = Buffer.from(text).toString('latin1');
  return Buffer.from(
    bytes.replace(/\\x([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('hex');
}

it('what an attacker sends to a decoy can be had back from decnet logs, byte for byte', patient, async () => {
  await check(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const { stdout } = await execa('python3', [program, String(seed), '300'], {
        env: { PYTHONDONTWRITEBYTECODE: '1' },
      });
      const all = stdout.split('\n').map((line) => wroteSchema.parse(JSON.parse(line)));
      expect(all).toHaveLength(300);
      for (const { event, fields, line } of all) {
        const printed = Buffer.from(line, 'hex').toString('utf8');
        expect(printed.indexOf('\n')).toBe(printed.length - 1);
        const record = toRecord(
          { time: '2026-02-03T04:05:06.7Z', stream: 'stdout', text: printed.slice(0, -1) },
          origin,
        );
        expect(record.event).toBe(event);
        const cut = new Set(record.fields.cut?.split(' ').map((one) => one.split(':')[0]));
        for (const [name, sent] of Object.entries(fields)) {
          const read = restore(name === 'src_ip' ? (record.src_ip ?? '') : (record.fields[name] ?? ''));
          if (cut.has(name)) expect(sent.startsWith(read)).toBe(true);
          else expect(read).toBe(sent);
        }
        for (const shown of [formatJson(record), formatHuman(record, createPaint(false, {}))])
          expect(shown).not.toMatch(unsafeOnTerminal);
      }
    }),
    2,
  );
});
