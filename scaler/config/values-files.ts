// Several values files as Helm takes them: a later one wins, mappings are merged key by key, lists and single values are
// replaced, null takes a setting back to its default. They become one text, which is read as one file is; every problem is
// brought back to the file and line that its setting came from.
import { readFileSync } from 'node:fs';
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Problem } from '../problem.ts';
import { readConfigFile, secretsIn } from './file.ts';
import { type LoadedConfig, loadConfig } from './load.ts';
import { readSource } from './source.ts';

/** One file or several; the first is the one that the others override. */
export function readValuesFiles(paths: string[], { secretsDir }: { secretsDir?: string } = {}): LoadedConfig {
  const [only = ''] = paths;
  const options = secretsDir === undefined ? {} : { secretsDir };
  if (paths.length === 1) return readConfigFile(only, options);
  const unusable: Problem[] = [];
  const layers: Layer[] = [];
  for (const path of paths) {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      unusable.push(...readConfigFile(path).problems);
      continue;
    }
    const source = readSource(text, path);
    unusable.push(...source.problems);
    if (source.values !== undefined) layers.push(layerOf(path, text));
  }
  if (unusable.length > 0) return { problems: unusable };
  const merged = mergedText(layers);
  const readSecret = secretsIn(secretsDir, (file) => readFileSync(file, 'utf8'));
  const loaded = loadConfig(merged, { file: MERGED, ...(readSecret && { readSecret }) });
  const placed = placedIn(layers, merged);
  return { ...loaded, problems: loaded.problems.map((problem) => placed(problem)) };
}

/** A name that no person's file has. */
const MERGED = '\u0001merged';

interface Layer {
  path: string;
  document: Document.Parsed;
  /** Line of every setting, by its path as JSON. */
  lines: Map<string, number>;
}

function layerOf(path: string, text: string): Layer {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, merge: true, logLevel: 'silent' });
  const lines = new Map<string, number>();
  eachSetting(document, counter, (at, line) => lines.set(JSON.stringify(at), line));
  return { path, document, lines };
}

function mergedText(layers: Layer[]): string {
  const [first, ...others] = layers.map(({ document }) => withoutAliases(document));
  const merged = first as Document;
  for (const other of others) merged.contents = mergedNode(merged.contents, other.contents) as never;
  return merged.toString({ lineWidth: 0, commentString: () => '', flowCollectionPadding: false });
}

/** An anchor means nothing in another document, so what stands behind it is written out. */
function withoutAliases(document: Document): Document {
  let hasAlias = false;
  visit(document, {
    Alias: () => {
      hasAlias = true;
    },
    // One setting, one line: lines are how problems find their way back.
    Collection: (_, node) => {
      node.flow = false;
    },
  });
  if (hasAlias) document.contents = document.createNode(document.toJS({ maxAliasCount: 100 })) as never;
  return document;
}

function mergedNode(below: unknown, above: unknown): unknown {
  if (!isMap(below) || !isMap(above)) return above;
  for (const pair of above.items) {
    const key = isScalar(pair.key) ? pair.key.value : pair.key;
    const known = below.items.find((item) => isScalar(item.key) && item.key.value === key);
    if (known === undefined) below.items.push(pair);
    else known.value = mergedNode(known.value, pair.value);
  }
  return below;
}

/** Calls `found` for every key and list item with its path and line; an alias ends the way down. */
function eachSetting(
  document: Document,
  counter: LineCounter,
  found: (path: (string | number)[], line: number) => void,
): void {
  const walk = (node: unknown, path: (string | number)[]) => {
    const at = (step: string | number, range: readonly number[] | null | undefined, value: unknown) => {
      const here = [...path, step];
      if (range) found(here, counter.linePos(range[0] as number).line);
      walk(value, here);
    };
    if (isAlias(node)) return;
    if (isMap(node))
      for (const { key, value } of node.items) if (isScalar(key)) at(String(key.value), key.range, value);
    if (isSeq(node))
      for (const [index, item] of node.items.entries())
        at(index, (item as { range?: [number, number, number] }).range, item);
  };
  walk(document.contents, []);
}

/** The problem with the file and line that its setting came from; without, all files are named. */
function placedIn(layers: Layer[], merged: string): (problem: Problem) => Problem {
  const counter = new LineCounter();
  const document = parseDocument(merged, { lineCounter: counter, logLevel: 'silent' });
  const paths = new Map<number, (string | number)[]>();
  eachSetting(document, counter, (path, line) => paths.set(line, path));
  const all = layers.map(({ path }) => path).join(', ');
  const placeOf = (line: number) => {
    for (let path = paths.get(line) ?? []; path.length > 0; path = path.slice(0, -1)) {
      const key = JSON.stringify(path);
      const layer = layers.findLast(({ lines }) => lines.has(key));
      if (layer !== undefined) return `${layer.path} line ${layer.lines.get(key)}`;
    }
    return all;
  };
  const place = new RegExp(`${MERGED}(?: line (\\d+))?`, 'g');
  return (problem) => ({
    ...problem,
    where: problem.where.replace(place, (_, line) => (line === undefined ? all : placeOf(Number(line)))),
  });
}
