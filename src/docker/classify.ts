import { DecnetError } from '../errors.ts';
import { failures } from './failures.ts';

export interface FailureContext {
  /** What was tried, as half a sentence: `build decnet/ssh:0123`. */
  readonly action: string;
  /** The engine's HTTP status, where it was asked directly. */
  readonly status?: number;
  readonly cause?: unknown;
}

/** How much of a long output can tell why it failed: BuildKit prints the failed command's last lines at its end. */
const tail = 60;

/** The one place where Docker's words become an error of ours. `text` is what it printed, or its reply. */
export function classifyDocker(text: string, context: FailureContext): DecnetError {
  const lines = meaningfulLines(text);
  const told = lines.join('\n');
  for (const { pattern, code, kind, hint } of failures) {
    const match = pattern.exec(told);
    if (match === null) continue;
    return new DecnetError(sentence(context.action, lineAt(told, match.index)), {
      code,
      hint,
      retryable: kind === 'transient',
      cause: context.cause,
    });
  }
  return new DecnetError(sentence(context.action, lastWords(lines)), {
    code: 'DOCKER_FAILED',
    hint: 'Look at the lines above and at `journalctl -u docker`, then run `decnet resume`.',
    // Docker answers 500 to whatever it has no number for; only without a text we know may it be a hiccup.
    retryable: (context.status ?? 0) >= 500,
    cause: context.cause,
  });
}

/** Compose's progress, its warnings and blank lines tell nothing about a failure. */
const noise =
  /^\s*$|^time="[^"]*" level=(?:warning|info|debug)|^\s*(?:Container|Network|Volume|Image) .+ (?:Creat|Start|Stopp?|Remov|Recreat|Wait|Runn|Heal|Pull|Build|Built)\w*\s*$|^WARN/;

function meaningfulLines(text: string): readonly string[] {
  return text
    .replace(/^\(HTTP code \d+\) [a-z ]+ - /i, (prefix) => (/code 50[234]/.test(prefix) ? prefix : ''))
    .split(/\r?\n/)
    .filter((line) => !noise.test(line))
    .slice(-tail);
}

function lineAt(text: string, index: number): string {
  const start = text.lastIndexOf('\n', index) + 1;
  const end = text.indexOf('\n', index);
  return text.slice(start, end === -1 ? undefined : end);
}

function lastWords(lines: readonly string[]): string {
  return (
    lines.findLast((line) => /error|fail|cannot|unable/i.test(line)) ?? lines.at(-1) ?? 'it gave no reason'
  );
}

function sentence(action: string, line: string): string {
  const reason = line
    .trim()
    // BuildKit's plain progress puts the step and the time before a line.
    .replace(/^#\d+ (?:\d+\.\d+ )?/, '')
    .replace(/^(?:ERROR: |Error response from daemon: )+/, '')
    .slice(0, 600);
  return `Could not ${action}: ${reason}`;
}
