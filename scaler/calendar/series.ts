// All events of one UID become occurrences: the series, and the events that replace single instances of it
// (RECURRENCE-ID), which stand for themselves wherever they lie. With RANGE=THISANDFUTURE the later instances are
// shifted along; an instance with a replacement of its own is not. A cancelled replacement removes its instance.

import type { CalendarLimits } from '../config/schema.ts';
import type { CalendarEvent } from './event-fields.ts';
import { endOf, lengthOf, usualSpan } from './event-length.ts';
import { lastUpTo, shifted, shiftOf } from './future-shift.ts';
import { instancesOf } from './instances.ts';
import { instantOf } from './moments.ts';
import { RuleTooLarge } from './recurrence-rule.ts';
import {
  type Master,
  type Replacement,
  replacedTest,
  replacementsOf,
  spanOf,
  startOf,
} from './replacement.ts';
import { DAY_MS } from './wall-time.ts';

export interface Found {
  startMs: number;
  endMs: number;
  event: CalendarEvent;
}

export interface Window {
  fromMs: number;
  toMs: number;
}

const NO_END = {
  code: 'event-no-end',
  message:
    'expected DTEND or DURATION in a changed instance, got none; it lasts as long as the others of its series',
};

/** [from, to) as the whole product means it: something that takes no time counts where it starts. */
export function isInWindow(startMs: number, endMs: number, { fromMs, toMs }: Window): boolean {
  return startMs < toMs && (endMs > fromMs || (endMs === startMs && startMs >= fromMs));
}

/** Occurrences of the events of one UID in the window; `tooLarge` is told of series over the limits, left out. */
export function seriesOccurrences(
  group: CalendarEvent[],
  window: Window,
  limits: CalendarLimits,
  tooLarge: (event: CalendarEvent, error: RuleTooLarge) => void,
): Found[] {
  const masters = currentMasters(group);
  const [master] = masters;
  const replacements = replacementsOf(group, master);
  const changes = changesOf(replacements);
  const found = masters.flatMap((one) => {
    try {
      return one.cancelled ? [] : ownOccurrences(one, changes, window, limits);
    } catch (error) {
      if (!(error instanceof RuleTooLarge)) throw error;
      tooLarge(one, error);
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
function currentMasters(group: CalendarEvent[]): Master[] {
  const masters = group.filter((event): event is Master => !event.replaces && event.start !== undefined);
  if (masters.length < 2) return masters;
  const latest = masters.reduce((most, { sequence }) => Math.max(most, sequence), 0);
  const byStart = new Map<string, Master>();
  for (const master of masters) {
    if (master.sequence === latest) byStart.set(`${master.start.kind} ${instantOf(master.start)}`, master);
  }
  return [...byStart.values()];
}

/** The replacements as a series asks for them; sorted out once, though several series may have one UID. */
interface Changes {
  future: Replacement[];
  ofDays: ReturnType<typeof replacedTest>;
  ofTimes: ReturnType<typeof replacedTest>;
}

function changesOf(all: Replacement[]): Changes {
  return {
    future: all.filter((one) => one.andFuture),
    ofDays: replacedTest(all, 'date'),
    ofTimes: replacedTest(all, 'time'),
  };
}

function ownOccurrences(master: Master, changes: Changes, window: Window, limits: CalendarLimits): Found[] {
  const { start } = master;
  const span = master.span ?? usualSpan(start);
  const shifts = changes.future.map((one) => shiftOf(one, master)).sort((a, b) => a.atMs - b.atMs);
  const isReplaced = start.kind === 'date' ? changes.ofDays : changes.ofTimes;
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
      ? { ...shifted(instance, shift, start), event: shift.event }
      : {
          startMs: instance.startMs,
          endMs: endOf(instance.wallMs, instance.startMs, instance.span ?? span, start.zone),
          event: master,
        };
    if (isInWindow(occurrence.startMs, occurrence.endMs, window)) found.push(occurrence);
  }
  return found;
}
