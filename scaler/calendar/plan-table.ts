// What is booked when, for a person at a terminal or a program: the schedule window by window, and under it every
// problem with the line it is about and the line to type instead. Makes strings and plain objects, prints nothing.
//
//     time                   pool     nodes   booked by
//   Mon 2026-11-23
//     09:50 - 11:10          data8        3   Data 8 midterm
//     14:00 - Tue 24 02:00   stat20       1   Overnight lab
import { DateTime } from 'luxon';
import type { Problem } from '../problem.ts';
import { type Look, PLAIN } from '../terminal/look.ts';
import { wrapped } from '../terminal/width.ts';
import type { KnownPool } from './bookings.ts';
import { drawStretches } from './plan-drawing.ts';
import { problemCount, problemLines } from './problem-lines.ts';
import type { Schedule } from './schedule.ts';
import { type StretchPool, stretches } from './stretches.ts';

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

/** The same for a terminal, ending in a newline. `only`: by what, when not all was asked for. */
export function planTable(
  schedule: Schedule,
  span: PlanSpan & { only?: string },
  problems: Problem[],
  look: Look = PLAIN,
): string {
  const { ink, columns } = look;
  const rows = stretches(schedule, span);
  const at = (ms: number, format: string) => DateTime.fromMillis(ms, { zone: span.zone }).toFormat(format);
  const head = `Bookings from ${at(span.fromMs, MINUTE)} to ${at(span.toMs, MINUTE)}, ${span.zone}`;
  const lines = wrapped(head, columns).map((line) => ink('strong', line));
  const asked = span.only === undefined ? '' : ` ${span.only}`;
  if (rows.length > 0) lines.push('', ...drawStretches(rows, at, span.pools, look));
  else lines.push('', ...wrapped(`Nothing is booked in this time${asked}.`, columns));
  const hasPhases = rows.some(({ by }) => by.some(({ phase }) => phase));
  lines.push(
    '',
    ...baselineLine(span.pools).flatMap((line) => wrapped(line, columns)),
    ...(hasPhases ? ['Times include lead and hold time.'] : []),
    ...problems.flatMap((problem) => ['', ...problemLines(problem, look)]),
    ...(problems.length > 0 ? ['', problemCount(problems, look)] : []),
  );
  return `${lines.join('\n').trimEnd()}\n`;
}

const MINUTE = 'ccc yyyy-MM-dd HH:mm';
/** Of many pools only those that keep something. */
const MOST_NAMED = 6;

function baselineLine(pools: KnownPool[]): string[] {
  if (pools.length === 0) return ['No pools are configured.'];
  const named = pools.length > MOST_NAMED ? pools.filter(({ baseline }) => baseline > 0) : pools;
  const others = pools.length - named.length;
  const parts = named.map(({ name, baseline }) => `${name} ${baseline}`);
  if (others > 0) parts.push(`${named.length === 0 ? 'all' : 'the other'} ${others} pools 0`);
  return [`At other times: ${parts.join(', ')} (the baseline)`];
}
