// Times as people say them, in one zone: `09:50`, `Mon 23 Nov`. Made for saying thousands of them at once: offsets come
// from luxon, once per quarter of an hour (no zone changes its clock at another minute), and the words stand here.
import { IANAZone } from 'luxon';

export interface SpokenTimes {
  /** `09:50` */
  minute(ms: number): string;
  /** `Mon 23 Nov` */
  day(ms: number): string;
  /** `09:50 - 11:10` when `today` says so of the start, else `Mon 23 Nov 09:50 - 11:10`, or with the day of the end too. */
  span(startMs: number, endMs: number, today?: (ms: number) => boolean): string;
}

const QUARTER = 15 * 60_000;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** An unknown zone reads as UTC. */
export function spokenTimes(zone: string): SpokenTimes {
  const rules = IANAZone.create(zone);
  const offsets = new Map<number, number>();
  /** The wall clock as if it were UTC. */
  const wall = (ms: number): Date => {
    const quarter = Math.floor(ms / QUARTER);
    let offset = offsets.get(quarter);
    if (offset === undefined) {
      const minutes = rules.offset(quarter * QUARTER);
      offset = Number.isNaN(minutes) ? 0 : minutes * 60_000;
      offsets.set(quarter, offset);
    }
    return new Date(ms + offset);
  };
  const two = (number: number) => String(number).padStart(2, '0');
  const minuteOf = (at: Date) => `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
  const dayOf = (at: Date) => `${WEEKDAYS[at.getUTCDay()]} ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
  const dayNumber = (at: Date) => Math.floor(at.getTime() / 86_400_000);
  return {
    minute: (ms) => minuteOf(wall(ms)),
    day: (ms) => dayOf(wall(ms)),
    span(startMs, endMs, today = () => false) {
      const [start, end] = [wall(startMs), wall(endMs)];
      const from = today(startMs) ? minuteOf(start) : `${dayOf(start)} ${minuteOf(start)}`;
      if (dayNumber(start) === dayNumber(end)) return `${from} - ${minuteOf(end)}`;
      // Midnight reads best as the end of the day before.
      const isMidnight = end.getTime() % 86_400_000 === 0;
      if (isMidnight && dayNumber(end) === dayNumber(start) + 1) return `${from} - 24:00`;
      return `${from} - ${dayOf(end)} ${minuteOf(end)}`;
    },
  };
}
