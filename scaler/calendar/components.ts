// The skeleton of a feed: which lines belong to which VCALENDAR, VEVENT and VTIMEZONE. It walks the bytes once, notes
// where the few lines lie that somebody may ask for, and decodes nothing. Nesting is taken as it comes: a stray END is
// ignored, an unknown BEGIN inside an event counts only when it is closed again (people paste such lines into
// descriptions), but a calendar that is not closed is incomplete and the feed refused whole.

import type { CalendarLimits } from '../config/schema.ts';
import { unfold } from './body-text.ts';
import { FeedRefused } from './feed-refused.ts';
import { eachLine, type LineName } from './line-walk.ts';

/** A line as it lies in the feed, still folded. */
export interface RawLine {
  name: LineName;
  start: number;
  end: number;
}

export interface RawEvent {
  lines: RawLine[];
  calendar: RawCalendar;
  /** Why the event cannot be read, found while walking. */
  broken?: 'nesting' | 'line-too-long' | 'not-closed';
}

export interface RawTimeZone {
  lines: RawLine[];
  /** Its STANDARD and DAYLIGHT parts. */
  observances: RawLine[][];
}

export interface RawCalendar {
  lines: RawLine[];
  timeZones: RawTimeZone[];
}

export interface Skeleton {
  calendars: RawCalendar[];
  events: RawEvent[];
  /** Lines over the limit that nobody reads, left out. */
  longLines: number;
}

interface Open {
  name: string;
  lines: RawLine[];
  broken?: RawEvent['broken'];
  observances: RawLine[][];
  /** Unclosed components inside, each with how many lines there were before it. */
  inner: { name: string; linesBefore: number }[];
}

/** Walks the bytes of a feed. Throws `FeedRefused` when it is no calendar, incomplete, or over a limit. */
export function readSkeleton(bytes: string, limits: CalendarLimits): Skeleton {
  const skeleton: Skeleton = { calendars: [], events: [], longLines: 0 };
  let calendar: RawCalendar | undefined;
  let open: Open | undefined;

  const begin = (name: string) => {
    if (!calendar) {
      if (name === 'VCALENDAR') {
        calendar = { lines: [], timeZones: [] };
        skeleton.calendars.push(calendar);
      } else if (skeleton.calendars.length === 0) {
        throw new FeedRefused(
          'feed-not-calendar',
          `expected BEGIN:VCALENDAR first, got BEGIN:${shown(name)}`,
        );
      }
    } else if (open && name !== 'VEVENT') {
      if (open.inner.length + 2 < limits.nesting) {
        open.inner.push({ name, linesBefore: open.lines.length });
      } else if (open.name === 'VEVENT') open.broken = 'nesting';
      else {
        const depth = `components nested up to ${limits.nesting} deep, got more inside ${shown(open.name)}`;
        throw new FeedRefused('feed-nesting', `expected ${depth}`);
      }
    } else if (name === 'VCALENDAR') {
      throw new FeedRefused(
        'feed-incomplete',
        'expected END:VCALENDAR before the next BEGIN:VCALENDAR, got none',
      );
    } else {
      if (open?.name === 'VEVENT') {
        open.broken = 'not-closed';
        close(open, calendar);
      }
      open = { name, lines: [], observances: [], inner: [] };
    }
  };

  const close = (done: Open, owner: RawCalendar) => {
    if (done.name === 'VEVENT') {
      if (skeleton.events.length >= limits.events) {
        throw new FeedRefused('feed-too-many-events', `expected up to ${limits.events} events, got more`);
      }
      skeleton.events.push({ lines: done.lines, calendar: owner, broken: done.broken });
    } else if (done.name === 'VTIMEZONE') {
      owner.timeZones.push({ lines: done.lines, observances: done.observances });
    }
  };

  const end = (name: string) => {
    if (!calendar) return;
    if (!open) {
      if (name === 'VCALENDAR') calendar = undefined;
      return;
    }
    const depth = open.inner.findLastIndex((one) => one.name === name);
    if (depth >= 0) {
      const lines = open.lines.splice(open.inner[depth]?.linesBefore ?? 0);
      if (name === 'STANDARD' || name === 'DAYLIGHT') open.observances.push(lines);
      open.inner.length = depth;
    } else if (name === open.name) {
      close(open, calendar);
      open = undefined;
    } else if (name === 'VCALENDAR') {
      throw new FeedRefused(
        'feed-incomplete',
        `expected END:${shown(open.name)} before END:VCALENDAR, got none`,
      );
    }
  };

  eachLine(bytes, limits.lineBytes, (name, start, lineEnd, tooLong) => {
    if (tooLong) {
      if (name && open?.name === 'VEVENT') open.broken = 'line-too-long';
      else skeleton.longLines++;
    } else if (name === 'BEGIN' || name === 'END') {
      const value = unfold(bytes.slice(start, lineEnd)).slice(name.length + 1);
      const component = value.trim().toUpperCase();
      if (name === 'BEGIN') begin(component);
      else end(component);
    } else if (name && calendar) {
      (open ?? calendar).lines.push({ name, start, end: lineEnd });
    }
  });

  if (skeleton.calendars.length === 0)
    throw new FeedRefused('feed-not-calendar', 'expected a calendar (BEGIN:VCALENDAR), got something else');
  if (calendar) {
    throw new FeedRefused(
      'feed-incomplete',
      'expected END:VCALENDAR at the end, got the end of the feed: it was cut off',
    );
  }
  return skeleton;
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 40)).slice(1, -1);
}
