// RANGE=THISANDFUTURE: what happens to one instance happens to all later ones. It is kept as a shift of the clock on the
// wall, so that ten o'clock stays ten o'clock over a change of clocks.

import type { Span } from './date-values.ts';
import type { CalendarEvent } from './event-fields.ts';
import { endOf } from './event-length.ts';
import type { Instance } from './instances.ts';
import { instantOf, type Moment } from './moments.ts';
import { type Master, type Replacement, spanOf, startOf, timeOfDay } from './replacement.ts';
import { DAY_MS, dayOf, toInstant, toWall, type Zone } from './wall-time.ts';

/** A replacement of this and all future instances, as a shift of the clock on the wall. */
export interface Shift {
  atMs: number;
  event: CalendarEvent;
  byMs: number;
  zone: Zone;
  isDate: boolean;
  span: Span;
}

export function shiftOf(replacement: Replacement, master: Master): Shift {
  const { atMs, event } = replacement;
  const start = startOf(replacement, master);
  const isDate = start.kind === 'date';
  // UTC says nothing about where people are: their clock is that of the series.
  const zone = start.kind === 'utc' ? master.start.zone : start.zone;
  const shift = { atMs, event, byMs: 0, zone, isDate, span: spanOf(replacement, master) };
  const wallMs = wallOf(replacement, master);
  const from = isDate
    ? dayOf(wallMs) * DAY_MS
    : wallThere({ wallMs, startMs: toInstant(master.start.zone, wallMs) }, shift, master.start);
  const to = start.zone === zone ? start.wallMs : toWall(zone, instantOf(start));
  return { ...shift, byMs: to - from };
}

/** The wall time by which the series itself has the instance, also where a change of clocks skips it. */
function wallOf({ at, atMs }: Replacement, { start }: Master): number {
  const wallMs = at.kind === 'date' || at.zone === start.zone ? at.wallMs : toWall(start.zone, atMs);
  const usualMs = dayOf(wallMs) * DAY_MS + timeOfDay(start);
  const isUsual = start.kind === 'date' || at.kind === 'date' || toInstant(start.zone, usualMs) === atMs;
  return isUsual ? usualMs : wallMs;
}

/** Where the clock of the shift stands at an instance of the series. */
function wallThere(instance: Instance, { zone }: Shift, series: Moment): number {
  const isOwnClock = series.zone === zone || series.kind === 'date';
  return isOwnClock ? instance.wallMs : toWall(zone, instance.startMs);
}

/** Where an instance of the series goes. */
export function shifted(
  instance: Instance,
  shift: Shift,
  series: Moment,
): { startMs: number; endMs: number } {
  const from = shift.isDate ? dayOf(instance.wallMs) * DAY_MS : wallThere(instance, shift, series);
  const wallMs = from + shift.byMs;
  const startMs = toInstant(shift.zone, wallMs);
  return { startMs, endMs: endOf(wallMs, startMs, shift.span, shift.zone) };
}

/** The shift in force at an instance; `shifts` are in order. */
export function lastUpTo(shifts: Shift[], instantMs: number): Shift | undefined {
  let low = 0;
  let high = shifts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((shifts[middle] as Shift).atMs <= instantMs) low = middle + 1;
    else high = middle;
  }
  return shifts[low - 1];
}
