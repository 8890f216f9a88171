/** One entry of apt's sources (sources.list(5)), either format, one per URI. */
export interface AptSource {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** Path of the keyring, or an inline key; null where apt's own trusted keys count. */
  readonly signedBy: string | null;
}

/** Where the machine gets Debian from, with nothing of it fixed to a release. */
export interface DebianArchive {
  readonly main: AptSource;
  /** Null when the machine takes no security updates. */
  readonly security: AptSource | null;
}

/** `deb [options] uri suite component…`, one a line. Sources of source packages are left out. */
export function parseOneLineSources(text: string): readonly AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line.trim());
    const [, options = '', uri, suite, components = ''] = match ?? [];
    if (uri === undefined || suite === undefined) return [];
    const signedBy = /signed-by=(\S+)/i.exec(options)?.[1] ?? null;
    return [{ uri, suites: [suite], components: words(components), signedBy }];
  });
}

/** The deb822 format: paragraphs of fields, folded lines begin with a space. */
export function parseDeb822Sources(text: string): readonly AptSource[] {
  return text.split(/\n\s*\n/).flatMap((paragraph) => {
    const fields = readFields(paragraph);
    if (!words(fields.get('types') ?? '').includes('deb') || fields.get('enabled') === 'no') return [];
    return words(fields.get('uris') ?? '').map((uri) => ({
      uri,
      suites: words(fields.get('suites') ?? ''),
      components: words(fields.get('components') ?? ''),
      signedBy: fields.get('signed-by') ?? null,
    }));
  });
}

/**
 * Finds Debian's own archive among the machine's sources: it serves `codename` with component `main`, and
 * so does many a vendor's, but its URI ends with `/debian`. Null when there is none.
 */
export function findDebianArchive(sources: readonly AptSource[], codename: string): DebianArchive | null {
  const candidates = sources.filter(({ components }) => components.includes('main'));
  const plain = candidates.filter(({ suites }) => suites.includes(codename));
  const main = plain.find(({ uri }) => /\/debian\/?$/.test(uri)) ?? plain[0];
  if (main === undefined) return null;
  const security = candidates.find(({ suites }) => suites.includes(`${codename}-security`));
  return { main, security: security ?? null };
}

/** Sources text (deb822) that offers the given releases, and nothing else, from the machine's archive. */
export function sourcesText(archive: DebianArchive, releases: readonly string[]): string {
  const paragraphs = [paragraph(archive.main, releases)];
  if (archive.security) {
    const suites = releases.map((release) => `${release}-security`);
    paragraphs.push(paragraph(archive.security, suites));
  }
  return `${paragraphs.join('\n\n')}\n`;
}

function paragraph(source: AptSource, suites: readonly string[]): string {
  const lines = ['Types: deb', `URIs: ${source.uri}`, `Suites: ${suites.join(' ')}`, 'Components: main'];
  if (source.signedBy !== null) lines.push(`Signed-By: ${source.signedBy}`);
  return lines.join('\n');
}

function readFields(paragraph: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  let name = '';
  for (const line of paragraph.split('\n')) {
    if (line.startsWith('#')) continue;
    const match = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
    if (match?.[1] !== undefined) {
      name = match[1].toLowerCase();
      fields.set(name, match[2]?.trim() ?? '');
    } else if (/^\s/.test(line)) {
      fields.set(name, `${fields.get(name) ?? ''}\n${line}`); // as it is: a key may stand here
    }
  }
  return fields;
}

function words(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}
