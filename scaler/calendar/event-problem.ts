// How a problem of an event is told: by its title and the date it was typed with, even when that is what is wrong.

import type { Problem } from '../problem.ts';
import type { RawEvent } from './components.ts';
import { type EventReader, plainText } from './event-fields.ts';

export function eventProblem(
  raw: RawEvent,
  reader: EventReader,
  problem: Pick<Problem, 'feed' | 'severity' | 'code' | 'message'>,
): Problem {
  return { source: 'event', where: eventWhere(raw, reader), ...problem };
}

/** `event 'Midterm' of 2026-11-23 09:00`, as typed. */
export function eventWhere(raw: RawEvent, reader: EventReader): string {
  const title = [...plainText(raw, 'SUMMARY', reader).slice(0, 200)].slice(0, 80).join('');
  const start =
    /\d{8}(T\d{4})?/i.exec(
      plainText(raw, 'DTSTART', reader) || plainText(raw, 'RECURRENCE-ID', reader),
    )?.[0] ?? '';
  const [, y, m, d, h, min] = /^(....)(..)(..)(?:T(..)(..))?/i.exec(start) ?? [];
  const when = y ? ` of ${y}-${m}-${d}${h ? ` ${h}:${min}` : ''}` : '';
  return `event '${title}'${when}`;
}
