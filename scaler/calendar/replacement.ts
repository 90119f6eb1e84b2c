// Events that replace one instance of a series (RECURRENCE-ID, RFC 5545 3.8.4.4): which instance, and what holds where
// they say nothing. The instance may be named as an instant, or as a day.

import type { Span } from './date-values.ts';
import type { CalendarEvent } from './event-fields.ts';
import { usualSpan } from './event-length.ts';
import type { Instance } from './instances.ts';
import { instantOf, type Moment } from './moments.ts';
import { DAY_MS, dayOf } from './wall-time.ts';

/** An event of a series itself; it always has a start. */
export type Master = CalendarEvent & { start: Moment };

export interface Replacement {
  event: CalendarEvent;
  /** The instance replaced, in the zone of the series where it was written without one. */
  at: Moment;
  atMs: number;
  andFuture: boolean;
}

/** One replacement per instance: the latest SEQUENCE, then the last in the feed. */
export function replacementsOf(group: CalendarEvent[], master: Master | undefined): Replacement[] {
  const byInstance = new Map<string, Replacement>();
  for (const event of group) {
    if (!event.replaces) continue;
    const { at: written, zoneless, andFuture } = event.replaces;
    const isOfSeries = zoneless || written.kind === 'date';
    const at =
      isOfSeries && master && master.start.kind !== 'date'
        ? { ...written, zone: master.start.zone }
        : written;
    const isDay = at.kind === 'date' || master?.start.kind === 'date';
    const key = isDay ? `day ${dayOf(at.wallMs)}` : `at ${instantOf(at)}`;
    const other = byInstance.get(key);
    if (other && other.event.sequence > event.sequence) continue;
    byInstance.set(key, { event, at, atMs: instantOf(at), andFuture });
  }
  return [...byInstance.values()];
}

/** Whether an instance of a series of days or of times is replaced. */
export function replacedTest(all: Replacement[], series: 'date' | 'time'): (instance: Instance) => boolean {
  const days = new Set<number>();
  const instants = new Set<number>();
  for (const { at, atMs } of all) {
    if (series === 'date' || at.kind === 'date') days.add(dayOf(at.wallMs));
    else instants.add(atMs);
  }
  return ({ wallMs, startMs }) => instants.has(startMs) || days.has(dayOf(wallMs));
}

/** A replacement that says no start begins with the instance it replaces. */
export function startOf({ event, at }: Replacement, master: Master | undefined): Moment {
  if (event.start || !master || master.start.kind === at.kind || at.kind !== 'date') return event.start ?? at;
  return { ...master.start, wallMs: dayOf(at.wallMs) * DAY_MS + timeOfDay(master.start) };
}

/** A replacement that says no end lasts as long as the instances of its series. */
export function spanOf({ event, at }: Replacement, master: Master | undefined): Span {
  if (event.span) return event.span;
  return master?.span ?? usualSpan(master?.start ?? event.start ?? at);
}

/** Of a time; a date has none. */
export function timeOfDay({ kind, wallMs }: Moment): number {
  return kind === 'date' ? 0 : wallMs - dayOf(wallMs) * DAY_MS;
}
