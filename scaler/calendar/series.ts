// All events of one UID become occurrences: the series, and the events that replace single instances of it
// (RECURRENCE-ID), which stand for themselves wherever they lie. With RANGE=THISANDFUTURE the later instances are
// shifted along; an instance with a replacement of its own is not. A cancelled replacement removes its instance.

import type { CalendarLimits } from '../config/schema.ts';
import type { Span } from './date-values.ts';
import type { CalendarEvent } from './event-fields.ts';
import { type Instance, instancesOf } from './instances.ts';
import { instantOf, type Moment } from './moments.ts';
import { RuleTooLarge } from './recurrence-rule.ts';
import { DAY_MS, dayOf, toInstant, toWall, type Zone } from './wall-time.ts';

export interface Found {
  startMs: number;
  endMs: number;
  event: CalendarEvent;
}

export interface Window {
  fromMs: number;
  toMs: number;
}

interface Replacement {
  event: CalendarEvent;
  /** The instance replaced, in the zone of the series where it was written without one. */
  at: Moment;
  atMs: number;
  andFuture: boolean;
}

const NO_END = {
  code: 'event-no-end',
  message:
    'expected DTEND or DURATION in a changed instance, got none; it lasts as long as the others of its series',
};

type Started = CalendarEvent & { start: Moment };

/** [from, to) as the whole product means it: something that takes no time counts where it starts. */
export function isInWindow(startMs: number, endMs: number, { fromMs, toMs }: Window): boolean {
  return startMs < toMs && (endMs > fromMs || (endMs === startMs && startMs >= fromMs));
}

/** Occurrences of the events of one UID in the window; `tooLarge` is told of series over the limits, left out. */
export function seriesOccurrences(
  group: CalendarEvent[],
  window: Window,
  limits: CalendarLimits,
  tooLarge: (event: CalendarEvent, message: string) => void,
): Found[] {
  const masters = currentMasters(group);
  const [master] = masters;
  const replacements = replacementsOf(group, master);
  const found = masters.flatMap((one) => {
    try {
      return one.cancelled ? [] : ownOccurrences(one, replacements, window, limits);
    } catch (error) {
      if (!(error instanceof RuleTooLarge)) throw error;
      tooLarge(one, error.message);
      return [];
    }
  });
  for (const replacement of replacements) {
    if (replacement.event.cancelled) continue;
    const start = startOf(replacement, master);
    const span = spanOf(replacement, master);
    if (!replacement.event.span && master?.span) replacement.event.remarks.push(NO_END);
    const startMs = instantOf(start);
    const endMs = endOf(start.wallMs, startMs, span, start.zone);
    if (isInWindow(startMs, endMs, window)) found.push({ startMs, endMs, event: replacement.event });
  }
  return found;
}

/** The events that replace nothing. Of several with one UID the latest SEQUENCE counts; those that start apart stay. */
function currentMasters(group: CalendarEvent[]): Started[] {
  const masters = group.filter((event): event is Started => !event.replaces && event.start !== undefined);
  if (masters.length < 2) return masters;
  const latest = masters.reduce((most, { sequence }) => Math.max(most, sequence), 0);
  const byStart = new Map<string, Started>();
  for (const master of masters) {
    if (master.sequence === latest) byStart.set(`${master.start.kind} ${instantOf(master.start)}`, master);
  }
  return [...byStart.values()];
}

/** One replacement per instance: the latest SEQUENCE, then the last in the feed. */
function replacementsOf(group: CalendarEvent[], master: Started | undefined): Replacement[] {
  const byInstance = new Map<string, Replacement>();
  for (const event of group) {
    if (!event.replaces) continue;
    const { at: written, zoneless, andFuture } = event.replaces;
    const at =
      zoneless && master && master.start.kind !== 'date' ? { ...written, zone: master.start.zone } : written;
    const isDay = at.kind === 'date' || master?.start.kind === 'date';
    const key = isDay ? `day ${dayOf(at.wallMs)}` : `at ${instantOf(at)}`;
    const other = byInstance.get(key);
    if (other && other.event.sequence > event.sequence) continue;
    byInstance.set(key, { event, at, atMs: instantOf(at), andFuture });
  }
  return [...byInstance.values()];
}

