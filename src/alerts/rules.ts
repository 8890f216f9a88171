import type { LogRecord } from '../logs/record.ts';

/** One entry of `alerts` in the fleet file, resolved. Null: of all deckies, of all services. */
export interface AlertRule {
  readonly on: readonly string[];
  readonly webhook: string;
  readonly deckies: readonly string[] | null;
  readonly services: readonly string[] | null;
}

/** The webhooks that an event is told to: each once, however many rules name it. */
export function webhooksFor(rules: readonly AlertRule[], event: LogRecord): ReadonlySet<string> {
  return new Set(rules.filter((rule) => isMet(rule, event)).map(({ webhook }) => webhook));
}

function isMet({ on, deckies, services }: AlertRule, { event, decky, service }: LogRecord): boolean {
  return on.includes(event) && (deckies?.includes(decky) ?? true) && (services?.includes(service) ?? true);
}
