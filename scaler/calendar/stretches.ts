// The booked times of a pool as people read them: stretches of one count, asked by the same events. Segments
// (schedule.ts) also end where lead or hold time begins; a stretch does not, as long as the count stays.
import type { KnownPool } from './bookings.ts';
import { type BookedBy, bookedCount, type Schedule } from './schedule.ts';

export interface StretchPool extends KnownPool {
  /** What is booked above it is cut; absent: nothing is. */
  maxReplicas?: number;
}

export interface StretchSpan {
  pools: StretchPool[];
  fromMs: number;
  toMs: number;
}

export interface Stretch {
  pool: string;
  baseline: number;
  startMs: number;
  endMs: number;
  count: number;
  cutTo?: number;
  by: BookedBy[];
}

/** Stretches of all pools that overlap the span, cut to it, by start and then pool. */
export function stretches(schedule: Schedule, span: StretchSpan): Stretch[] {
  const all = span.pools.flatMap((pool) => stretchesOf(schedule, pool, span));
  return all.sort((a, b) => a.startMs - b.startMs || (a.pool < b.pool ? -1 : Number(a.pool > b.pool)));
}

/** Those of one pool. */
export function stretchesOf(
  schedule: Pick<Schedule, 'segments'>,
  { name: pool, baseline, maxReplicas = Infinity }: StretchPool,
  { fromMs, toMs }: Omit<StretchSpan, 'pools'>,
): Stretch[] {
  const found: Stretch[] = [];
  for (const segment of schedule.segments(pool, fromMs, toMs)) {
    const count = bookedCount(segment, baseline);
    if (count === undefined) continue;
    const startMs = Math.max(segment.startMs, fromMs);
    const endMs = Math.min(segment.endMs, toMs);
    const last = found.at(-1);
    if (last?.endMs === startMs && last.count === count && sameEvents(last.by, segment.by))
      last.endMs = endMs;
    else
      found.push({
        pool,
        baseline,
        startMs,
        endMs,
        count,
        ...(count > maxReplicas && { cutTo: maxReplicas }),
        by: segment.by,
      });
  }
  return found;
}

/** An event with its lead and hold time is one row when the count stays the same. */
function sameEvents(ones: BookedBy[], others: BookedBy[]): boolean {
  const key = ({ title, count, startMs, endMs, feed }: BookedBy) =>
    JSON.stringify([title, count, startMs, endMs, feed]);
  return (
    ones.length === others.length && ones.every((one, index) => key(one) === key(others[index] as BookedBy))
  );
}
