// The zones that a calendar defines itself: its VTIMEZONEs by name. A part (STANDARD, DAYLIGHT) that cannot be read is
// left out where the others still tell every change of the clocks that matters; else the whole VTIMEZONE is. Either is a
// problem.

import type { CalendarLimits } from '../config/schema.ts';
import type { RawCalendar, RawLine, RawTimeZone } from './components.ts';
import { TooManyParameters } from './content-line.ts';
import { BadValue, quoted } from './date-values.ts';
import { contentLine, plainText } from './event-fields.ts';
import { feedZone, lacksAChange, type Observance, type Onset, onsetsOf } from './feed-zone-rules.ts';
import { RuleTooLarge } from './recurrence-rule.ts';
import type { Window } from './series.ts';
import { DAY_MS, type Zone } from './wall-time.ts';
import { plainName } from './zone-label.ts';

export interface ZoneSource {
  bytes: string;
  window: Window;
  limits: CalendarLimits;
  warn(code: string, message: string, example?: string): void;
}

const YEAR_MS = 366 * DAY_MS;

/** Finds the VTIMEZONE of a name in a calendar and reads it; nothing when there is none or it cannot be read. */
export function definedZones(source: ZoneSource): (tzid: string, calendar: RawCalendar) => Zone | undefined {
  const found = new Map<RawCalendar, (tzid: string) => RawTimeZone | undefined>();
  const read = new Map<RawTimeZone, Zone | undefined>();
  return (tzid, calendar) => {
    const find = found.get(calendar) ?? byName(calendar, source);
    found.set(calendar, find);
    const raw = find(tzid);
    if (raw && !read.has(raw)) read.set(raw, zoneOf(raw, source));
    return raw && read.get(raw);
  };
}

export function tzidOf(raw: RawTimeZone, source: ZoneSource): string {
  return plainText(raw, 'TZID', source).trim();
}

/** The VTIMEZONEs of a calendar, looked through once; quotes and case matter only between two. Of two alike the first counts. */
function byName(calendar: RawCalendar, source: ZoneSource): (tzid: string) => RawTimeZone | undefined {
  const named = calendar.timeZones
    .toReversed()
    .map((raw): [string, RawTimeZone] => [tzidOf(raw, source), raw]);
  const exact = new Map(named);
  const loose = new Map(named.map(([name, raw]) => [plainName(name).toLowerCase(), raw]));
  return (tzid) => exact.get(tzid.trim()) ?? loose.get(plainName(tzid).toLowerCase());
}

function zoneOf(raw: RawTimeZone, source: ZoneSource): Zone | undefined {
  const name = tzidOf(raw, source);
  const { fromMs, toMs } = source.window;
  let changes: Onset[] = [];
  const wrong: string[] = [];
  const unsigned = new Set<string>();
  for (const lines of raw.observances) {
    try {
      const part = observanceOf(lines, unsigned, source);
      changes = changes.concat(onsetsOf(part, toMs + 2 * YEAR_MS, source.limits));
    } catch (error) {
      wrong.push(complaint(error, source.limits));
    }
  }
  if (unsigned.size > 0) {
    const got = [...unsigned].map(quoted).join(', ');
    source.warn(
      'bad-time-zone',
      `expected offsets with a sign in the VTIMEZONE ${quoted(name)}, got ${got}; they are read as east of Greenwich`,
      `TZOFFSETTO:+${[...unsigned][0]}`,
    );
  }
  const [first, ...more] = changes;
  const [reason = 'expected a STANDARD or DAYLIGHT part, got none'] = wrong;
  if (!first || (wrong.length > 0 && lacksAChange(changes, fromMs - YEAR_MS))) {
    source.warn('bad-time-zone', `the VTIMEZONE ${quoted(name)} cannot be read: ${reason}`);
    return undefined;
  }
  if (wrong.length > 0) {
    const parts = `${wrong.length} of its ${raw.observances.length} parts`;
    source.warn('bad-time-zone', `the VTIMEZONE ${quoted(name)} is read without ${parts}: ${reason}`);
  }
  return feedZone(name, [first, ...more]);
}

/** Why a part cannot be read; what is no fault of the part is thrown on. */
function complaint(error: unknown, { parametersPerLine }: CalendarLimits): string {
  if (error instanceof BadValue || error instanceof RuleTooLarge) return error.message;
  if (error instanceof TooManyParameters)
    return `expected up to ${parametersPerLine} parameters on a line, got more`;
  throw error;
}

/** Offsets without a sign get their plus here, and are noted. */
function observanceOf(lines: RawLine[], unsigned: Set<string>, source: ZoneSource): Observance {
  const values = (name: RawLine['name']) =>
    lines.filter((line) => line.name === name).map((line) => contentLine(line, source)?.value ?? '');
  const offset = (name: 'TZOFFSETFROM' | 'TZOFFSETTO') => {
    const text = (values(name)[0] ?? '').trim();
    if (!/^\d{4}(\d\d)?$/.test(text)) return text;
    unsigned.add(text);
    return `+${text}`;
  };
  return {
    start: values('DTSTART')[0] ?? '',
    offsetFrom: offset('TZOFFSETFROM'),
    offsetTo: offset('TZOFFSETTO'),
    rules: values('RRULE'),
    dates: values('RDATE'),
  };
}
