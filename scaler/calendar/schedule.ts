// What is booked when? Windows of one feed come from merge.ts (in the worker); here the windows of all feeds become one
// schedule that a pass asks with an instant. Only plain values; nothing here reads a clock.
//
//   core C (events)   around X (lead, hold)    booked
//   none              X <= baseline            nothing: lead and hold only raise
//   none              X >  baseline            X
//   C                 any                      max(C, X), also below the baseline ("cool off")
//
// Over several feeds C is the largest or the sum (`overlap`), X the largest.
import type { Booking } from './bookings.ts';
import { append, byRank, MOST_BY } from './merge.ts';

/** The event behind a booked count, for sentences and the page. */
export interface BookedBy {
  title: string;
  count: number;
  /** The booking's window: event start minus lead time, event end plus hold time. */
  startMs: number;
  endMs: number;
  feed: string;
  /** In this stretch the event has not begun yet, or is over; absent while it lasts. */
  phase?: 'lead' | 'hold';
}

/**
 * A stretch of time [startMs, endMs) of one pool in which the same bookings are active.
 * `core` is what the events themselves come to (after `overlap`), `around` the largest count whose lead or hold time
 * covers it; around only ever raises.
 */
export interface Segment {
  startMs: number;
  endMs: number;
  core?: number;
  around?: number;
  /** At most three, the ones that decide the count first. */
  by: BookedBy[];
}

/** Pool name -> segments, sorted, not overlapping; plain data (it crosses threads and is written to the state). */
export type FeedWindows = Record<string, Segment[]>;

export interface PlacedBooking extends Booking {
  title: string;
  feed: string;
  /** The event's own times. */
  startMs: number;
  endMs: number;
}

/** What is booked at an instant. */
export interface Booked {
  count: number;
  by: BookedBy[];
  /** When what is booked changes next (end of this stretch of equal count). */
  untilMs: number;
}

export interface Schedule {
  /** `baseline` is needed because lead and hold raise only. */
  bookedAt(pool: string, atMs: number, baseline: number): Booked | undefined;
  /** The next instant after `atMs` at which any pool's booked count may change. */
  nextBoundaryAfter(atMs: number): number | undefined;
  /** Merged segments of a pool that overlap [fromMs, toMs), for plan and page. */
  segments(pool: string, fromMs: number, toMs: number): Segment[];
}

export interface LeadAndHold {
  leadTimeMs: number;
  holdTimeMs: number;
}

export { mergeBookings } from './merge.ts';

/** Windows of several feeds -> one schedule. */
export function makeSchedule(feeds: FeedWindows[], { overlap }: { overlap: 'max' | 'sum' }): Schedule {
  const perPool = new Map<string, Segment[][]>();
  for (const windows of feeds) {
    for (const [pool, segments] of Object.entries(windows)) {
      const lists = perPool.get(pool);
      if (lists === undefined) perPool.set(pool, [segments]);
      else lists.push(segments);
    }
  }
  const merged = new Map([...perPool].map(([pool, lists]) => [pool, joinFeeds(lists, overlap)]));
  const boundaries = sortedTimes([...merged.values()].flatMap(changes));
  return {
    bookedAt(pool, atMs, baseline) {
      const segments = merged.get(pool) ?? [];
      const index = firstIndex(segments.length, (i) => (segments[i] as Segment).endMs > atMs);
      const segment = segments[index];
      const count = segment && segment.startMs <= atMs ? bookedCount(segment, baseline) : undefined;
      if (segment === undefined || count === undefined) return undefined;
      let untilMs = segment.endMs;
      for (let i = index + 1; i < segments.length; i += 1) {
        const next = segments[i] as Segment;
        if (next.startMs !== untilMs || bookedCount(next, baseline) !== count) break;
        untilMs = next.endMs;
      }
      return { count, by: segment.by, untilMs };
    },
    nextBoundaryAfter: (atMs) =>
      boundaries[firstIndex(boundaries.length, (i) => (boundaries[i] as number) > atMs)],
    segments(pool, fromMs, toMs) {
      const segments = merged.get(pool) ?? [];
      const from = firstIndex(segments.length, (i) => (segments[i] as Segment).endMs > fromMs);
      const to = firstIndex(segments.length, (i) => (segments[i] as Segment).startMs >= toMs);
      return segments.slice(from, Math.max(from, to));
    },
  };
}

