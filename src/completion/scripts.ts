import type { Shell } from './shells.ts';

// Each asks decnet itself at every Tab, so that it never falls behind the commands that are installed. An answer is a
// word a line with its description after a tab, or `:files` where the shell is to complete names of files.
// Bash cuts words at `=` too: they are put together again for decnet, and what stands before the cut is taken off.
const bash = `# Completion of decnet for bash. To load it now: source <(decnet completion bash)
_decnet() {
  local current=\${COMP_WORDS[COMP_CWORD]} word line glued=no
  local -a words=() lines=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ $glued == yes || $word == = ]] && ((\${#words[@]} > 0)); then
      words[\${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
    [[ $word == = ]] && glued=yes || glued=no
  done
  [[ $current == = ]] && current=
  local whole=\${words[\${#words[@]} - 1]}
  local before=\${whole%"$current"}
  mapfile -t lines < <(decnet completion complete -- "\${words[@]}" 2>/dev/null)
  COMPREPLY=()
  if [[ \${lines[0]} == :files ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
    return
  fi
  for line in "\${lines[@]}"; do
    word=\${line%%$'\\t'*}
    COMPREPLY+=("\${word#"$before"}")
  done
}
complete -F _decnet decnet
`;

const zsh = `#compdef decnet
# Completion of decnet for zsh. To load it now: source <(decnet completion zsh)
_decnet() {
  local line
  local -a lines described
  lines=("\${(@f)$(decnet completion complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ $lines[1] == :files ]]; then
    compset -P '--*='
    _files
    return
  fi
  for line in $lines; do
    described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    [[ $line == *$'\\t'* ]] || described[-1]=\${line//:/\\\\:}
  done
  _describe decnet described
}
if [[ $funcstack[1] == _decnet ]]; then
  _decnet "$@"
else
  compdef _decnet decnet
fi
`;

const fish = `# Completion of decnet for fish. To load it now: decnet completion fish | source
function __decnet_complete
  set -l current (commandline --current-token)
  set -l words (commandline --tokenize --cut-at-cursor --current-process)
  set -l lines (decnet completion complete -- $words[2..] "$current" 2>/dev/null)
  if test "$lines[1]" != :files
    string join \\n -- $lines
    return
  end
  set -l before (string match --regex -- '^--[^=]*=' "$current")
  for path in (__fish_complete_path (string replace -- "$before" '' "$current"))
    echo -- "$before$path"
  end
end
complete --command decnet --no-files --arguments '(__decnet_complete)'
`;

const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };

/** What makes a shell complete the command lines of decnet. */
export function completionScript(shell: Shell): string {
  return scripts[shell];
}
