import { jsonLine } from '../text/json-line.ts';
import type { Renderer } from './renderer.ts';
import { openSink } from './sink.ts';

/** One JSON object a line on stdout: every event as it is. */
export function renderJson(stream: NodeJS.WritableStream = process.stdout): Renderer {
  const sink = openSink(stream);
  return { listener: (event) => sink.line(jsonLine(event)), close: () => sink.flush() };
}
