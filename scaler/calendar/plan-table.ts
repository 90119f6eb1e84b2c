// What is booked when, for a person at a terminal or a program: the schedule window by window, and under it every
// problem with the line it is about and the line to type instead. Makes strings and plain objects, prints nothing.
//
//   Mon 2026-11-23
//     09:50 - 11:10          data8    3   Data 8 midterm
//     14:00 - Tue 24 02:00   stat20   1   Overnight lab
import { DateTime } from 'luxon';
import type { Problem } from '../problem.ts';
import type { KnownPool } from './bookings.ts';
import { problemLines } from './problem-lines.ts';
import type { Schedule } from './schedule.ts';
import { type Stretch, type StretchPool, stretches } from './stretches.ts';
import { shown } from './text.ts';

export interface PlanSpan {
  pools: StretchPool[];
  fromMs: number;
  toMs: number;
  /** IANA zone in which people read the times. */
  zone: string;
}

/** A stretch of equal count of one pool, cut to the span; times are ISO 8601 with the zone's offset. */
export interface PlanRow {
  pool: string;
  start: string;
  end: string;
  /** As booked. */
  count: number;
  /** What remains of it, when the pool's `maxReplicas` is less. */
  cutTo?: number;
  baseline: number;
  /** At most three, the ones that decide first; their own times, lead and hold included. */
  by: { title: string; count: number; start: string; end: string; feed: string }[];
}

export interface Plan {
  zone: string;
  from: string;
  to: string;
  pools: KnownPool[];
  windows: PlanRow[];
  /** As they are, with the times of their event in ISO 8601. */
  problems: object[];
}

function isoIn(zone: string): (ms: number) => string {
  return (ms) => DateTime.fromMillis(ms, { zone }).toISO({ suppressMilliseconds: true }) ?? '';
}

/** Windows of all pools by start, then pool; where nothing is booked there is none. */
export function planRows(schedule: Schedule, span: PlanSpan): PlanRow[] {
  const iso = isoIn(span.zone);
  return stretches(schedule, span).map(({ startMs, endMs, by, ...row }) => ({
    ...row,
    start: iso(startMs),
    end: iso(endMs),
    by: by.map(({ title, count, feed, startMs: start, endMs: end }) => ({
      title,
      count,
      start: iso(start),
      end: iso(end),
      feed,
    })),
  }));
}

/** The whole answer as plain JSON. */
export function planJson(schedule: Schedule, span: PlanSpan, problems: Problem[]): Plan {
  const iso = isoIn(span.zone);
  return {
    zone: span.zone,
    from: iso(span.fromMs),
    to: iso(span.toMs),
    pools: span.pools.map(({ name, baseline }) => ({ name, baseline })),
    windows: planRows(schedule, span),
    problems: problems.map(({ event, ...problem }) => ({
      ...problem,
      ...(event && {
        event: { uid: event.uid, title: event.title, start: iso(event.startMs), end: iso(event.endMs) },
      }),
    })),
  };
}

/** The same for a terminal, ending in a newline. */
export function planTable(schedule: Schedule, span: PlanSpan, problems: Problem[]): string {
  const rows = stretches(schedule, span);
  const at = (ms: number, format: string) => DateTime.fromMillis(ms, { zone: span.zone }).toFormat(format);
  const head = `Bookings from ${at(span.fromMs, MINUTE)} to ${at(span.toMs, MINUTE)}, ${span.zone}`;
  const cells = rows.map((row) => ({
    day: at(row.startMs, DAY),
    time: `${at(row.startMs, 'HH:mm')} - ${endTime(row, at)}`,
    pool: row.pool,
    count: String(row.count),
    by: byText(row),
  }));
  const width = { time: 0, pool: 0, count: 0 };
  for (const { time, pool, count } of cells) {
    width.time = Math.max(width.time, time.length);
    width.pool = Math.max(width.pool, pool.length);
    width.count = Math.max(width.count, count.length);
  }
  const lines = [head];
  for (const [day, ofDay] of Map.groupBy(cells, (cell) => cell.day)) {
    lines.push('', day);
    for (const { time, pool, count, by } of ofDay) {
      const columns = [time.padEnd(width.time), pool.padEnd(width.pool), count.padStart(width.count), by];
      lines.push(`  ${columns.join('   ')}`.trimEnd());
    }
  }
  if (rows.length === 0) lines.push('', 'Nothing is booked in this time.');
  lines.push(
    '',
    ...baselineLines(span.pools),
    ...(rows.some(({ by }) => by.some(({ phase }) => phase)) ? ['Times include lead and hold time.'] : []),
    ...problems.flatMap((problem) => ['', ...problemLines(problem)]),
  );
  if (problems.length > 0)
    lines.push('', problems.length === 1 ? '1 problem' : `${problems.length} problems`);
  return `${lines.join('\n').trimEnd()}\n`;
}

const DAY = 'ccc yyyy-MM-dd';
const MINUTE = 'ccc yyyy-MM-dd HH:mm';

function endTime({ startMs, endMs }: Stretch, at: (ms: number, format: string) => string): string {
  if (at(startMs, DAY) === at(endMs, DAY)) return at(endMs, 'HH:mm');
  // Midnight reads best as the end of the day before.
  if (at(endMs, 'HH:mm') === '00:00' && at(endMs - 1, DAY) === at(startMs, DAY)) return '24:00';
  return at(endMs, 'ccc dd HH:mm');
}

function byText({ by, cutTo }: Stretch): string {
  const titles = by.map(({ title, count }) =>
    by.length === 1 ? shown(title) : `${shown(title)} (${count})`,
  );
  return `${titles.join(', ')}${cutTo === undefined ? '' : `; cut to ${cutTo} by maxReplicas`}`;
}

function baselineLines(pools: KnownPool[]): string[] {
  if (pools.length === 0) return ['No pools are configured.'];
  return [
    `At other times: ${pools.map(({ name, baseline }) => `${name} ${baseline}`).join(', ')} (the baseline)`,
  ];
}
