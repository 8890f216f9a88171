import { safeText } from '../text/safe.ts';
import type { Check, Fact, Part } from './report.ts';

/** The report for people: first what is wrong, then all that was read. Ends with a newline. */
export function reportText(parts: readonly Part[]): string {
  const checks = parts.flatMap((part) => part.checks);
  const headings = parts.map(({ title, facts }) => `\n${heading(title)}\n${columns(facts)}`);
  return `${checks.map(checkLine).join('\n')}\n${headings.join('')}`;
}

function checkLine({ name, problem }: Check): string {
  if (problem === null) return `ok       ${safeText(name)}`;
  return `problem  ${safeText(name)}: ${safeText(problem.what)}. ${safeText(problem.remedy)}`;
}

function heading(title: string): string {
  return title.slice(0, 1).toUpperCase() + title.slice(1);
}

function columns(facts: readonly Fact[]): string {
  if (facts.length === 0) return '  cannot be read\n';
  const width = Math.max(...facts.map(({ name }) => safeText(name).length));
  return facts.map(({ name, value }) => `  ${safeText(name).padEnd(width)}  ${safeText(value)}\n`).join('');
}
