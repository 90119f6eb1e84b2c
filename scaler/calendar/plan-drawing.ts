// The booked stretches as a table for a terminal: a line each by day, titles continued under themselves, and on lines of
// their own where too little room is left beside the numbers.
import { type Meaning, poolMeanings } from '../terminal/ink.ts';
import type { Look } from '../terminal/look.ts';
import { padded, widthOf, wrapped } from '../terminal/width.ts';
import type { Stretch, StretchPool } from './stretches.ts';
import { shown } from './text.ts';

const DAY = 'ccc yyyy-MM-dd';
const BETWEEN = '   ';
/** Titles in less room than this are better off on lines of their own. */
const LEAST_FOR_TITLES = 16;

export type At = (ms: number, format: string) => string;

/** Header, then the rows by day. */
export function drawStretches(
  rows: Stretch[],
  at: At,
  pools: StretchPool[],
  { ink, columns }: Look,
): string[] {
  const meanings = poolMeanings(pools);
  const cells = rows.map((row) => ({
    day: at(row.startMs, DAY),
    time: `${at(row.startMs, 'HH:mm')} - ${endTime(row, at)}`,
    pool: row.pool,
    count: String(row.count),
    by: byText(row),
    cut: row.cutTo === undefined ? '' : `cut to ${row.cutTo} by maxReplicas`,
  }));
  const widest = (cell: 'time' | 'pool' | 'count', header: string) =>
    Math.max(header.length, ...cells.map((each) => widthOf(each[cell])));
  const width = {
    time: widest('time', 'time'),
    pool: widest('pool', 'pool'),
    count: widest('count', 'nodes'),
  };
  const left = 2 + width.time + width.pool + width.count + 3 * BETWEEN.length;
  const isStacked = columns - left < LEAST_FOR_TITLES;
  const indent = ' '.repeat(isStacked ? 4 : left);
  const row = (cell: (typeof cells)[number], meaning: Meaning) => {
    const fixed = [
      padded(cell.time, width.time),
      ink(meaning, cell.pool) + ' '.repeat(width.pool - widthOf(cell.pool)),
      ' '.repeat(width.count - cell.count.length) + ink(cell.cut === '' ? 'strong' : 'warning', cell.count),
    ].join(BETWEEN);
    const titles = wrapped(cell.by, columns - indent.length);
    if (cell.cut !== '')
      titles.push(...wrapped(cell.cut, columns - indent.length).map((line) => ink('warning', line)));
    const [first = '', ...more] = titles.filter((line) => line !== '');
    const beside = isStacked ? [`  ${fixed}`, `${indent}${first}`] : [`  ${fixed}${BETWEEN}${first}`];
    return [...beside, ...more.map((line) => `${indent}${line}`)].map((line) => line.trimEnd());
  };
  const header = [
    padded('time', width.time),
    padded('pool', width.pool),
    padded('nodes', width.count, 'right'),
  ];
  const lines = [`  ${header.join(BETWEEN)}${isStacked ? '' : `${BETWEEN}booked by`}`];
  for (const [day, ofDay] of Map.groupBy(cells, (cell) => cell.day)) {
    lines.push('', ink('strong', day));
    for (const cell of ofDay) lines.push(...row(cell, meanings.get(cell.pool) ?? 'strong'));
  }
  return lines;
}

function endTime({ startMs, endMs }: Stretch, at: At): string {
  if (at(startMs, DAY) === at(endMs, DAY)) return at(endMs, 'HH:mm');
  // Midnight reads best as the end of the day before.
  if (at(endMs, 'HH:mm') === '00:00' && at(endMs - 1, DAY) === at(startMs, DAY)) return '24:00';
  return at(endMs, 'ccc dd HH:mm');
}

function byText({ by }: Stretch): string {
  const titles = by.map(({ title, count }) =>
    by.length === 1 ? shown(title) : `${shown(title)} (${count})`,
  );
  return titles.join(', ');
}
