import type { Argument, Command, Option } from 'commander';

/** What may stand where the cursor is. */
export interface Candidate {
  readonly word: string;
  /** One line; empty where there is nothing to say. */
  readonly description: string;
}

/** `value`: an argument or option whose values the program does not list, by what it is called. */
export type Completion =
  | { readonly kind: 'words'; readonly candidates: readonly Candidate[] }
  | (Value & { readonly kind: 'value' });

/** A value that is asked for. */
export interface Value {
  /** Name of the argument, or of the option in camel case. */
  readonly of: string;
  /** What the usage calls it, e.g. `path`. */
  readonly placeholder: string;
  /** What of it was typed. */
  readonly begun: string;
  /** What of the same word stands before it: `--state=`. */
  readonly prefix: string;
  /** Values of the options on the line, by their names. */
  readonly options: Readonly<Record<string, string>>;
}

/** Where on the line a word stands, by all the words before it. */
interface Place {
  readonly command: Command;
  /** How many arguments the command has got already. */
  readonly operands: number;
  readonly options: Readonly<Record<string, string>>;
  /** The option whose value comes next. */
  readonly open: Option | null;
  /** Whether `--` ended the options. */
  readonly isOver: boolean;
}

/** A word that was begun, and what of it stands before the value. */
type Begun = Pick<Value, 'begun' | 'prefix'>;

/**
 * What may come next on a command line, by the program's own commands, options and choices. `words`: what was typed
 * after the program's name; the last one is completed, and may be empty. Pure.
 */
export function complete(program: Command, words: readonly string[]): Completion {
  const begun = words.at(-1) ?? '';
  const start: Place = { command: program, operands: 0, options: {}, open: null, isOver: false };
  const place = words.slice(0, -1).reduce(follow, start);
  if (place.open !== null) return completeValue(place.open, place, { begun, prefix: '' });
  if (!place.isOver && begun.startsWith('-')) return completeOption(place, begun);

  const { command, operands } = place;
  const subcommands = operands === 0 && !place.isOver ? subcommandsOf(command) : [];
  const argument = command.registeredArguments[operands] ?? lastVariadic(command);
  if (argument === undefined || subcommands.length > 0) return wordsOf(subcommands, begun);
  return completeValue(argument, place, { begun, prefix: '' });
}

function follow(place: Place, word: string): Place {
  const { command, open } = place;
  if (open !== null) return { ...place, open: null, options: withValue(place, open, word) };
  if (place.isOver) return { ...place, operands: place.operands + 1 };
  if (word === '--') return { ...place, isOver: true };
  if (word.startsWith('-')) {
    const [flag = '', value] = splitOption(word);
    const option = optionNamed(command, flag);
    if (option === undefined) return place;
    if (value !== undefined) return { ...place, options: withValue(place, option, value) };
    return { ...place, open: option.required ? option : null };
  }
  const below = place.operands === 0 ? command.commands.find((one) => one.name() === word) : undefined;
  if (below !== undefined) return { ...place, command: below };
  return { ...place, operands: place.operands + 1 };
}

function completeOption(place: Place, begun: string): Completion {
  const [flag = '', value] = splitOption(begun);
  const option = optionNamed(place.command, flag);
  if (value !== undefined) {
    if (option === undefined) return wordsOf([], begun);
    return completeValue(option, place, { begun: value, prefix: `${flag}=` });
  }
  const visible = place.command.createHelp().visibleOptions(place.command);
  return wordsOf(
    visible.map((one) => ({ word: one.long ?? one.short ?? one.flags, description: one.description })),
    begun,
  );
}

function completeValue(what: Argument | Option, { options }: Place, { begun, prefix }: Begun): Completion {
  if (what.argChoices !== undefined) {
    const choices = what.argChoices.map((word) => ({ word: prefix + word, description: '' }));
    return wordsOf(choices, prefix + begun);
  }
  const isOption = 'flags' in what;
  return {
    kind: 'value',
    of: isOption ? what.attributeName() : what.name(),
    placeholder: isOption ? (/[<[]([\w-]+)/.exec(what.flags)?.[1] ?? '') : what.name(),
    begun,
    prefix,
    options,
  };
}

function subcommandsOf(command: Command): readonly Candidate[] {
  const help = command.createHelp();
  return help.visibleCommands(command).map((one) => ({
    word: one.name(),
    description: help.subcommandDescription(one),
  }));
}

function wordsOf(candidates: readonly Candidate[], begun: string): Completion {
  return { kind: 'words', candidates: candidates.filter(({ word }) => word.startsWith(begun)) };
}

function optionNamed(command: Command, flag: string): Option | undefined {
  return command.options.find((option) => option.long === flag || option.short === flag);
}

function withValue({ options }: Place, option: Option, value: string): Place['options'] {
  return { ...options, [option.attributeName()]: value };
}

function lastVariadic({ registeredArguments }: Command): Argument | undefined {
  const last = registeredArguments.at(-1);
  return last?.variadic ? last : undefined;
}

/** `--state=x` to its parts; no second part where there is no `=`. */
function splitOption(word: string): readonly string[] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1;
  return at === -1 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}
