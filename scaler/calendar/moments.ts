// Dates and times of an event with the zone each is meant in: Z is UTC, a TZID its zone, a date alone or a time without
// a zone that of floating times; in EXDATE, RDATE, RECURRENCE-ID and DTEND a time without a zone takes that of DTSTART.

import type { RawCalendar } from './components.ts';
import type { ContentLine } from './content-line.ts';
import { BadValue, parsePeriod, parseTime, quoted, type Span, type WrittenTime } from './date-values.ts';
import { UTC } from './iana-zone.ts';
import { DAY_MS, dayOf, toInstant, type Zone } from './wall-time.ts';

/** What is needed to place a time. */
export interface TimeSource {
  limits: { durationDays: number };
  /** Where floating times are meant. */
  floating: Zone;
  /** The zone of a TZID in its calendar; for a name that nobody knows one that stands in for it. */
  zone(tzid: string, calendar: RawCalendar): Zone;
}

/** A point in time as written, with the zone it is meant in. */
export interface Moment {
  kind: WrittenTime['kind'];
  wallMs: number;
  zone: Zone;
}

/** A time of RDATE; a PERIOD brings its own length. */
export interface ExtraDate {
  at: Moment;
  span?: Span;
}

/** Between two dates whole days, else the exact time (RFC 5545 3.8.5.3: the same for every instance). */
export function spanBetween(start: Moment, end: Moment): Span {
  if (start.kind === 'date' && end.kind === 'date')
    return { days: dayOf(end.wallMs) - dayOf(start.wallMs), ms: 0 };
  return { days: 0, ms: instantOf(end) - instantOf(start) };
}

export function instantOf({ wallMs, zone }: Moment): number {
  return toInstant(zone, wallMs);
}

/** Values of date and time, with TZID; without one they are meant in the zone given (that of DTSTART). */
export class Moments {
  readonly calendar: RawCalendar;
  readonly reader: TimeSource;

  constructor(calendar: RawCalendar, reader: TimeSource) {
    this.calendar = calendar;
    this.reader = reader;
  }

  one(line: ContentLine, own: Zone): Moment {
    return this.place(parseTime(line.value), this.zoneOf(line, own), line);
  }

  list(line: ContentLine, own: Zone): Moment[] {
    const zone = this.zoneOf(line, own);
    return listed(line.value).map((text) => this.place(parseTime(text), zone, line));
  }

  periods(line: ContentLine, own: Zone): ExtraDate[] {
    const zone = this.zoneOf(line, own);
    return listed(line.value).map((text) => {
      const period = parsePeriod(text);
      const at = this.place(period.start, zone, line);
      const span = period.end ? spanBetween(at, this.place(period.end, zone, line)) : period.span;
      if (!span) return { at };
      if (span.days * DAY_MS + span.ms > this.reader.limits.durationDays * DAY_MS) {
        throw new BadValue(
          `expected periods of up to ${this.reader.limits.durationDays} days, got ${quoted(text)}`,
        );
      }
      return { at, span: span.days * DAY_MS + span.ms < 0 ? { days: 0, ms: 0 } : span };
    });
  }

  private place({ kind, wallMs }: WrittenTime, zone: Zone, line: ContentLine): Moment {
    if (kind === 'local' && /^date$/i.test(line.parameters.get('VALUE') ?? '')) {
      return { kind: 'date', wallMs: dayOf(wallMs) * DAY_MS, zone: this.reader.floating };
    }
    return { kind, wallMs, zone: kind === 'utc' ? UTC : kind === 'date' ? this.reader.floating : zone };
  }

  private zoneOf(line: ContentLine, own: Zone): Zone {
    const tzid = line.parameters.get('TZID');
    return tzid ? this.reader.zone(tzid, this.calendar) : own;
  }
}

function listed(value: string): string[] {
  return value.split(',').filter((text) => text.trim() !== '');
}
