import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { indexPairs, keyOf, offsetOf, startOf } from './find-offset.ts';
import { quote } from './nearest.ts';
import type { Path, Position, Positions, Problem } from './problem.ts';

/** A YAML text as plain data, with the place of each value and what is wrong with its syntax. */
export interface YamlText {
  /** Meaningless when there are syntax problems. */
  readonly value: unknown;
  readonly positions: Positions;
  /** Syntax errors, keys that are no text or stand twice, unknown tags, several documents, alias bombs and cycles. */
  readonly problems: readonly Problem[];
}

/** Parses YAML 1.2. Never throws: whatever is wrong is in `problems`. `file` is what messages call it. */
export function readYaml(text: string, file: string): YamlText {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { ...yaml12, lineCounter });
  const found = [...syntaxProblems(document), ...structureProblems(document)];
  let value: unknown = null;
  if (found.length === 0) {
    try {
      value = document.toJS({ maxAliasCount: 100 });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      found.push({ offset: 0, message: `aliases cannot be resolved: ${reason}` });
    }
  }
  // Syntax problems are known by their place in the text, all others by their path: one list needs one way.
  const problems = found.map(({ message }, index) => ({ path: [syntaxKey, index], message }));
  const pairsOf = indexPairs();
  const find = (path: Path, at: 'key' | 'value'): Position => {
    const offset =
      path[0] === syntaxKey
        ? (found[Number(path[1])]?.offset ?? 0)
        : offsetOf(document.contents, { path, at, pairsOf });
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  return { value, positions: { file, find }, problems };
}

/** Plain data only: neither a tag nor `%YAML 1.1` brings sets, dates or bytes, or makes `<<` and `yes` mean more. */
const yaml12 = {
  schema: 'core',
  resolveKnownTags: false,
  prettyErrors: false,
  // Compares each key with all others: quadratic. `structureProblems` finds duplicates by a set.
  uniqueKeys: false,
} as const;

/** The parser looks for the anchor of each alias among all of them: more would take it minutes. */
const mostAliases = 1_000;

/** A message may quote the file: a line of a megabyte is of no use to anybody. */
const longestMessage = 200;

/** No key can be this: NUL is not allowed in YAML. */
const syntaxKey = '\u0000syntax';

interface Found {
  readonly offset: number;
  readonly message: string;
}

function syntaxProblems(document: Document): Found[] {
  const all = [...document.errors, ...document.warnings];
  const exhausted = all.find((error) => error.code === 'RESOURCE_EXHAUSTION');
  if (exhausted !== undefined) return [{ offset: exhausted.pos[0], message: 'nested too deeply' }];
  // One mistake makes the parser complain again and again behind it: the first few tell the truth.
  return all
    .slice(0, 5)
    .map((error) => ({ offset: error.pos[0], message: explain(error.code, error.message) }));
}

function explain(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here; a file holds one';
  const short = message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message;
  return `YAML: ${short.charAt(0).toLowerCase()}${short.slice(1)}`;
}

/** Keys that stand twice or are no scalar, aliases that lie inside what they name or are too many, half characters. */
function structureProblems(document: Document): Found[] {
  const found: Found[] = [];
  const tell = (node: unknown, message: string): void => {
    found.push({ offset: startOf(node), message });
  };
  let aliases = 0;
  const walk = (node: unknown, anchors: readonly string[]): void => {
    if (isAlias(node)) {
      aliases += 1;
      if (aliases === mostAliases + 1) tell(node, `more than ${mostAliases} aliases`);
      if (anchors.includes(node.source)) tell(node, `alias *${node.source} contains itself`);
      return;
    }
    // Such a text cannot be written to any file again (Unicode, D92).
    if (isScalar(node) && typeof node.value === 'string' && !node.value.isWellFormed())
      tell(node, `${quote(node.value)} holds half a surrogate pair, which is no character`);
    if (!isMap(node) && !isSeq(node)) return;
    const inside = node.anchor === undefined ? anchors : [...anchors, node.anchor];
    if (isSeq(node)) {
      for (const item of node.items) walk(item, inside);
      return;
    }
    const seen = new Set<string>();
    for (const pair of node.items) {
      const key = keyOf(pair);
      // Written out, a list, a map or an alias would be a key that nobody has seen in the file.
      if (!isScalar(pair.key))
        tell(pair.key, `a key is a plain text, not ${isAlias(pair.key) ? 'an alias' : 'a list or a map'}`);
      else if (seen.has(key)) tell(pair.key, `key ${quote(key)} is given twice`);
      seen.add(key);
      walk(pair.value, inside);
    }
  };
  if (document.errors.length === 0) walk(document.contents, []);
  return found;
}
