import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ExecResult } from '../../src/exec.ts';
import { digestOf, listArguments, readEgress } from '../../src/host/egress.ts';

function listing(packets: number): string {
  return `table inet decnet {\n\tcounter denied {\n\t\tpackets ${packets} bytes ${packets * 60}\n\t}\n}\n`;
}

it('has the digest that a base puts in the name of its mark, whatever was counted', () => {
  const plain = 'table inet decnet {\n\tcounter denied {\n\t\t\n\t}\n}\n';
  const expected = createHash('sha256').update(plain).digest('hex').slice(0, 16);
  expect([digestOf(listing(0)), digestOf(listing(7))]).toEqual([expected, expected]);
  expect(digestOf(`${listing(0)}#`)).not.toBe(expected);
});

it('reads the rules by the nft of the base itself', () => {
  expect(listArguments(4711).join(' ')).toBe(
    '--target 4711 --net --mount -- /usr/sbin/nft --terse list table inet decnet',
  );
});

describe('the rules of a base', () => {
  const digest = digestOf(listing(0));

  /** As it is read of a base that says this, where a listing ends so; and whether it was listed. */
  async function read(marks: Readonly<Record<string, string>> | null, listed: Partial<ExecResult> = {}) {
    let isListed = false;
    const exec = async () => {
      isListed = true;
      return { exitCode: 0, stdout: '', stderr: '', ...listed };
    };
    const said = marks === null ? null : new Map(Object.entries(marks));
    return { ...(await readEgress(exec, 4711, said)), isListed };
  }

  it.each([
    [
      { egress: digest, refused: 'none' },
      { rules: 'closed', refused: 0 },
    ],
    [
      { egress: 'open', refused: 'none' },
      { rules: 'open', refused: null },
    ],
    [null, { rules: 'not read', refused: null }],
  ] as const)('start nothing where it says %j, or may not be asked', async (marks, state) => {
    expect(await read(marks)).toEqual({ ...state, isListed: false });
  });

  it('are listed where something was refused', async () => {
    const marks = { egress: digest };
    expect(await read(marks, { stdout: listing(7) })).toEqual({
      rules: 'closed',
      refused: 7,
      isListed: true,
    });
    expect(await read(marks, { stdout: `${listing(7)}#` })).toMatchObject({ rules: 'changed', refused: 7 });
  });

  it('are listed where it has taken back that they stand', async () => {
    const marks = { refused: 'none' };
    expect(await read(marks, { stdout: listing(0) })).toMatchObject({ rules: 'changed', refused: 0 });
    const stderr = 'Error: No such file or directory\nlist table inet decnet\n';
    expect(await read(marks, { exitCode: 1, stderr })).toMatchObject({ rules: 'missing', refused: null });
  });

  it.each(['nsenter: cannot open /proc/4711/ns/net', 'Error: Operation not permitted'])(
    'are not read where the listing ends with "%s"',
    async (stderr) => {
      expect(await read({}, { exitCode: 1, stderr })).toMatchObject({ rules: 'not read', refused: null });
    },
  );
});
