// DATE, DATE-TIME, DURATION and PERIOD values (RFC 5545 3.3.4 to 3.3.9) as numbers. Every field is checked: the 31st of
// February is a mistake to be told of, not the 3rd of March. A leap second counts as the second before it (3.3.12).

import { DAY_MS, dayNumber, daysInMonth, HOUR_MS, MINUTE_MS } from './wall-time.ts';

/** A date or a time as it is written; which zone it is meant in is said elsewhere, unless it ends in Z. */
export interface WrittenTime {
  kind: 'date' | 'local' | 'utc';
  wallMs: number;
}

/** A length of time: days count by the calendar (a day may have 23 hours), the rest exactly (RFC 5545 3.3.6). */
export interface Span {
  days: number;
  ms: number;
}

export class BadValue extends Error {}

export function parseTime(text: string): WrittenTime {
  const match = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?$/i.exec(text.trim());
  if (!match) throw new BadValue(`expected a time such as 20261123T090000Z, got ${quoted(text)}`);
  const [, y, mo, d, h, mi, s, z] = match;
  const [year, month, day] = [Number(y), Number(mo), Number(d)];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) {
    throw new BadValue(`expected a day that exists, got ${quoted(text)}`);
  }
  const dateMs = dayNumber(year, month, day) * DAY_MS;
  if (h === undefined) return { kind: 'date', wallMs: dateMs };
  const [hour, minute, second] = [Number(h), Number(mi), Math.min(Number(s ?? 0), 59)];
  if (hour > 23 || minute > 59 || Number(s ?? 0) > 60) {
    throw new BadValue(`expected a time of day up to 23:59:59, got ${quoted(text)}`);
  }
  const wallMs = dateMs + hour * HOUR_MS + minute * MINUTE_MS + second * 1000;
  return { kind: z ? 'utc' : 'local', wallMs };
}

/** A DURATION such as `P1D`, `PT1H30M`, `-P2W`. */
export function parseSpan(text: string): Span {
  const match = /^([+-])?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i.exec(text.trim());
  if (!match || !/\d/.test(text))
    throw new BadValue(`expected a duration such as PT1H30M, got ${quoted(text)}`);
  const [, sign, weeks, days, hours, minutes, seconds] = match;
  const factor = sign === '-' ? -1 : 1;
  const ms = Number(hours ?? 0) * HOUR_MS + Number(minutes ?? 0) * MINUTE_MS + Number(seconds ?? 0) * 1000;
  return { days: factor * (Number(weeks ?? 0) * 7 + Number(days ?? 0)) || 0, ms: factor * ms || 0 };
}

/** What RDATE holds: a start, and for a PERIOD its own end or length. */
export function parsePeriod(text: string): { start: WrittenTime; end?: WrittenTime; span?: Span } {
  const [start = '', end] = text.split('/', 2);
  if (end === undefined) return { start: parseTime(start) };
  return /^[+-]?P/i.test(end.trim())
    ? { start: parseTime(start), span: parseSpan(end) }
    : { start: parseTime(start), end: parseTime(end) };
}

/** `+0530`, `-083010` (UTC-OFFSET) in milliseconds. */
export function parseOffset(text: string): number {
  const match = /^([+-])(\d\d):?(\d\d):?(\d\d)?$/.exec(text.trim());
  const [, sign, hours, minutes, seconds] = match ?? [];
  if (!match || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds ?? 0) > 59) {
    throw new BadValue(`expected an offset such as +0530, got ${quoted(text)}`);
  }
  const ms = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds ?? 0) * 1000;
  return sign === '-' ? -ms : ms;
}

/** A piece of a feed as it may stand in a problem: short, on one line. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
