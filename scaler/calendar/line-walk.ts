// The lines of a feed, found by their bytes: where each logical line (with its folds) begins and ends, and its name
// when it is one that somebody reads. Nothing is cut out or decoded; a feed of 44 MB takes a tenth of a second.

import { unfold } from './body-text.ts';

/** Lines that somebody reads; everything else of a feed is passed over. */
export type LineName = (typeof LINE_NAMES)[number];

const LINE_NAMES = [
  'BEGIN',
  'END',
  'UID',
  'DTSTART',
  'DTEND',
  'DURATION',
  'RRULE',
  'EXRULE',
  'RDATE',
  'EXDATE',
  'RECURRENCE-ID',
  'STATUS',
  'SEQUENCE',
  'SUMMARY',
  'DESCRIPTION',
  'X-ALT-DESC',
  'METHOD',
  'X-WR-TIMEZONE',
  'TZID',
  'TZOFFSETFROM',
  'TZOFFSETTO',
] as const;

/** Calls `line` for every logical line; the name is undefined when nobody reads lines of that name. */
export function eachLine(
  bytes: string,
  mostBytes: number,
  line: (name: LineName | undefined, start: number, end: number, tooLong: boolean) => void,
): void {
  const names = lineNames();
  const length = bytes.length;
  let at = 0;
  while (at < length) {
    const first = bytes.charCodeAt(at);
    if (first <= 32) {
      at++; // blank lines, and blanks before the first line
      continue;
    }
    // A byte order mark in front of a calendar that was appended to another.
    const start = first === 0xef && bytes.startsWith('\u00ef\u00bb\u00bf', at) ? at + 3 : at;
    let end = bytes.indexOf('\n', start);
    let folds = 0;
    for (; end >= 0; end = bytes.indexOf('\n', end + 1)) {
      const next = bytes.charCodeAt(end + 1);
      if (next !== 32 && next !== 9) break;
      folds += bytes.charCodeAt(end - 1) === 13 ? 3 : 2;
    }
    if (end < 0) end = length;
    at = end + 1;
    while (end > start && bytes.charCodeAt(end - 1) === 13) end--;
    line(nameOf(bytes, start, end, folds > 0, names), start, end, end - start - folds > mostBytes);
  }
}

/** Names by their length, so that most lines are passed over after a look at one letter and the length of the name. */
function lineNames(): (LineName[] | undefined)[] {
  const byLength: (LineName[] | undefined)[] = [];
  for (const name of LINE_NAMES) {
    const same = byLength[name.length];
    if (same) same.push(name);
    else byLength[name.length] = [name];
  }
  return byLength;
}

const LONGEST_NAME = 13;

function nameOf(
  bytes: string,
  start: number,
  end: number,
  folded: boolean,
  names: (LineName[] | undefined)[],
): LineName | undefined {
  const stop = Math.min(end, start + LONGEST_NAME + 1);
  let at = start;
  for (; at < stop; at++) {
    const char = bytes.charCodeAt(at);
    if (char === 58 || char === 59) break;
    // A name may itself be folded; then what is left of it is on the next line.
    if (char <= 32 && folded) {
      const name = unfold(bytes.slice(start, start + 64))
        .split(/[:;]/, 1)[0]
        ?.toUpperCase();
      return LINE_NAMES.find((one) => one === name);
    }
  }
  const candidates = names[at - start];
  if (!candidates || at === stop) return undefined;
  const letter = bytes.charCodeAt(start) & 0xdf;
  for (const name of candidates) {
    if (name.charCodeAt(0) !== letter) continue;
    if (bytes.startsWith(name, start) || bytes.slice(start, at).toUpperCase() === name) return name;
  }
  return undefined;
}
