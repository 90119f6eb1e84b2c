// The pairs in one line as people type them: behind a bullet or a number, in quotes, with a comment, several in braces
// or with commas between them. Also what looks like a booking without its colon (`data8 = 3`, `data8 3`, `3x data8`),
// so that it can be answered instead of being overlooked. Each search is bounded by the length of a line.
import { bare } from './count.ts';
import type { Entry } from './entries.ts';

/** No booking is longer; a longer line is prose. */
const LONGEST_LINE = 2000;
const LONGEST_LOOSE = 120;
const COLONS_TRIED = 4;

const BULLETS = /^(?:[-+*>|•‣·–—→\p{So}\p{Sm}]\s*|\(?\d{1,2}[.)]\s+|\[[ x✓]?\]\s*)+/iu;
/** Where another pair may begin: a sign, a word or a blank before `word:`. */
const NEXT_PAIR = /(?:\s?[,;|/&+]\s?|\sand\s|\s)(?=[^\s:,;|]+\s?:)/iu;
const WHOLE_PAIR = /^[^\s:]+\s?:\s?\d{1,6}[.]?$/u;
const ANY_PAIR = /^[^\s:]+\s?:/u;

/** One word more, but no hour of the day. */
const UNIT = String.raw`(?:\s+(?![ap]m\b)\p{L}+)?[.!]?`;
const EQUALS = new RegExp(
  String.raw`^(?<name>[^=<>→⇒]{1,60}?)\s*(?:=+>?|[-–—]+>|→|⇒)\s*(?<value>\d{1,6})${UNIT}$`,
  'u',
);
const SEPARATED = new RegExp(
  String.raw`^(?<name>\S+)\s*(?:\s[-–—~]\s|[,;|.]\s|\s[x×*]\s?|\s)\s*[([]?(?<value>\d{1,3})[)\]]?${UNIT}$`,
  'u',
);
const REVERSED =
  /^(?<value>\d{1,3})\s?(?:[x×*]\s?)?(?:\p{L}+\s(?:\p{L}+\s)?(?:for|of|in|on)\s)?(?:pool\s)?(?<name>\S+?)[.!]?$/iu;

export function lineEntries(line: string, number: number): Entry[] {
  const text = withoutComment(line.replace(/\s+/gu, ' ').trim());
  if (text.length > LONGEST_LINE) return [];
  const body = text.replace(BULLETS, '');
  const inBraces = /^[[{(](.*)[\]})][,;.]?$/u.exec(body)?.[1];
  const parts = inBraces === undefined ? pairsOf(body) : inBraces.split(/[,;]/u);
  return parts.flatMap(
    (part) => pair(part.trim(), number, COLONS_TRIED) ?? loosePair(part.trim(), number) ?? [],
  );
}

function withoutComment(text: string): string {
  if (/^["'`*_]*(?:#|\/\/)/u.test(text)) return '';
  const comment = text.indexOf(' #');
  return comment < 0 ? text : text.slice(0, comment);
}

/** `data8: 3, stat20: 1` is two; `Room: 3, ask Ana` and `data8: {users: 350, lead: 10}` are one. */
function pairsOf(text: string): string[] {
  if (/[{[]/u.test(text)) return [text];
  const parts = text.split(NEXT_PAIR);
  if (parts.length < 2 || parts.every((part) => WHOLE_PAIR.test(part))) return parts;
  const listed = text.split(/\s?[,;|]\s?/u);
  return listed.every((part) => ANY_PAIR.test(part)) ? listed : [text];
}

/** Without what stands around a name: bullets, numbers of a list, quotes, marks of emphasis. */
export function bareName(typed: string): string {
  const name = typed.replace(BULLETS, '').trim();
  const isUnderlined = /^_+\w+_+$/.test(name);
  return (isUnderlined ? name : bare(name)).replace(/[,;|.]$/u, '');
}

function pair(text: string, line: number, colonsLeft: number): Entry | undefined {
  const colon = text.indexOf(':');
  if (colon < 0 || colonsLeft === 0) return undefined;
  const value = text.slice(colon + 1).trim();
  const inner = pair(value, line, colonsLeft - 1) ?? loosePair(value, line);
  return {
    line,
    name: bareName(text.slice(0, colon)),
    value,
    sign: 'colon',
    inside: inner === undefined ? [] : [inner],
  };
}

function loosePair(text: string, line: number): Entry | undefined {
  if (text.length > LONGEST_LOOSE) return undefined;
  const typed = bare(text);
  const equals = EQUALS.exec(typed);
  const found = equals ?? SEPARATED.exec(typed) ?? REVERSED.exec(typed);
  const { name = '', value = '' } = found?.groups ?? {};
  const sign = equals ? 'equals' : 'blank';
  return found ? { line, name: bareName(name), value, sign, inside: [] } : undefined;
}
