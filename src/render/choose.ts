import type { Environment } from '../text/paint.ts';
import { renderJson } from './json.ts';
import { renderPlain } from './plain.ts';
import type { Renderer } from './renderer.ts';
import { renderTerminal } from './terminal.ts';

export interface RendererChoice {
  /** `--json` was given. */
  readonly json: boolean;
  /** Whether stderr is a terminal. */
  readonly isTerminal: boolean;
  readonly env: Environment;
  readonly stdout?: NodeJS.WriteStream;
  readonly stderr?: NodeJS.WriteStream;
}

/** `--json` decides; then a list on a terminal that can redraw, plain lines elsewhere. */
export function chooseRenderer(choice: RendererChoice): Renderer {
  const { stdout = process.stdout, stderr = process.stderr } = choice;
  if (choice.json) return renderJson(stdout);
  if (choice.isTerminal && canRedraw(stderr, choice.env))
    return renderTerminal({ stream: stderr, env: choice.env });
  return renderPlain(stderr);
}

/** A serial console knows no size and says 0 columns: a list there would be one letter a line. */
function canRedraw(stream: NodeJS.WriteStream, env: Environment): boolean {
  return env.TERM !== 'dumb' && stream.columns !== 0;
}
