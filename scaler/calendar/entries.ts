// Which pairs of a name and a value did the person type, and in which line? The whole text is tried as a YAML mapping
// first, then each line is read by itself. Values stay text, as typed: YAML finds the structure, but never decides that
// `3.0`, `0x10` or `true` is a number. Which names are pools and which values are counts is for meaning.ts.
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { bareName, lineEntries } from './line-entries.ts';

export interface Entry {
  /** Line of the text, from 1. */
  line: number;
  name: string;
  value: string;
  /** Between name and value stands a colon, or something else (`data8 = 3`, `data8 3`, `3 x data8`). */
  sign: 'colon' | 'equals' | 'blank';
  /** The value is no single word but a YAML list or mapping. */
  shape?: 'list' | 'mapping';
  /** What can be read inside when the name is no pool: `Placeholders: data8: 3`, or a mapping under a heading. */
  inside: Entry[];
}

/** YAML is for what a person types; longer texts are read line by line, whatever they are. */
const LONGEST_YAML = 16_384;
const DEEPEST = 20;

/** Entries in the order typed. Never throws. */
export function readEntries(text: string): Entry[] {
  const asYaml = mayBeYaml(text) ? yamlEntries(text) : undefined;
  return asYaml ?? text.split('\n').flatMap((line, index) => lineEntries(line, index + 1));
}

/** Parsing prose costs a hundred times more than seeing that one line of it can stand in no mapping. */
function mayBeYaml(text: string): boolean {
  if (text.length > LONGEST_YAML || !text.includes(':')) return false;
  return (
    text.trimStart().startsWith('{') || text.split('\n').every((line) => /^(?:$|[\s#?}\]-]|.*:)/u.test(line))
  );
}

/** Undefined: not a mapping, or one whose values run over several lines, where a person did not mean YAML. */
function yamlEntries(text: string): Entry[] | undefined {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      schema: 'core',
      merge: false,
      uniqueKeys: false, // The check is quadratic, and all of equal keys are wanted.
      logLevel: 'silent',
      prettyErrors: false,
      lineCounter: lines,
    });
    if (document.errors.length > 0 || document.warnings.length > 0 || !isMap(document.contents))
      return undefined;
    return new YamlReader(text, lines).pairs(document.contents.items, 0);
  } catch (error) {
    // Too deep for the parser's stack, or not read as YAML by a person either.
    if (error instanceof NotTyped || error instanceof RangeError) return undefined;
    throw error;
  }
}

class NotTyped extends Error {}

/** Walks the nodes themselves: nothing is resolved, so an alias stays an alias (`maxAliasCount` 0) and cannot grow. */
class YamlReader {
  readonly #text: string;
  readonly #lines: LineCounter;

  constructor(text: string, lines: LineCounter) {
    this.#text = text;
    this.#lines = lines;
  }

  pairs(items: Pair<unknown, unknown>[], depth: number): Entry[] {
    if (depth > DEEPEST) throw new NotTyped();
    return items.map(({ key, value }) => {
      const name = bareName(this.#word(key as Node | null));
      const node = value as Node | null;
      // `{data8:3}` is one key for YAML and a booking for a person.
      if (name.includes(':') && (node === null || !node.range || this.#source(node) === ''))
        throw new NotTyped();
      // Many a person's comment, a word for YAML.
      if (name.startsWith('//')) throw new NotTyped();
      const line = this.#lines.linePos((key as Node | null)?.range?.[0] ?? 0).line;
      const entry: Entry = { line, name, value: '', sign: 'colon', inside: [] };
      if (isMap(node)) return { ...entry, shape: 'mapping', inside: this.pairs(node.items, depth + 1) };
      if (isSeq(node)) return { ...entry, shape: 'list', inside: this.#list(node.items, depth + 1) };
      return { ...entry, value: this.#word(node) };
    });
  }

  #list(items: unknown[], depth: number): Entry[] {
    if (depth > DEEPEST) throw new NotTyped();
    return items.flatMap((item) => {
      if (isMap(item)) return this.pairs(item.items, depth + 1);
      return isSeq(item) ? this.#list(item.items, depth + 1) : [];
    });
  }

  #word(node: Node | null): string {
    if (isAlias(node)) return `*${node.source}`;
    if (!isScalar(node)) return '';
    const typed = this.#source(node);
    // `>3` and `|3` begin a block for YAML; for a person they are a value.
    if (typed.includes('\n') || node.type?.startsWith('BLOCK_')) throw new NotTyped();
    const tag = node.tag === undefined ? '' : `${node.tag} `;
    return tag + (node.source ?? typed);
  }

  #source(node: Node): string {
    return node.range ? this.#text.slice(node.range[0], node.range[1]) : '';
  }
}
