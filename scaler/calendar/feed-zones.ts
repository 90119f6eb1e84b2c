// The zones of one feed: what its TZIDs mean, calendar by calendar, and where its floating and all-day times are meant
// (`calendarTimezone`; unset: X-WR-TIMEZONE, or the only VTIMEZONE of the feed; else UTC). Order for a TZID: what the
// name itself says, the VTIMEZONE of that name in the same VCALENDAR, what can be gathered from the name. A TZID that
// remains is unknown; then the offset in its label is taken, or the zone of floating times, and somebody must say so.

import type { RawCalendar, Skeleton } from './components.ts';
import { quoted } from './date-values.ts';
import { definedZones, tzidOf, type ZoneSource } from './defined-zones.ts';
import { plainText } from './event-fields.ts';
import { ianaZone, UTC } from './iana-zone.ts';
import type { Window } from './series.ts';
import { DAY_MS, type Zone } from './wall-time.ts';
import { windowsZones } from './windows-zones.ts';
import { zoneLabel } from './zone-label.ts';
import { knownZones } from './zone-names.ts';

export interface FeedZones {
  floating: Zone;
  /** The zone of a TZID in its calendar; nothing for a name that nobody knows. */
  find(tzid: string, calendar: RawCalendar): Zone | undefined;
  /** What stands in for a name that nobody knows: the offset of `(UTC-05:00) Somewhere`, else the floating zone. */
  instead(tzid: string): Zone;
}

/** A feed with more zones of its own than this has none that is its only one. */
const MOST_ZONES = 20;

interface Source extends ZoneSource {
  skeleton: Skeleton;
}

type Find = FeedZones['find'];

/** Throws a plain error when `configured` is no zone: settings are checked before. */
export function feedZones(source: Source, configured: string | undefined): FeedZones {
  const known = knownZones(windowsZones());
  const defined = definedZones(source);
  const found = new Map<RawCalendar, Map<string, Zone | undefined>>();
  const find: Find = (tzid, calendar) => {
    const names = found.get(calendar) ?? new Map<string, Zone | undefined>();
    found.set(calendar, names);
    if (!names.has(tzid)) {
      names.set(tzid, known.find(tzid) ?? defined(tzid, calendar) ?? known.gather(tzid));
    }
    return names.get(tzid);
  };
  const own = ownZone(source, find, configured === undefined);
  const floating = configured === undefined ? (own ?? UTC) : (known.find(configured) ?? ianaZone(configured));
  if (!floating)
    throw new Error(`expected an IANA time zone such as Europe/Berlin, got ${quoted(configured ?? '')}`);
  if (configured !== undefined && own && differ(own, floating, source.window)) {
    source.warn(
      'feed-zone-differs',
      `expected the time zone of the feed to be calendarTimezone (${floating.name}), got ${quoted(own.name)}; ` +
        'all-day events and times without a zone are read in calendarTimezone',
      ianaZone(own.name) && `calendarTimezone: ${own.name}`,
    );
  }
  return { floating, find, instead: (tzid) => zoneLabel(tzid).offset ?? floating };
}

/** The zone that the feed says is its own; an offset guessed from its label is told where it counts. */
function ownZone(source: Source, find: Find, counts: boolean): Zone | undefined {
  const { calendars } = source.skeleton;
  for (const calendar of calendars) {
    const name = plainText(calendar, 'X-WR-TIMEZONE', source).trim();
    if (name === '') continue;
    const zone = find(name, calendar);
    if (zone) return zone;
    const { offset } = zoneLabel(name);
    if (!offset) continue;
    if (counts) {
      source.warn(
        'unknown-time-zone',
        `expected X-WR-TIMEZONE to be a known time zone, got ${quoted(name)}; it is read as ${offset.name}, in summer as in winter`,
        'X-WR-TIMEZONE:Europe/Berlin',
      );
    }
    return offset;
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
