import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it, vi } from 'vitest';
import { exitCodes } from '../../src/errors.ts';
import { manualPage } from '../../src/manual/manual.ts';
import { macro, roffText, verbatim } from '../../src/manual/roff.ts';
import { packageRoot } from '../../src/package-root.ts';
import { createProgram } from '../../src/program.ts';

const program = createProgram('1.2.3');
const page = manualPage(program);

/** Every command that the help shows, with what it is called. */
function commandsOf(command: Command, path: string): readonly { command: Command; path: string }[] {
  const visible = command.createHelp().visibleCommands(command);
  return visible
    .filter((one) => one.name() !== 'help')
    .flatMap((one) => {
      const below = `${path} ${one.name()}`;
      return [{ command: one, path: below }, ...commandsOf(one, below)];
    });
}

/** What the page says of one command. */
function partOf(path: string): string {
  const parts = page.split(/^\.S[SH] /m);
  const part = parts.find(
    (one) => one.startsWith(`"${roffText(path)} `) || one.startsWith(`"${roffText(path)}"`),
  );
  if (part === undefined) throw new Error(`The page says nothing of ${path}`);
  return part;
}

/** Text without what is roff's. */
function plain(roff: string): string {
  return roff
    .replaceAll('\\-', '-')
    .replaceAll('\\(aq', "'")
    .replaceAll('\\(dq', '"')
    .replaceAll('\\(ga', '`');
}

describe('the manual page', () => {
  it('begins with name and version', () => {
    expect(page).toMatch(
      /^\.TH "DECNET" "1" "" "decnet 1\.2\.3" "User Commands"\n\.SH "NAME"\ndecnet \\- puts/,
    );
  });

  it.each(commandsOf(program, 'decnet'))('tells of $path what its help tells', ({ command, path }) => {
    const part = plain(partOf(path));
    const help = command.createHelp();
    const options = help.visibleOptions(command).filter(({ long }) => long !== '--help');
    for (const option of options) expect(part).toContain(`\n.B "${help.optionTerm(option)}"\n`);
    for (const argument of help.visibleArguments(command)) {
      expect(part).toContain(`\n.B "${help.argumentTerm(argument)}"\n`);
    }
    if (command.commands.length === 0) expect(part).toMatch(/\n\.nf\n\S[^\n]*\n\S[\s\S]*\n\.fi\n/);
    expect(part).not.toContain('$ decnet');
  });

  it('is silent about what the help hides', () => {
    expect(page).not.toContain('completion complete');
    expect(plain(page)).not.toContain('--debug');
    expect(plain(page)).not.toContain('.B "--help"');
  });

  it('tells every exit code', () => {
    const status = page.slice(page.indexOf('.SH "EXIT STATUS"'), page.indexOf('.SH "FILES"'));
    const told = [...status.matchAll(/^\.B "(\d+)"$/gm)].map(([, code]) => Number(code));
    expect(told).toEqual(Object.values(exitCodes));
  });

  it('is made without a word on the terminal, and leaves the help as it was', () => {
    const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
    expect(manualPage(program)).toBe(page);
    expect(write).not.toHaveBeenCalled();
    program.outputHelp();
    expect(write).toHaveBeenCalled();
    write.mockRestore();
  });

  it('has no line that roff would take for a request of its own', () => {
    const allowed = /^\.(TH|SH|SS|TP|PP|RS|RE|B|nf|fi)( |$)/;
    for (const line of page.split('\n')) if (/^[.']/.test(line)) expect(line).toMatch(allowed);
    expect(page.match(/^\.nf$/gm)).toHaveLength(page.match(/^\.fi$/gm)?.length ?? 0);
  });

  it('is what `decnet man` prints, and where npm looks for it', async () => {
    let output = '';
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      output += String(chunk);
      return true;
    });
    await createProgram('1.2.3').parseAsync(['man'], { from: 'user' });
    write.mockRestore();
    expect(output).toBe(page);
    const { man, scripts } = JSON.parse(await readFile(join(packageRoot(), 'package.json'), 'utf8'));
    expect(scripts.man).toContain(`> ${man[0]}`);
  });
});

describe('text in roff', () => {
  it('is shown by the letter', () => {
    expect(roffText('.so /etc/passwd')).toBe('\\&.so /etc/passwd');
    expect(roffText("a\n.B\n'br")).toBe('a\n\\&.B\n\\(aqbr');
    expect(roffText('\\fB ~/x `y` ^ --state')).toBe('\\(rsfB \\(ti/x \\(gay\\(ga \\(ha \\-\\-state');
  });

  it('stays within its quotes as an argument', () => {
    expect(macro('B', 'say "so"', 'x')).toBe('.B "say \\(dqso\\(dq" "x"');
    expect(verbatim(['.x'])).toEqual(['.PP', '.RS 4', '.nf', '\\&.x', '.fi', '.RE']);
  });

  it('does no harm wherever a program has it', () => {
    const hostile = new Command('evil').description('.so /etc/passwd').version('"1"');
    hostile.command('.sh').description("'br\n.ex").argument('<a>', '.pso reboot').option('--x', '\\!.ex');
    for (const line of manualPage(hostile).split('\n')) expect(line).not.toMatch(/^[.'](so|pso|ex|br|sh)/);
  });
});