/** What a stretch books over this baseline; undefined: nothing. */
export function bookedCount(segment: Pick<Segment, 'core' | 'around'>, baseline: number): number | undefined {
  const around = segment.around ?? 0;
  if (segment.core !== undefined) return Math.max(segment.core, around);
  return around > baseline ? around : undefined;
}

function joinFeeds(feeds: Segment[][], overlap: 'max' | 'sum'): Segment[] {
  if (feeds.length === 1) return feeds[0] as Segment[];
  const edges = sortedTimes(feeds.flat().flatMap(({ startMs, endMs }) => [startMs, endMs]));
  const next = feeds.map(() => 0);
  const joined: Segment[] = [];
  for (const [edge, startMs] of edges.entries()) {
    const active: Segment[] = [];
    for (const [feed, segments] of feeds.entries()) {
      let index = next[feed] as number;
      while (index < segments.length && (segments[index] as Segment).endMs <= startMs) index += 1;
      next[feed] = index;
      const segment = segments[index];
      if (segment !== undefined && segment.startMs <= startMs) active.push(segment);
    }
    const endMs = edges[edge + 1] as number;
    if (active.length === 1) append(joined, { ...(active[0] as Segment), startMs, endMs });
    else if (active.length > 1) append(joined, { ...joinSegments(active, overlap), startMs, endMs });
  }
  return joined;
}

function joinSegments(active: Segment[], overlap: 'max' | 'sum'): Pick<Segment, 'core' | 'around' | 'by'> {
  const cores = active.flatMap(({ core }) => core ?? []);
  const arounds = active.flatMap(({ around }) => around ?? []);
  const core = overlap === 'sum' ? cores.reduce((sum, count) => sum + count, 0) : Math.max(...cores);
  const around = Math.max(...arounds);
  return {
    ...(cores.length === 0 ? {} : { core }),
    ...(arounds.length === 0 ? {} : { around }),
    by: joinBy(active, { overlap, raised: arounds.length > 0 && (cores.length === 0 || around > core) }),
  };
}

function joinBy(
  active: Segment[],
  { overlap, raised }: { overlap: 'max' | 'sum'; raised: boolean },
): BookedBy[] {
  const all = active.flatMap(({ by }) => by).sort(byRank);
  // A sum is explained by its parts, not by a larger count that is only about to begin or just over.
  if (overlap === 'sum')
    all.sort(
      (a, b) => Number((a.phase === undefined) === raised) - Number((b.phase === undefined) === raised),
    );
  return all.slice(0, MOST_BY);
}

/** The instants at which the booked count may change, whatever the baseline. */
function changes(segments: Segment[]): number[] {
  const found: number[] = [];
  let before: Segment | undefined;
  for (const segment of segments) {
    if (before?.endMs !== segment.startMs) {
      if (before !== undefined) found.push(before.endMs);
      found.push(segment.startMs);
    } else if (!alwaysEqual(before, segment)) found.push(segment.startMs);
    before = segment;
  }
  if (before !== undefined) found.push(before.endMs);
  return found;
}

/** With an event the baseline does not matter; with lead or hold alone it decides. */
function alwaysEqual(one: Segment, other: Segment): boolean {
  const sameKind = (one.core === undefined) === (other.core === undefined);
  return sameKind && bookedCount(one, -1) === bookedCount(other, -1);
}

function sortedTimes(times: number[]): Float64Array {
  const sorted = Float64Array.from(times).sort();
  let distinct = 0;
  for (const time of sorted) if (distinct === 0 || time !== sorted[distinct - 1]) sorted[distinct++] = time;
  return sorted.subarray(0, distinct);
}

function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
