import { isatty } from 'node:tty';

/** Which of stdin, stdout and stderr are terminals now. */
export function openTerminals(): readonly number[] {
  return [0, 1, 2].filter((descriptor) => isatty(descriptor));
}

/**
 * Ends the process by HUP when a terminal that it began with is gone, else does nothing: to a shell that is 129. At an
 * exit of its own, Node 20 wants to give such a terminal its settings back, and aborts because it cannot.
 */
export function endByHangup(before: readonly number[]): void {
  if (before.every((descriptor) => isatty(descriptor))) return;
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}
