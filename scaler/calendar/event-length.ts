// How long things last and when they end: days by the calendar first, then exact time (RFC 5545 3.3.6).

import type { Span } from './date-values.ts';
import type { Moment } from './moments.ts';
import { DAY_MS, toInstant, type Zone } from './wall-time.ts';

/** What an event without an end takes: a date its day, a time nothing (RFC 5545 3.6.1). */
export function usualSpan(start: Moment): Span {
  return start.kind === 'date' ? { days: 1, ms: 0 } : { days: 0, ms: 0 };
}

export function lengthOf({ days, ms }: Span): number {
  return days * DAY_MS + ms;
}

export function endOf(wallMs: number, startMs: number, { days, ms }: Span, zone: Zone): number {
  return Math.max(startMs, (days === 0 ? startMs : toInstant(zone, wallMs + days * DAY_MS)) + ms);
}
