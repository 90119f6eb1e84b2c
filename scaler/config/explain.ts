// What the schema refused, as problems that people can act on: where, what was expected, what was found, one right
// example; for an unknown key the nearest known one, or the setting that it looks indented wrongly under.

import { distance } from 'fastest-levenshtein';
import { stringify } from 'yaml';
import type { z } from 'zod';
import type { Problem } from '../problem.ts';
import { type JsonSchema, keysAt, schemaAt } from './json-schema.ts';
import { poolSettings } from './pool-values.ts';
import { isHiddenKey, isSecretPath, looksLikeAddress } from './secret-keys.ts';
import { type Path, pathText, type Source } from './source.ts';

export function explainIssues(
  issues: readonly z.core.$ZodIssue[],
  source: Source,
  schema: JsonSchema,
): Problem[] {
  const problems = issues.flatMap((issue) => {
    const [top, key] = issue.path;
    const misplaced =
      top === 'nodePools' && key !== undefined ? misplacedPoolSetting(String(key), source) : undefined;
    if (misplaced !== undefined) return [misplaced];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey([...issue.path, key], source, schema));
    }
    return [wrongValue(issue, source, schema)];
  });
  const first = (problem: Problem) =>
    problems.find(({ where, message }) => where === problem.where && message === problem.message);
  return problems.filter((problem) => first(problem) === problem);
}

/** The problem with a pool's setting on the level of the pools: `nodeSelector:` right under `data8:`, not inside it. */
export function misplacedPoolSetting(key: string, source: Source): Problem | undefined {
  if (!Object.hasOwn(poolSettings.shape, key)) return undefined;
  return {
    code: 'wrong-setting',
    source: 'config',
    severity: 'error',
    where: source.where(['nodePools', key]),
    message: `expected the name of a pool, got "${key}", which looks like it belongs under the pool above it: indent it by two more spaces`,
    example: `data8:\n  ${INDENTED.replaceAll('\n', '\n  ')}`,
  };
}

function wrongValue(issue: z.core.$ZodIssue, source: Source, schema: JsonSchema): Problem {
  const path = issue.path;
  const missing = valueAt(source.values, path) === undefined;
  // A union's own text is the better one, but when one of its variants is an object the trouble lies inside it.
  const inner = issue.code === 'invalid_union' ? deepest(issue.errors) : undefined;
  if (inner !== undefined) {
    return explainIssues([{ ...inner, path: [...path, ...inner.path] }], source, schema)[0] as Problem;
  }
  const got = missing ? 'nothing' : shown(path, valueAt(source.values, path));
  return {
    code: missing ? 'missing-setting' : 'wrong-setting',
    source: 'config',
    severity: 'error',
    where: source.where(path),
    message: `expected ${issue.message}, got ${got}`,
    ...(quotedExample(issue, source) ?? exampleAt(path, schema)),
    ...poolOf(path),
  };
}

/** A number, true or false where a text is expected: the same in quotes. */
function quotedExample(issue: z.core.$ZodIssue, source: Source): { example: string } | undefined {
  const { path, code } = issue;
  const key = path.at(-1);
  const isBare = ['number', 'boolean'].includes(typeof valueAt(source.values, path));
  if (code !== 'invalid_type' || issue.expected !== 'string' || !isBare || isSecretPath(path))
    return undefined;
  const typed = source.typed(path);
  if (typed === undefined || typeof key !== 'string') return undefined;
  return { example: stringify({ [key]: typed }, { lineWidth: 0 }).trim() };
}

/** The issue inside a union's object variant, when the value was an object at all. */
function deepest(errors: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue | undefined {
  const inside = errors.flat().filter((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys');
  return inside[0];
}

function unknownKey(path: Path, source: Source, schema: JsonSchema): Problem {
  const typed = String(path.at(-1));
  const parent = path.slice(0, -1);
  const isHidden = isHiddenKey(parent, typed);
  const key = isHidden ? 'a key that is not shown here' : looksLikeAddress(typed) ? 'an address' : typed;
  const known = keysAt(schema, parent);
  const under = belongsUnder(parent, key);
  const near = isHidden ? undefined : nearest(key, known);
  const problem: Problem = {
    code: 'unknown-setting',
    source: 'config',
    severity: 'error',
    where: source.where(path),
    message:
      under === undefined
        ? `expected a known setting, got ${isHidden ? key : `"${key}"`}; ${advice(near, known)}`
        : `"${key}" looks like it belongs under ${under}: indent it by two more spaces`,
    ...poolOf(path),
  };
  if (under !== undefined) return { ...problem, example: INDENTED };
  return near === undefined ? problem : { ...problem, ...exampleAt([...parent, near], schema) };
}

function advice(near: string | undefined, known: string[]): string {
  if (near !== undefined) return `did you mean "${near}"?`;
  return known.length > 15 ? 'all settings are listed in docs/values.md' : `known here: ${known.join(', ')}`;
}

const INDENTED = [
  'nodeSelector:',
  '  hub.jupyter.org/pool-name: data8-pool',
  'resources:',
  '  requests:',
  '    memory: 57Gi',
].join('\n');

/** Settings of a pool that were pasted without their indentation. */
function belongsUnder(parent: Path, key: string): string | undefined {
  if (parent[0] !== 'nodePools' || parent.length < 2) return undefined;
  const pool = pathText(parent.slice(0, 2));
  const isAmount = ['cpu', 'memory', 'ephemeral-storage', 'nvidia.com/gpu'].includes(key);
  if (isAmount && (parent.length === 2 || parent[2] === 'resources')) return `${pool}.resources.requests`;
  if (parent.length > 2) return undefined;
  if (['requests', 'limits'].includes(key)) return `${pool}.resources`;
  if (['cpu', 'memory', 'ephemeral-storage', 'nvidia.com/gpu'].includes(key))
    return `${pool}.resources.requests`;
  return key.includes('/') || key.includes('.') ? `${pool}.nodeSelector` : undefined;
}

/** The nearest of some words, when it is near enough to be meant. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const plain = (word: string) => word.toLowerCase().replace(/[-_ ]/g, '');
  let best: string | undefined;
  let least = Math.max(2, Math.floor(typed.length / 3)) + 1;
  for (const word of known) {
    const far = distance(plain(typed), plain(word));
    if (far < least) {
      least = far;
      best = word;
    }
  }
  return best;
}

export function valueAt(values: unknown, path: Path): unknown {
  let at = values;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<PropertyKey, unknown>)[step];
  }
  return at;
}

/** A value as a message may show it: short, and never a secret. */
export function shown(path: Path, value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const plain = JSON.stringify(value) ?? String(value);
  if (isSecretPath(path) || looksLikeAddress(plain)) {
    return `a ${typeof value} that is not shown here`;
  }
  return plain.length > 60 ? `${plain.slice(0, 57)}..."` : plain;
}

function exampleAt(path: Path, schema: JsonSchema): { example?: string } {
  // The nearest setting on the way that has an example or a default.
  for (let length = path.length; length > 0; length -= 1) {
    const at = schemaAt(schema, path.slice(0, length));
    const key = path[length - 1];
    const example = at?.examples?.[0] ?? at?.default;
    if (example !== undefined && typeof key === 'string' && !isEmpty(example)) {
      return { example: stringify({ [key]: example }, { lineWidth: 0 }).trim() };
    }
  }
  return {};
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function poolOf(path: Path): { pool?: string } {
  const name = path[0] === 'nodePools' && path.length > 1 ? String(path[1]) : undefined;
  return name === undefined || looksLikeAddress(name) ? {} : { pool: name };
}
