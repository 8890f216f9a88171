import type { Command } from 'commander';
import { examplesOf } from './examples.ts';
import { environment, exitStatus, files } from './facts.ts';
import { macro, roffText, tagged, verbatim } from './roff.ts';

/** A command and what it is called from the program on: `decnet step show`. */
interface Named {
  readonly command: Command;
  readonly path: string;
}

/** The manual page of a program, man(7) source: commands, options and examples are the program's own. Pure. */
export function manualPage(program: Command): string {
  const name = program.name();
  const description = program.description();
  const lines = [
    macro('TH', name.toUpperCase(), '1', '', `${name} ${program.version() ?? ''}`, 'User Commands'),
    ...section('Name', [`${name} \\- ${roffText(lowerFirst(description).replace(/\.$/, ''))}`]),
    ...section('Synopsis', [macro('B', name), roffText('command [options] [arguments]')]),
    ...section('Description', [
      roffText(
        `${description} A fleet file says which; it is deployed as steps, each of which can look, bring about and take back. A deploy that broke can be resumed, rolled back, or looked at step by step.`,
      ),
    ]),
    ...section('Commands', commandsBelow({ command: program, path: name }).flatMap(commandLines)),
    ...section('Exit status', exitStatus.flatMap(entry)),
    ...section('Files', files.flatMap(entry)),
    ...section('Environment', environment.flatMap(entry)),
    ...section('Examples', verbatim(examplesOf(program))),
    ...section('See also', [roffText('docker(1), ip(8), nmap(1)')]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Every command below, each before its subcommands, in the order of the help. */
function commandsBelow({ command, path }: Named): readonly Named[] {
  const visible = command.createHelp().visibleCommands(command);
  return visible
    .filter((one) => one.name() !== 'help')
    .map((one) => ({ command: one, path: `${path} ${one.name()}` }))
    .flatMap((one) => [one, ...commandsBelow(one)]);
}

function commandLines({ command, path }: Named): readonly string[] {
  const help = command.createHelp();
  const options = help.visibleOptions(command).filter(({ long }) => long !== '--help');
  const examples = examplesOf(command);
  return [
    macro('SS', `${path} ${command.usage()}`),
    roffText(sentence(command.description())),
    ...help.visibleArguments(command).flatMap((argument) => {
      return tagged(help.argumentTerm(argument), sentence(help.argumentDescription(argument)));
    }),
    ...options.flatMap((option) => tagged(help.optionTerm(option), sentence(help.optionDescription(option)))),
    ...(examples.length === 0 ? [] : verbatim(examples)),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return [macro('SH', title.toUpperCase()), ...lines];
}

function entry([term, meaning]: readonly [string, string]): readonly string[] {
  return tagged(term, meaning);
}

function sentence(text: string): string {
  const [first = '', ...rest] = text;
  const whole = first.toUpperCase() + rest.join('');
  return /[.)]$/.test(whole) ? whole : `${whole}.`;
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
