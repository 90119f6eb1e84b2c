// What a clock on the wall shows, and the instant it means. Wall times are numbers: the epoch milliseconds the same
// digits would have in UTC. Zones give their offset at an instant; the rule for the hour that a change of clocks skips
// or repeats is ours (RFC 5545 3.3.5): a skipped time is read with the offset before the change (it shifts forward), a
// repeated one means its first pass. A library's own rule is not used: some answer by the clock of today.

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export interface Zone {
  /** IANA name, or the label of the feed for a zone that only the feed defines. */
  name: string;
  /** Local time minus UTC at an instant, milliseconds. */
  offsetAt(instantMs: number): number;
}

/** The instant of a wall time in a zone. */
export function toInstant(zone: Zone, wallMs: number): number {
  const before = zone.offsetAt(wallMs - DAY_MS);
  const after = zone.offsetAt(wallMs + DAY_MS);
  if (before === after || zone.offsetAt(wallMs - before) === before) return wallMs - before;
  if (zone.offsetAt(wallMs - after) === after) return wallMs - after;
  return wallMs - before;
}

/** What the wall shows at an instant. */
export function toWall(zone: Zone, instantMs: number): number {
  return instantMs + zone.offsetAt(instantMs);
}

/** Days since 1970-01-01 of a wall time. */
export function dayOf(wallMs: number): number {
  return Math.floor(wallMs / DAY_MS);
}

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/** Days since 1970-01-01 of a date in the Gregorian calendar; the month is 1 to 12. `Date.UTC` moves years below 100. */
export function dayNumber(year: number, month: number, day: number): number {
  const leap = month > 2 && isLeap(year) ? 1 : 0;
  const past = year - 1;
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  return past * 365 + leapDays + (DAYS_BEFORE_MONTH[month - 1] ?? Number.NaN) + leap + day - 1 - 719_162;
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** `2026-03-29 02:30`, for people. */
export function showWall(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 16).replace('T', ' ');
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
