// What a label such as `(UTC+01:00) Amsterdam, Berlin`, `GMT+0530` or `+02:00` says: an offset, a place, or both. The
// offset that Windows writes is that of winter, so a place says more than the offset before it.

import { fixedZone, UTC } from './iana-zone.ts';
import { HOUR_MS, MINUTE_MS, type Zone } from './wall-time.ts';

export interface ZoneLabel {
  /** The zone that the offset alone would mean, summer and winter. */
  offset?: Zone;
  /** What stands after the offset; all of it when there is none; empty when there is nothing else. */
  place: string;
}

export function zoneLabel(tzid: string): ZoneLabel {
  const name = plainName(tzid);
  const match =
    /^\(?\s*(?:(?:GMT|UTC)(?![a-z\d])\s*)?(?:([+-])\s?(\d{1,2})(?:[:.]?(\d\d))?(?![\d:]))?\s*\)?\s*/i.exec(
      name,
    );
  const [prefix = '', sign, hours, minutes = '00'] = match ?? [];
  const place = name.slice(prefix.length);
  const isOffset = sign !== undefined || /^\(?\s*(GMT|UTC)/i.test(prefix);
  if (!isOffset || /^[+-]?\d/.test(place)) return { place: name };
  if (sign === undefined || hours === undefined) return { offset: UTC, place };
  if (Number(hours) > 14 || Number(minutes) > 59) return { place: name };
  const ms = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS;
  const shown = `UTC${sign}${hours.padStart(2, '0')}:${minutes}`;
  return { offset: fixedZone(shown, sign === '-' ? -ms : ms), place };
}

/** Some programs quote or escape the name of a zone in one place and not in the other. */
export function plainName(tzid: string): string {
  return tzid
    .replace(/\\(?=[\\;,])|"/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