function ownOccurrences(
  master: Started,
  all: Replacement[],
  window: Window,
  limits: CalendarLimits,
): Found[] {
  const { start } = master;
  const span = master.span ?? usualSpan(start);
  const shifts = all
    .filter((one) => one.andFuture)
    .map((one) => shiftOf(one, master))
    .sort((a, b) => a.atMs - b.atMs);
  const isReplaced = replacedTest(all, start);
  let longest = lengthOf(span);
  for (const date of master.dates) if (date.span) longest = Math.max(longest, lengthOf(date.span));
  let [later, earlier] = [0, 0];
  for (const shift of shifts) {
    longest = Math.max(longest, lengthOf(shift.span));
    later = Math.max(later, shift.byMs);
    earlier = Math.max(earlier, -shift.byMs);
  }
  const instances = instancesOf(
    master,
    window.fromMs - longest - later - DAY_MS,
    window.toMs + earlier,
    limits,
  );
  const found: Found[] = [];
  for (const instance of instances) {
    if (isReplaced(instance)) continue;
    const shift = lastUpTo(shifts, instance.startMs);
    if (shift?.event.cancelled) continue;
    const occurrence = shift
      ? shifted(instance, shift, start)
      : {
          startMs: instance.startMs,
          endMs: endOf(instance.wallMs, instance.startMs, instance.span ?? span, start.zone),
          event: master,
        };
    if (isInWindow(occurrence.startMs, occurrence.endMs, window)) found.push(occurrence);
  }
  return found;
}

/** A replacement of this and all future instances, as a shift of the clock on the wall. */
interface Shift {
  atMs: number;
  event: CalendarEvent;
  byMs: number;
  zone: Zone;
  isDate: boolean;
  span: Span;
}

function shiftOf(replacement: Replacement, master: Started): Shift {
  const { at, atMs, event } = replacement;
  const start = startOf(replacement, master);
  const isDate = start.kind === 'date';
  // UTC says nothing about where people are: their clock is that of the series.
  const zone = start.kind === 'utc' ? master.start.zone : start.zone;
  const atDay = at.kind === 'date' ? at.wallMs : dayOf(toWall(master.start.zone, atMs)) * DAY_MS;
  const byMs = isDate
    ? start.wallMs - atDay
    : toWall(zone, instantOf(start)) -
      (at.kind === 'date' ? at.wallMs + timeOfDay(master.start) : toWall(zone, atMs));
  return { atMs, event, byMs, zone, isDate, span: spanOf(replacement, master) };
}

function shifted(instance: Instance, shift: Shift, series: Moment): Found {
  const isOwnClock = series.zone === shift.zone || series.kind === 'date';
  const wall = isOwnClock ? instance.wallMs : toWall(shift.zone, instance.startMs);
  const wallMs = (shift.isDate ? dayOf(instance.wallMs) * DAY_MS : wall) + shift.byMs;
  const startMs = toInstant(shift.zone, wallMs);
  return { startMs, endMs: endOf(wallMs, startMs, shift.span, shift.zone), event: shift.event };
}

function timeOfDay({ kind, wallMs }: Moment): number {
  return kind === 'date' ? 0 : wallMs - dayOf(wallMs) * DAY_MS;
}

function lastUpTo(shifts: Shift[], instantMs: number): Shift | undefined {
  let low = 0;
  let high = shifts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((shifts[middle] as Shift).atMs <= instantMs) low = middle + 1;
    else high = middle;
  }
  return shifts[low - 1];
}

function replacedTest(all: Replacement[], start: Moment): (instance: Instance) => boolean {
  const days = new Set<number>();
  const instants = new Set<number>();
  for (const { at, atMs } of all) {
    if (start.kind === 'date' || at.kind === 'date') days.add(dayOf(at.wallMs));
    else instants.add(atMs);
  }
  return ({ wallMs, startMs }) => instants.has(startMs) || days.has(dayOf(wallMs));
}

/** A replacement that says no start begins with the instance it replaces. */
function startOf({ event, at }: Replacement, master: Started | undefined): Moment {
  if (event.start || !master || master.start.kind === at.kind || at.kind !== 'date') return event.start ?? at;
  return { ...master.start, wallMs: dayOf(at.wallMs) * DAY_MS + timeOfDay(master.start) };
}

/** A replacement that says no end lasts as long as the instances of its series. */
function spanOf({ event, at }: Replacement, master: Started | undefined): Span {
  if (event.span) return event.span;
  return master?.span ?? usualSpan(master?.start ?? event.start ?? at);
}

/** What an event without an end takes: a date its day, a time nothing (RFC 5545 3.6.1). */
function usualSpan(start: Moment): Span {
  return start.kind === 'date' ? { days: 1, ms: 0 } : { days: 0, ms: 0 };
}

function lengthOf({ days, ms }: Span): number {
  return days * DAY_MS + ms;
}

function endOf(wallMs: number, startMs: number, { days, ms }: Span, zone: Zone): number {
  return Math.max(startMs, (days === 0 ? startMs : toInstant(zone, wallMs + days * DAY_MS)) + ms);
}
