// What does one typed pair mean: a booking, a problem, or prose that nobody needs to hear about?
//
//   name               value          `name: value`                       `name = value`, `name value`
//   a pool             whole number   booking                             problem: write the colon
//   a pool             other          problem: expected a whole number    prose
//   ... `for data8`    whole number   problem: a line of its own          prose
//   close to a pool    a number       problem: did you mean ...           problem (only with `=`)
//   another word       whole number   problem: no such pool; prose in a   prose
//                                     title or with `unknownPools: ignore`
//   anything else                     prose                               prose
//
// In a title `Data8: Midterm` is prose as well: most titles name their course. `data8: 3 midterm` is not.
import type { Problem } from '../problem.ts';
import { bare, type CountReading, EXAMPLE, readCount } from './count.ts';
import type { Entry } from './entries.ts';
import { type PoolMatch, poolNames } from './pool-names.ts';
import { shown } from './text.ts';

export interface MeaningOptions {
  pools: string[];
  unknownPools: 'problem' | 'ignore';
}

export type Place = 'title' | 'description';

export type Meaning =
  | { kind: 'booking'; pool: string; count: number; line: number }
  | { kind: 'problem'; line: number; problem: Finding };

/** A problem without its whereabouts. */
export type Finding = Pick<Problem, 'code' | 'severity' | 'message' | 'example' | 'pool'>;

const MOST_NAMES = 10;

/** `3 midterm`, `3 (exam)`; `2nd midterm` and `2 pm` begin otherwise. */
const COUNT_FIRST = /^\d{1,6}\s*(?:[([{]|\s(?![ap]\.?m\b))/iu;

/** Prose gives nothing; a heading gives what is inside it. */
export function meaningReader(options: MeaningOptions): (entry: Entry, place: Place) => Meaning[] {
  const find = poolNames(options.pools);
  const read = (entry: Entry, place: Place): Meaning[] => {
    const asTyped = find(entry.name);
    // `__data8__` is a name in bold, unless a pool is called so.
    const match = asTyped.kind === 'pool' ? asTyped : find(bare(entry.name));
    const count: CountReading =
      entry.shape === undefined
        ? readCount(entry.value)
        : { likely: place === 'description', example: EXAMPLE };
    if (match.kind === 'pool' && entry.sign === 'colon' && 'count' in count) {
      return [{ kind: 'booking', pool: match.name, count: count.count, line: entry.line }];
    }
    const words = entry.name.split(/[\s([{]+/u);
    const last = words.length > 1 ? find(words.at(-1) as string) : undefined;
    const lastWord = last?.kind === 'pool' ? last.name : undefined;
    const problem = finding({ entry, match, lastWord, count, place, options });
    if (problem !== undefined) return [{ kind: 'problem', line: entry.line, problem }];
    return entry.inside.flatMap((inner) => read(inner, place));
  };
  return read;
}

interface Judged {
  entry: Entry;
  match: PoolMatch;
  /** A pool that is the last of several words of the name. */
  lastWord: string | undefined;
  count: CountReading;
  place: Place;
  options: MeaningOptions;
}

function finding(judged: Judged): Finding | undefined {
  const { entry, match, count, place } = judged;
  if (entry.sign !== 'colon') return withoutColon(judged);
  if (match.kind === 'pool') {
    const beginsWithCount = 'likely' in count && (count.likely || COUNT_FIRST.test(entry.value));
    return place === 'description' || beginsWithCount ? badCount(judged, match.name) : undefined;
  }
  const isCount = 'count' in count;
  const looksLikeCount = isCount || count.likely;
  if (match.kind === 'ambiguous') return looksLikeCount ? ambiguous(entry, match.names, count) : undefined;
  if (match.kind === 'close' && looksLikeCount) return unknownPool(judged, match.names);
  if (judged.lastWord !== undefined) return withinText(entry, judged.lastWord);
  if (match.kind === 'close') return undefined;
  const isWord = /^\S+$/u.test(entry.name) && /\p{L}/u.test(entry.name);
  const reported = place === 'description' && judged.options.unknownPools === 'problem';
  return isCount && isWord && reported ? unknownPool(judged, []) : undefined;
}

function withoutColon({ entry, match, count }: Judged): Finding | undefined {
  if (match.kind === 'unknown' || (match.kind === 'close' && entry.sign === 'blank')) return undefined;
  const pool = match.kind === 'pool' ? match.name : (match.names[0] as string);
  const meant = match.kind === 'pool' ? '' : `; no pool is called "${shown(entry.name, 40)}"`;
  return {
    code: 'near-booking',
    severity: 'warning',
    message: `this looks like a booking of ${pool}, but books nothing: expected the pool, a colon and a whole number${meant}`,
    example: `${pool}: ${exampleCount(count)}`,
    pool,
  };
}

/** `Midterm (data8: 3)`, `please book data8: 3`. */
function withinText(entry: Entry, pool: string): Finding | undefined {
  const count = /^(\d{1,6})\b(?!:)/.exec(entry.value)?.[1];
  if (count === undefined) return undefined;
  return {
    code: 'near-booking',
    severity: 'warning',
    message: `this looks like a booking of ${pool}, but books nothing: expected it on a line of its own`,
    example: `${pool}: ${Number(count)}`,
    pool,
  };
}

function badCount({ entry, count, place }: Judged, pool: string): Finding {
  const got = entry.shape
    ? `a ${entry.shape}`
    : entry.value === ''
      ? 'nothing'
      : `"${shown(entry.value, 40)}"`;
  const range = /^\d{7,}/.test(entry.value) ? 'from 0 to 1000000' : 'from 0 up';
  return {
    code: 'bad-count',
    // `data8: see you there` may be prose after all; `data8: 3 (midterm)` and `data8: 12:30` were meant.
    severity:
      'likely' in count && !count.likely && (place === 'title' || /^\P{Nd}/u.test(entry.value))
        ? 'warning'
        : 'error',
    message: `expected a whole number ${range}, got ${got}`,
    example: `${pool}: ${exampleCount(count)}`,
    pool,
  };
}

function ambiguous(entry: Entry, names: string[], count: CountReading): Finding {
  return {
    code: 'ambiguous-pool',
    severity: 'error',
    message: `"${shown(entry.name, 40)}" may be ${either(names)}: type the pool's name with its own capital letters`,
    example: `${names[0]}: ${exampleCount(count)}`,
  };
}

function unknownPool({ entry, count, options }: Judged, close: string[]): Finding {
  const meant = close.length > 0 ? `; did you mean ${either(close)}?` : '.';
  const pool = close[0] ?? options.pools[0];
  return {
    code: 'unknown-pool',
    severity: 'error',
    message: `no pool "${shown(entry.name, 40)}"${meant} ${knownPools(options.pools)}`,
    // Without a close name the number may be anything (a room, a passcode), so it is not repeated as a count.
    ...(pool === undefined
      ? {}
      : { example: `${pool}: ${close.length > 0 ? exampleCount(count) : EXAMPLE}` }),
  };
}

function exampleCount(count: CountReading): number {
  return 'count' in count ? count.count : count.example;
}

function either(names: string[]): string {
  return names
    .slice(0, 3)
    .map((name) => `"${name}"`)
    .join(' or ');
}

/** `Known pools: data8, stat20`. */
export function knownPools(pools: string[]): string {
  if (pools.length === 0) return 'No pools are configured';
  const more = pools.length > MOST_NAMES ? ` and ${pools.length - MOST_NAMES} more` : '';
  return `Known pools: ${pools.slice(0, MOST_NAMES).join(', ')}${more}`;
}
