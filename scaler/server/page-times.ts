// How the page says times: in one zone, with the day when it is not today, and ages in words. Days are local days, so
// that a day with a clock change is one column like the others.
import { DateTime } from 'luxon';

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
  /** Starts of `count` local days from today on, and the end of the last. */
  days(
    count: number,
  ): { startMs: number; endMs: number; name: string; date: string; month: string; weekend: boolean }[];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function pageTimes(nowMs: number, zone: string): PageTimes {
  const local = (ms: number) => DateTime.fromMillis(ms, { zone });
  const today = local(nowMs).startOf('day');
  const todayEnds = today.plus({ days: 1 }).toMillis();
  const isToday = (ms: number) => ms >= today.toMillis() && ms < todayEnds;
  const at = (ms: number) => local(ms).toFormat(isToday(ms) ? 'HH:mm' : 'ccc d LLL HH:mm');
  return {
    zone,
    nowMs,
    today: () => today.toFormat('ccc d LLL yyyy'),
    at,
    span(startMs, endMs) {
      const [start, end] = [local(startMs), local(endMs)];
      if (start.hasSame(end, 'day')) return `${at(startMs)} - ${end.toFormat('HH:mm')}`;
      // Midnight reads best as the end of the day before.
      if (end.toFormat('HHmmss') === '000000' && end.minus(1).hasSame(start, 'day'))
        return `${at(startMs)} - 24:00`;
      return `${at(startMs)} - ${end.toFormat('ccc d LLL HH:mm')}`;
    },
    ago: (ms) => (nowMs - ms < 5_000 ? 'just now' : `${lengthInWords(nowMs - ms)} ago`),
    days(count) {
      return Array.from({ length: count }, (_, index) => {
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
    },
  };
}

export function lengthInWords(ms: number): string {
  if (ms < 2 * MINUTE) return `${Math.round(ms / 1_000)} s`;
  if (ms < 2 * HOUR) return `${Math.round(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.round(ms / HOUR)} h`;
  return `${Math.round(ms / DAY)} days`;
}
