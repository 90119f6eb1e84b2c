import type { Booking } from './bookings.ts';

/** The event behind a booked count, for sentences and the page. */
export interface BookedBy {
  title: string;
  count: number;
  /** The booking's window: event start minus lead time, event end plus hold time. */
  startMs: number;
  endMs: number;
  feed: string;
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

/** Bookings of one feed -> windows. Order of bookings does not matter. */
export function mergeBookings(
  _bookings: PlacedBooking[],
  _options: { overlap: 'max' | 'sum'; pools: Record<string, LeadAndHold> },
): FeedWindows {
  throw new Error('to be written');
}

/** Windows of several feeds -> one schedule. */
export function makeSchedule(_feeds: FeedWindows[], _options: { overlap: 'max' | 'sum' }): Schedule {
  throw new Error('to be written');
}
