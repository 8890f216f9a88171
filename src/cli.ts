#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { ShownError } from './commands/shown-error.ts';
import { exitCodes, toDecnetError } from './errors.ts';
import { endByHangup, openTerminals } from './lost-terminal.ts';
import { packageRoot } from './package-root.ts';
import { commandsOf, createProgram } from './program.ts';
import { safeLines } from './text/safe.ts';

const program = createProgram(version());
const terminals = openTerminals();
let isDebug = false;
for (const command of commandsOf(program)) {
  command.hook('preAction', () => {
    isDebug ||= command.opts().debug === true;
  });
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
endByHangup(terminals);

function version(): string {
  const { version: text }: { version: string } = JSON.parse(
    readFileSync(join(packageRoot(), 'package.json'), 'utf8'),
  );
  return text;
}

/** Says what went wrong and answers the exit code. */
function report(error: unknown): number {
  // Commander has said it already; its help and version end with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof ShownError) {
    if (isDebug) process.stderr.write(`${stackOf(error.cause)}\n`);
    return toDecnetError(error.cause).exitCode;
  }
  const known = toDecnetError(error);
  const lines = [`decnet: ${known.message}`, ...(known.hint === undefined ? [] : [known.hint])];
  process.stderr.write(`${safeLines(lines.join('\n')).join('\n')}\n`);
  if (isDebug) process.stderr.write(`${stackOf(error)}\n`);
  return known.exitCode;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\nCaused by: ${stackOf(error.cause)}`;
  return `${error.stack}${cause}`;
}
