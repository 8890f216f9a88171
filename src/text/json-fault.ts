/**
 * Why a text is no JSON, without a piece of it: V8 quotes where it stumbled (`…, "{"password":hun"… is not valid
 * JSON`), and files of ours hold secrets.
 */
export function jsonFault(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/, (?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/s, ', so it is no JSON');
}
