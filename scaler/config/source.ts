// The text of a values file: YAML to plain data, the part of it that is ours (a parent chart keeps our values under the
// chart's name or its alias), and the line on which a path stands. What the text says is never quoted: it may hold a
// calendar address.
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Problem } from '../problem.ts';
import { isHiddenKey, looksLikeAddress } from './secret-keys.ts';

export const CHART_NAME = 'node-placeholder-scaler';

/** Keys that tell our values from a parent chart's. */
const OURS = ['nodePools', 'calendarUrl', 'calendarUrlFrom', 'calendars'];

export type Path = readonly PropertyKey[];

export interface Source {
  /** Our values as typed; undefined when the text is no YAML mapping. */
  values?: Record<string, unknown>;
  problems: Problem[];
  /** `nodePools.data8.replicas (values.yaml line 12)`, for a path inside our values. */
  where(path: Path): string;
  /** The value at a path as it was typed (`1.10`, not 1.1); undefined where none stands, or more than one value. */
  typed(path: Path): string | undefined;
}

const YAML_HINTS: Record<string, string> = {
  BAD_INDENT: 'the indentation does not fit the lines above',
  DUPLICATE_KEY: 'this key stands here twice',
  TAB_AS_INDENT: 'a tab stands where only spaces may',
  MISSING_CHAR: 'a quote, bracket or colon is missing here or above',
  MULTILINE_IMPLICIT_KEY: 'a colon is missing, or the indentation does not fit the lines above',
  BLOCK_AS_IMPLICIT_KEY: 'a second colon on one line, or the indentation does not fit the lines above',
  UNEXPECTED_TOKEN: 'something stands here that YAML does not allow; quotes around the value may help',
  BAD_SCALAR_START: 'a value that begins with @ or ` needs quotes',
  MULTIPLE_DOCS: 'a second document begins here (---)',
};

export function readSource(text: string, file: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    logLevel: 'silent',
  });
  const broken = document.errors.map((error): Problem => {
    const { line, col } = lines.linePos(error.pos[0]);
    return {
      code: 'yaml',
      source: 'config',
      severity: 'error',
      where: `${file} line ${line}, column ${col}`,
      message: `expected YAML; ${YAML_HINTS[error.code] ?? `YAML cannot be read here (${error.code})`}`,
      example: 'calendarTimezone: America/Los_Angeles',
    };
  });
  const unread = (problems: Problem[]): Source => ({ problems, where: () => file, typed: () => undefined });
  if (broken.length > 0) return unread(broken);
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: 100 });
  } catch {
    return unread([notMapping(file, 'aliases that cannot be resolved, or too many of them')]);
  }
  // A file that was emptied by mistake is not the wish to have no pools and no calendars.
  if (data === null || data === undefined) return unread([notMapping(file, EMPTY)]);
  if (typeof data !== 'object' || Array.isArray(data)) {
    return unread([notMapping(file, Array.isArray(data) ? 'a list' : 'a single value')]);
  }
  const whole = data as Record<string, unknown>;
  const prefix = nestedUnder(whole);
  const values = (prefix === undefined ? whole : whole[prefix]) as Record<string, unknown>;
  const inFile = (path: Path) => (prefix === undefined ? path : [prefix, ...path]);
  return {
    values,
    problems: [],
    where(path) {
      const full = inFile(path);
      const { offset } = find(document, full);
      const place = offset === undefined ? file : `${file} line ${lines.linePos(offset).line}`;
      return full.length === 0 ? file : `${pathText(full)} (${place})`;
    },
    typed(path) {
      const { node, isWhole } = find(document, inFile(path));
      return isWhole && isScalar(node) ? node.source : undefined;
    },
  };
}

/** The key under which a parent chart's values file keeps ours, if it is one. */
function nestedUnder(whole: Record<string, unknown>): string | undefined {
  if (OURS.some((key) => key in whole)) return undefined;
  const isOurs = (value: unknown) =>
    typeof value === 'object' && value !== null && OURS.some((key) => key in (value as object));
  const ours = whole[CHART_NAME];
  if (typeof ours === 'object' && ours !== null && !Array.isArray(ours)) return CHART_NAME;
  const named = Object.keys(whole).filter((key) => isOurs(whole[key]));
  return named.length === 1 ? named[0] : undefined;
}

const EMPTY = 'nothing: the file is empty; {} means that everything is left at its default';

function notMapping(file: string, got: string): Problem {
  return {
    code: 'yaml',
    source: 'config',
    severity: 'error',
    where: file,
    message: `expected settings by name, got ${got}`,
    example: 'calendarTimezone: America/Los_Angeles',
  };
}

/** `nodePools.data8.tolerations[0].key`; keys with dots or blanks in quotes, what was typed in place of a secret never. */
export function pathText(path: Path): string {
  let text = '';
  for (const [index, step] of path.entries()) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (looksLikeAddress(String(step))) text += '[an address]';
    else if (isHiddenKey(path.slice(0, index), step)) text += '[not shown]';
    else if (/^[\w-]+$/.test(String(step))) text += text === '' ? String(step) : `.${String(step)}`;
    else text += `["${String(step)}"]`;
  }
  return text;
}

interface Found {
  node: unknown;
  /** Where the deepest part of the path that stands in the text begins. */
  offset: number | undefined;
  /** The whole path stands in the text. */
  isWhole: boolean;
}

function find(document: Document, path: Path): Found {
  let node: unknown = document.contents;
  let offset: number | undefined;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (pair === undefined) return { node, offset, isWhole: false };
      offset = (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(step)] as { range?: [number, number, number] } | undefined;
      if (item === undefined) return { node, offset, isWhole: false };
      offset = item.range?.[0] ?? offset;
      node = item;
    } else return { node, offset, isWhole: false };
  }
  return { node, offset, isWhole: true };
}
