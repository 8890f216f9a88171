import { beforeAll, describe, expect, it } from 'vitest';
import type { Shell } from '../../src/completion/shells.ts';
import { linesOf, succeed } from './on-lab.ts';

/*
 * zsh and fish are in the attacker's toolbox, and decnet is not: a script there answers as decnet answered on the host.
 */

/** Lines that Tab is pressed at the end of. */
const typed = {
  begun: ['step', 'sh'],
  several: ['st'],
  colon: ['odd'],
  value: ['services', 'show', 'ss'],
  choice: ['step', 'list', '--pipeline=te'],
  option: ['deploy', '--rollb'],
  file: ['deploy', 'fle'],
  fileBehind: ['deploy', '--state=fle'],
  nothing: ['nothing-like-it'],
} as const;

/** What decnet does not say, and a script has to bear. */
const odd = 'odd:one\tof a: kind\nodd$(touch pwned)\n';

/** Writes files into a folder of its own, and starts a program there. */
const place = `
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder" || exit 1
while [ "$1" != -- ]; do printf '%s' "$2" > "$1"; shift 2; done
shift
chmod +x decnet
HOME=$folder PATH=$folder:$PATH timeout 60 "$@"
status=$?
[ ! -e pwned ] || echo pwned
exit $status`;

/** Types a line and Tab into a zsh on a terminal of its own; prints the line then, and each match below it. */
const zshDriver = `
zmodload zsh/zpty zsh/zselect
zpty box zsh -f -i
zpty -w box ". $PWD/$1"
zpty -w box 'print > ready'
until [[ -e ready ]] { zpty -r -t box printed; zselect -t 5 }
zpty -w -n box "$2"$'\\t'
until [[ -e line ]] { zpty -r -t box printed; zselect -t 5 }
cat line
[[ ! -e matches ]] || cat matches
zpty -d box`;

const zshSetup = `
PS1= fpath=($PWD $fpath)
autoload -Uz compinit
compinit -D -u
compadd() {
  local -a hits
  [[ " $* " == *" -"[OAD]" "* ]] || { builtin compadd -A hits "$@"; print -rl -- $hits >> matches }
  builtin compadd "$@"
}
tab() { zle complete-word; print -r -- "$BUFFER" > line.new; mv line.new line }
zle -N tab
bindkey '^I' tab
`;

let answers: string;
let scripts: Readonly<Record<'zsh' | 'fish', string>>;

beforeAll(async () => {
  const asked = Object.values(typed).map(async (words) => {
    const answer =
      words[0] === 'odd' ? odd : await succeed('host', 'decnet', 'completion', 'complete', '--', ...words);
    return `${quoted(words.map((word) => `${word}|`).join(''))}) printf %s ${quoted(answer)};;`;
  });
  answers = `#!/bin/sh\nshift 3\ncase $(printf '%s|' "$@") in\n${(await Promise.all(asked)).join('\n')}\nesac\n`;
  const script = (shell: Shell): Promise<string> => succeed('host', 'decnet', 'completion', shell);
  scripts = { zsh: await script('zsh'), fish: await script('fish') };
});

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

async function inPlace(
  files: Readonly<Record<string, string>>,
  ...argv: readonly string[]
): Promise<readonly string[]> {
  const all = { ...files, decnet: answers, 'fleet.yaml': '', 'other.yaml': '' };
  return linesOf(
    await succeed('attacker', 'sh', '-c', place, 'sh', ...Object.entries(all).flat(), '--', ...argv),
  );
}

/** `line`: what the line is after Tab. `matches`: what zsh chose from, files aside. */
async function inZsh(
  words: readonly string[],
  loading = '. ./script\n',
): Promise<{ line: string | undefined; matches: readonly string[] }> {
  const files = { driver: zshDriver, setup: zshSetup + loading, script: scripts.zsh, _decnet: scripts.zsh };
  const [line, ...matches] = await inPlace(
    files,
    'zsh',
    '-f',
    'driver',
    'setup',
    ['decnet', ...words].join(' '),
  );
  return { line, matches };
}

describe('in zsh', () => {
  it('a word is completed, and closed with a space', async () => {
    expect((await inZsh(typed.begun)).line).toBe('decnet step show ');
    expect((await inZsh(typed.value)).line).toBe('decnet services show ssh ');
    expect((await inZsh(typed.option)).line).toBe('decnet deploy --rollback-on-failure ');
    expect((await inZsh(typed.choice)).line).toBe('decnet step list --pipeline=teardown ');
  });

  it('it is so also where the script lies among the functions', async () => {
    expect((await inZsh(typed.begun, '')).line).toBe('decnet step show ');
  });

  it('several words are offered', async () => {
    const { line, matches } = await inZsh(typed.several);
    expect(line).toBe('decnet st');
    expect(matches).toEqual(['status', 'step']);
  });

  it('names of files are completed, behind an equals sign too', async () => {
    expect((await inZsh(typed.file)).line).toBe('decnet deploy fleet.yaml ');
    expect((await inZsh(typed.fileBehind)).line).toBe('decnet deploy --state=fleet.yaml ');
  });

  it('nothing is offered where decnet has nothing', async () => {
    const { line, matches } = await inZsh(typed.nothing);
    expect(line).toBe('decnet nothing-like-it');
    expect(matches).toEqual([]);
  });

  it('no word is taken for more than a word', async () => {
    expect((await inZsh(typed.colon)).matches).toEqual(['odd:one', String.raw`odd\$\(touch\ pwned\)`]);
  });
});

async function inFish(words: readonly string[]): Promise<readonly string[]> {
  const ask = 'source script; complete --do-complete $argv[1]';
  return inPlace({ script: scripts.fish }, 'fish', '-N', '-c', ask, ['decnet', ...words].join(' '));
}

describe('in fish', () => {
  it('words are offered with what is said of them', async () => {
    expect(await inFish(typed.several)).toEqual([
      expect.stringMatching(/^status\t\w/),
      expect.stringMatching(/^step\t\w/),
    ]);
    expect(await inFish(typed.begun)).toEqual([expect.stringMatching(/^show\t\w/)]);
    expect(await inFish(typed.option)).toEqual([expect.stringMatching(/^--rollback-on-failure\t\w/)]);
  });

  it('values are offered', async () => {
    expect(await inFish(typed.value)).toEqual(['ssh']);
    expect(await inFish(typed.choice)).toEqual(['--pipeline=teardown']);
  });

  it('names of files are offered, behind an equals sign too', async () => {
    expect(await inFish(typed.file)).toEqual([expect.stringMatching(/^fleet\.yaml\b/)]);
    expect(await inFish(typed.fileBehind)).toEqual([expect.stringMatching(/^--state=fleet\.yaml\b/)]);
  });

  it('nothing is offered where decnet has nothing', async () => {
    expect(await inFish(typed.nothing)).toEqual([]);
  });

  it('no word is taken for more than a word', async () => {
    expect(await inFish(typed.colon)).toEqual(['odd$(touch pwned)', 'odd:one\tof a: kind']);
  });
});
