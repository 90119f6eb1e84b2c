// What zone a TZID means. Order: IANA name, Windows name, an IANA name at the end of a path (/mozilla.org/.../Europe/
// Berlin), the VTIMEZONE of that name in the same VCALENDAR, an offset in the label (GMT+0530), and last the zone of
// floating times, with one warning per name.

import { fixedZone, ianaZone, UTC } from './iana-zone.ts';
import { HOUR_MS, MINUTE_MS, type Zone } from './wall-time.ts';

export interface ZoneNames {
  /** The zone of a TZID, or nothing when nobody knows it. */
  find(tzid: string): Zone | undefined;
}

/** Names that mean the same in every feed. `windows` maps Windows names to IANA names. */
export function knownZones(windows: (name: string) => string | undefined): ZoneNames {
  const found = new Map<string, Zone | undefined>();
  const find = (tzid: string): Zone | undefined => {
    const name = tzid.trim();
    const zone = ianaZone(name);
    if (zone) return zone;
    const iana = windows(name);
    return iana === undefined ? pathEnd(name) : ianaZone(iana);
  };
  return {
    find(tzid) {
      if (!found.has(tzid)) found.set(tzid, find(tzid));
      return found.get(tzid);
    },
  };
}

/** The zone that an offset in a label says: `GMT+0530`, `(UTC-05:00) Somewhere`, `+02:00`. */
export function labelledOffset(tzid: string): Zone | undefined {
  const match = /^\s*\(?\s*(?:GMT|UTC)?\s*([+-])(\d{1,2})(?::?(\d\d))?(?!\d)/i.exec(tzid);
  const [, sign, hours, minutes] = match ?? [];
  if (!match || Number(hours) > 14 || Number(minutes ?? 0) > 59) {
    return /^\s*\(?\s*(GMT|UTC)\b(?!\s*[+-])/i.test(tzid) ? UTC : undefined;
  }
  const ms = Number(hours) * HOUR_MS + Number(minutes ?? 0) * MINUTE_MS;
  return fixedZone(tzid, sign === '-' ? -ms : ms);
}

function pathEnd(name: string): Zone | undefined {
  const steps = name.split('/');
  if (steps.length > 20) return undefined;
  for (let take = Math.min(3, steps.length - 1); take >= 1; take--) {
    const zone = ianaZone(steps.slice(-take).join('/'));
    if (zone) return zone;
  }
  return undefined;
}
