// The zones of one feed: what its TZIDs mean, calendar by calendar, and where its floating and all-day times are meant
// (`calendarTimezone`; unset: X-WR-TIMEZONE, or the only VTIMEZONE of the feed; else UTC).

import type { CalendarLimits } from '../config/schema.ts';
import type { RawCalendar, RawLine, RawTimeZone, Skeleton } from './components.ts';
import { BadValue, quoted } from './date-values.ts';
import { contentLine, plainText } from './event-fields.ts';
import { feedZone, type Observance } from './feed-zone-rules.ts';
import { UTC } from './iana-zone.ts';
import { RuleTooLarge } from './recurrence-rule.ts';
import type { Window } from './series.ts';
import { DAY_MS, type Zone } from './wall-time.ts';
import { windowsZones } from './windows-zones.ts';
import { knownZones, labelledOffset } from './zone-names.ts';

export interface FeedZones {
  floating: Zone;
  /** The zone of a TZID in its calendar; nothing for a name that nobody knows. */
  find(tzid: string, calendar: RawCalendar): Zone | undefined;
}

/** A feed with more zones of its own than this has none that is its only one. */
const MOST_ZONES = 20;

interface Source {
  bytes: string;
  skeleton: Skeleton;
  window: Window;
  limits: CalendarLimits;
  warn(code: string, message: string, example?: string): void;
}

/** Throws a plain error when `configured` is no zone: settings are checked before. */
export function feedZones(source: Source, configured: string | undefined): FeedZones {
  const known = knownZones(windowsZones());
  const defined = definitions(source);
  const found = new Map<RawCalendar, Map<string, Zone | undefined>>();
  const find = (tzid: string, calendar: RawCalendar): Zone | undefined => {
    const names = found.get(calendar) ?? new Map<string, Zone | undefined>();
    found.set(calendar, names);
    if (!names.has(tzid)) {
      names.set(
        tzid,
        known.find(tzid) ?? definedZone(tzid, defined(calendar), source) ?? labelledOffset(tzid),
      );
    }
    return names.get(tzid);
  };
  const own = ownZone(source, find);
  const floating = configured === undefined ? (own ?? UTC) : known.find(configured);
  if (!floating)
    throw new Error(`expected an IANA time zone such as Europe/Berlin, got ${quoted(configured ?? '')}`);
  if (configured !== undefined && own && differ(own, floating, source.window)) {
    source.warn(
      'feed-zone-differs',
      `expected the time zone of the feed to be calendarTimezone (${floating.name}), got ${quoted(own.name)}; ` +
        'all-day events and times without a zone are read in calendarTimezone',
      `calendarTimezone: ${own.name}`,
    );
  }
  return { floating, find };
}

/** The VTIMEZONEs of a calendar by name, looked through once. */
function definitions(source: Source): (calendar: RawCalendar) => Map<string, RawTimeZone> {
  const made = new Map<RawCalendar, Map<string, RawTimeZone>>();
  return (calendar) => {
    let zones = made.get(calendar);
    if (!zones) {
      // Of two with one name the first counts.
      zones = new Map(calendar.timeZones.toReversed().map((raw) => [tzidOf(raw, source), raw]));
      made.set(calendar, zones);
    }
    return zones;
  };
}

function definedZone(tzid: string, defined: Map<string, RawTimeZone>, source: Source): Zone | undefined {
  const raw = defined.get(tzid.trim());
  if (!raw) return undefined;
  const { limits } = source;
  try {
    const observances = raw.observances.map((lines) => observanceOf(lines, source));
    return feedZone(tzid, observances, source.window.toMs + 2 * 366 * DAY_MS, limits);
  } catch (error) {
    if (!(error instanceof BadValue || error instanceof RuleTooLarge)) throw error;
    source.warn('bad-time-zone', `the VTIMEZONE ${quoted(tzid)} cannot be read: ${error.message}`);
    return undefined;
  }
}

function observanceOf(lines: RawLine[], source: Source): Observance {
  const values = (name: RawLine['name']) =>
    lines.filter((line) => line.name === name).map((line) => contentLine(line, source)?.value ?? '');
  return {
    start: values('DTSTART')[0] ?? '',
    offsetFrom: values('TZOFFSETFROM')[0] ?? '',
    offsetTo: values('TZOFFSETTO')[0] ?? '',
    rules: values('RRULE'),
    dates: values('RDATE'),
  };
}

function tzidOf(raw: RawTimeZone, source: Source): string {
  return plainText(raw, 'TZID', source).trim();
}

/** The zone that the feed says is its own. */
function ownZone(
  source: Source,
  find: (tzid: string, calendar: RawCalendar) => Zone | undefined,
): Zone | undefined {
  const { calendars } = source.skeleton;
  for (const calendar of calendars) {
    const name = plainText(calendar, 'X-WR-TIMEZONE', source).trim();
    const zone = name === '' ? undefined : find(name, calendar);
    if (zone) return zone;
  }
  const raws = calendars.flatMap((calendar) => calendar.timeZones.map((raw) => ({ raw, calendar })));
  if (raws.length > MOST_ZONES) return undefined;
  const defined = raws.map(({ raw, calendar }) => find(tzidOf(raw, source), calendar));
  const [first] = defined;
  const isOnly =
    first && defined.every((zone) => zone && (zone === first || !differ(zone, first, source.window)));
  return isOnly ? first : undefined;
}

/** Two names may stand for the same clock; looked at month by month for a year. */
function differ(one: Zone, other: Zone, { fromMs }: Window): boolean {
  for (let month = 0; month < 12; month++) {
    const at = fromMs + month * 30 * DAY_MS;
    if (one.offsetAt(at) !== other.offsetAt(at)) return true;
  }
  return false;
}
