import type { Problem } from '../problem.ts';

/** What an occurrence asks of one pool. */
export interface Booking {
  /** Name as configured (not as typed). */
  pool: string;
  /** Whole number from 0 up. */
  count: number;
}

/** What the text reader must know of the pools. */
export interface KnownPool {
  name: string;
  baseline: number;
}

export interface BookingText {
  title: string;
  description: string;
}

export interface BookingReading {
  bookings: Booking[];
  /** `feed` and `event` are filled in by the caller. */
  problems: Problem[];
}

export function readBookings(
  _text: BookingText,
  _options: { pools: KnownPool[]; unknownPools: 'problem' | 'ignore'; descriptionBytes: number },
): BookingReading {
  throw new Error('to be written');
}
