// How the page says times: in one zone, with the day when it is not today, and ages in words. Days are local days, so
// that a day with a clock change is one column like the others.
import { DateTime } from 'luxon';
import { spokenTimes } from '../calendar/spoken-times.ts';

export interface PageTimes {
  zone: string;
  nowMs: number;
  /** `Mon 23 Nov 2026`. */
  today(): string;
  /** `09:50`, or `Tue 24 Nov 09:50` when that is not today. */
  at(ms: number): string;
  /** `09:50 - 11:10`, `Tue 24 Nov 09:50 - 11:10`, `Tue 24 Nov 22:00 - Wed 25 Nov 02:00`. */
  span(startMs: number, endMs: number): string;
  /** `just now`, `40 s ago`, `5 min ago`, `3 h ago`, `2 days ago`. */
  ago(ms: number): string;
  /** The first `count` local days from today on, up to eight. */
  days(
    count: number,
  ): { startMs: number; endMs: number; name: string; date: string; month: string; weekend: boolean }[];
}

const MOST_DAYS = 8;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function pageTimes(nowMs: number, zone: string): PageTimes {
  const spoken = spokenTimes(zone);
  const today = DateTime.fromMillis(nowMs, { zone }).startOf('day');
  const todayEnds = today.plus({ days: 1 }).toMillis();
  const isToday = (ms: number) => ms >= today.toMillis() && ms < todayEnds;
  const days = Array.from({ length: MOST_DAYS }, (_, index) => {
    const day = today.plus({ days: index });
    return {
      startMs: day.toMillis(),
      endMs: day.plus({ days: 1 }).toMillis(),
      name: day.toFormat('ccc'),
      date: day.toFormat('d'),
      month: day.toFormat('LLL'),
      weekend: day.weekday > 5,
    };
  });
  const at = (ms: number) => `${isToday(ms) ? '' : `${spoken.day(ms)} `}${spoken.minute(ms)}`;
  return {
    zone,
    nowMs,
    today: () => today.toFormat('ccc d LLL yyyy'),
    at,
    span: (startMs, endMs) => spoken.span(startMs, endMs, isToday),
    ago: (ms) => (nowMs - ms < 5_000 ? 'just now' : `${lengthInWords(nowMs - ms)} ago`),
    days: (count) => days.slice(0, count),
  };
}

export function lengthInWords(ms: number): string {
  if (ms < 2 * MINUTE) return `${Math.round(ms / 1_000)} s`;
  if (ms < 2 * HOUR) return `${Math.round(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.round(ms / HOUR)} h`;
  return `${Math.round(ms / DAY)} days`;
}
