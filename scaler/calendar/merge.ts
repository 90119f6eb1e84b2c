// Bookings that overlap become windows: stretches of time in which the same bookings are active. One sweep over the
// starts and ends per pool.
//
//   booking 3       ..lead..[=== event ===)..hold..
//   core                    3333333333333            what the events themselves come to: the largest, or their sum
//   around          33333333             33333333    the largest whose lead or hold time covers the instant
//
// An event without length has no core: it books by its lead and hold time alone.
import { RankSet } from './ranks.ts';
import type { BookedBy, FeedWindows, LeadAndHold, PlacedBooking, Segment } from './schedule.ts';

/** As many events are named behind a count. */
export const MOST_BY = 3;

/** A stretch of one booking: the event, the time before it or the time after it. */
interface Piece {
  startMs: number;
  endMs: number;
  core: boolean;
  by: BookedBy;
}

const NO_LEAD_OR_HOLD: LeadAndHold = { leadTimeMs: 0, holdTimeMs: 0 };

export interface MergeOptions {
  overlap: 'max' | 'sum';
  /** Lead and hold times of each pool; a pool that is not named has none. */
  pools: Record<string, LeadAndHold>;
}

export function mergeBookings(bookings: PlacedBooking[], { overlap, pools }: MergeOptions): FeedWindows {
  const pieces = new Map<string, Piece[]>();
  for (const booking of bookings) {
    const leadAndHold = Object.hasOwn(pools, booking.pool) ? pools[booking.pool] : undefined;
    const made = piecesOf(booking, leadAndHold ?? NO_LEAD_OR_HOLD);
    const ofPool = pieces.get(booking.pool);
    if (ofPool === undefined) pieces.set(booking.pool, made);
    else ofPool.push(...made);
  }
  const windows = [...pieces].map(([pool, ofPool]): [string, Segment[]] => [pool, sweep(ofPool, overlap)]);
  // fromEntries defines properties, so that a pool called __proto__ is a pool like any other.
  return Object.fromEntries(
    windows.filter(([, segments]) => segments.length > 0).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function piecesOf(booking: PlacedBooking, { leadTimeMs, holdTimeMs }: LeadAndHold): Piece[] {
  const { count, title, feed } = booking;
  const start = booking.startMs;
  const end = Math.max(booking.endMs, start);
  const by: BookedBy = { title, count, startMs: start - leadTimeMs, endMs: end + holdTimeMs, feed };
  const pieces: Piece[] = [{ startMs: start, endMs: end, core: true, by }];
  // Lead and hold only ever raise, and nothing is raised to zero.
  if (count > 0) {
    pieces.push({ startMs: by.startMs, endMs: start, core: false, by: { ...by, phase: 'lead' } });
    pieces.push({ startMs: end, endMs: by.endMs, core: false, by: { ...by, phase: 'hold' } });
  }
  return pieces.filter((piece) => piece.endMs > piece.startMs);
}

/**
 * Larger counts first, then the event itself before lead and hold, then the earlier; a full order, so that the order of
 * the bookings leaves no trace.
 */
export function byRank(a: BookedBy, b: BookedBy): number {
  return (
    b.count - a.count ||
    Number(a.phase !== undefined) - Number(b.phase !== undefined) ||
    a.startMs - b.startMs ||
    a.endMs - b.endMs ||
    compareText(a.title, b.title) ||
    compareText(a.feed, b.feed) ||
    compareText(a.phase ?? '', b.phase ?? '')
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function sweep(pieces: Piece[], overlap: 'max' | 'sum'): Segment[] {
  const ranked = pieces.sort((a, b) => byRank(a.by, b.by));
  const active = new ActivePieces(ranked, overlap);
  const ranks = ranked.map((_, rank) => rank);
  const start = Float64Array.from(ranked, ({ startMs }) => startMs);
  const end = Float64Array.from(ranked, ({ endMs }) => endMs);
  const byStart = ranks.toSorted((a, b) => (start[a] as number) - (start[b] as number));
  const byEnd = ranks.toSorted((a, b) => (end[a] as number) - (end[b] as number));
  const segments: Segment[] = [];
  let [started, ended] = [0, 0];
  const nextEdge = () => Math.min(at(start, byStart[started]), at(end, byEnd[ended]));
  for (let startMs = nextEdge(); startMs < Infinity; ) {
    while (at(end, byEnd[ended]) === startMs) active.leave(byEnd[ended++] as number);
    while (at(start, byStart[started]) === startMs) active.enter(byStart[started++] as number);
    const endMs = nextEdge();
    if (active.size > 0) append(segments, active.segment(startMs, endMs));
    startMs = endMs;
  }
  return segments;
}

function at(times: Float64Array, rank: number | undefined): number {
  return rank === undefined ? Infinity : (times[rank] as number);
}

/** The pieces that cover one instant of the sweep, events and what is around them apart. */
class ActivePieces {
  size = 0;
  readonly #ranked: Piece[];
  readonly #overlap: 'max' | 'sum';
  readonly #core: RankSet;
  readonly #around: RankSet;
  #sum = 0;

  constructor(ranked: Piece[], overlap: 'max' | 'sum') {
    this.#ranked = ranked;
    this.#overlap = overlap;
    this.#core = new RankSet(ranked.length);
    this.#around = new RankSet(ranked.length);
  }

  enter(rank: number): void {
    const { core, by } = this.#ranked[rank] as Piece;
    (core ? this.#core : this.#around).add(rank);
    if (core) this.#sum += by.count;
    this.size += 1;
  }

  leave(rank: number): void {
    const { core, by } = this.#ranked[rank] as Piece;
    (core ? this.#core : this.#around).delete(rank);
    if (core) this.#sum -= by.count;
    this.size -= 1;
  }

  segment(startMs: number, endMs: number): Segment {
    const events = this.#core.lowest(MOST_BY);
    const others = this.#around.lowest(MOST_BY);
    const segment: Segment = { startMs, endMs, by: [] };
    if (events[0] !== undefined)
      segment.core = this.#overlap === 'sum' ? this.#sum : this.#by(events[0]).count;
    if (others[0] !== undefined) segment.around = this.#by(others[0]).count;
    const raised = (segment.around ?? -1) > (segment.core ?? -1);
    const first = decidingFirst({ events, others, overlap: this.#overlap, raised });
    segment.by = first.map((rank) => this.#by(rank));
    return segment;
  }

  #by(rank: number): BookedBy {
    return (this.#ranked[rank] as Piece).by;
  }
}

function decidingFirst(active: {
  events: number[];
  others: number[];
  overlap: 'max' | 'sum';
  raised: boolean;
}): number[] {
  const { events, others, overlap, raised } = active;
  if (overlap === 'max') return [...events, ...others].sort((a, b) => a - b).slice(0, MOST_BY);
  return (raised ? [...others, ...events] : [...events, ...others]).slice(0, MOST_BY);
}

/** Adds a segment, or lengthens the last one when nothing but the time differs. */
export function append(segments: Segment[], next: Segment): void {
  const last = segments.at(-1);
  const same =
    last !== undefined &&
    last.endMs === next.startMs &&
    last.core === next.core &&
    last.around === next.around &&
    last.by.length === next.by.length &&
    last.by.every((by, index) => by === next.by[index] || byRank(by, next.by[index] as BookedBy) === 0);
  if (same) last.endMs = next.endMs;
  else segments.push(next);
}
