// Occurrences of one feed become booking windows: each text is read once however often its event repeats, bookings get
// their times, and everything that is wrong with a line gets its event. Runs in the worker; what it returns is plain
// data and small, also for a feed with a hundred thousand occurrences.
import { DateTime } from 'luxon';
import { type Problem, problemKey } from '../problem.ts';
import { type BookingReading, bookingReader, type KnownPool } from './bookings.ts';
import type { FeedReading, Occurrence } from './events.ts';
import { type FeedWindows, type LeadAndHold, mergeBookings, type PlacedBooking } from './schedule.ts';
import { shown } from './text.ts';

export interface FeedWindowsOptions {
  feed: string;
  /** Every configured pool. */
  pools: (KnownPool & LeadAndHold)[];
  unknownPools: 'problem' | 'ignore';
  /** Pools that this feed may book; all when absent. */
  feedPools?: string[];
  overlap: 'max' | 'sum';
  limits: { descriptionBytes: number };
  /** A problem of a series is shown at its first occurrence that is not over at this instant; absent: at its first. */
  nowMs?: number;
}

export interface FeedWindowsReading {
  windows: FeedWindows;
  /** The reading's own, then those of the bookings by time; the same problem of one series once. */
  problems: Problem[];
  /** Bookings in the span, each occurrence and pool counted. */
  bookings: number;
}

const MOST_PROBLEMS = 100;

export function feedWindows(reading: FeedReading, options: FeedWindowsOptions): FeedWindowsReading {
  const { feed, overlap } = options;
  const read = rememberingReader(options);
  const found = new SeriesProblems(reading.zone, options);
  const bookings: PlacedBooking[] = [];
  for (const occurrence of reading.occurrences) {
    const { startMs, endMs } = occurrence;
    const text = read(occurrence);
    for (const { pool, count } of text.bookings) {
      bookings.push({ pool, count, title: titleOf(occurrence), feed, startMs, endMs });
    }
    found.add(occurrence, text.problems);
  }
  const pools = Object.fromEntries(options.pools.map(({ name, ...times }) => [name, times]));
  return {
    windows: mergeBookings(bookings, { overlap, pools }),
    problems: [...reading.problems.map((problem) => ({ feed, ...problem })), ...found.list()],
    bookings: bookings.length,
  };
}

/** Reads each text once; the hundred occurrences of a weekly class have the same. */
function rememberingReader(options: FeedWindowsOptions): (occurrence: Occurrence) => BookingReading {
  const { pools, unknownPools, limits } = options;
  const read = bookingReader({ pools, unknownPools, descriptionBytes: limits.descriptionBytes });
  const known = new Map<string, BookingReading>();
  return ({ summary, description }) => {
    const key = JSON.stringify([summary, description]);
    let reading = known.get(key);
    if (reading === undefined) {
      reading = onlyOwnPools(read({ title: summary, description }), options);
      known.set(key, reading);
    }
    return reading;
  };
}

function onlyOwnPools({ bookings, problems }: BookingReading, options: FeedWindowsOptions): BookingReading {
  const { feedPools, feed } = options;
  if (feedPools === undefined) return { bookings, problems };
  const mine = new Set(feedPools);
  const others = bookings.filter(({ pool }) => !mine.has(pool));
  return {
    bookings: bookings.filter(({ pool }) => mine.has(pool)),
    problems: [
      ...problems.filter(({ pool }) => pool === undefined || mine.has(pool)),
      ...(options.unknownPools === 'ignore' ? [] : others).map(({ pool, count }): Problem => {
        const example = feedPools[0] === undefined ? {} : { example: `${feedPools[0]}: ${count}` };
        const message = `calendar ${feed} may not book ${pool}; it may book: ${feedPools.join(', ') || 'no pool'}`;
        return {
          code: 'foreign-pool',
          source: 'booking',
          severity: 'error',
          where: 'description',
          message,
          ...example,
          pool,
        };
      }),
    ],
  };
}

/** The same problem comes with every occurrence of a series; it is kept once, at the first that is not over. */
class SeriesProblems {
  readonly #first = new Map<string, { occurrence: Occurrence; problem: Problem }>();
  readonly #zone: string;
  readonly #options: FeedWindowsOptions;

  constructor(zone: string, options: FeedWindowsOptions) {
    this.#zone = zone;
    this.#options = options;
  }

  add(occurrence: Occurrence, problems: Problem[]): void {
    for (const problem of problems) {
      const key = JSON.stringify([occurrence.uid, problemKey(problem)]);
      const before = this.#first.get(key);
      if (before === undefined || this.#sooner(occurrence, before.occurrence))
        this.#first.set(key, { occurrence, problem });
    }
  }

  list(): Problem[] {
    const all = [...this.#first.values()].sort((a, b) => a.occurrence.startMs - b.occurrence.startMs);
    const placed = all.slice(0, MOST_PROBLEMS).map((each) => this.#placed(each));
    return all.length > MOST_PROBLEMS ? [...placed, this.#more(all.length - MOST_PROBLEMS)] : placed;
  }

  #sooner(one: Occurrence, other: Occurrence): boolean {
    const nowMs = this.#options.nowMs ?? Number.NEGATIVE_INFINITY;
    if (one.endMs > nowMs !== other.endMs > nowMs) return one.endMs > nowMs;
    return one.startMs < other.startMs;
  }

  #placed({ occurrence, problem }: { occurrence: Occurrence; problem: Problem }): Problem {
    const { startMs, endMs } = occurrence;
    const title = titleOf(occurrence);
    const when = DateTime.fromMillis(startMs, { zone: this.#zone }).toFormat('yyyy-MM-dd HH:mm');
    return {
      ...problem,
      where: `event '${title}' of ${when}, ${problem.where}`,
      feed: this.#options.feed,
      event: { uid: shown(occurrence.uid, 200), title, startMs, endMs },
    };
  }

  #more(count: number): Problem {
    const { feed } = this.#options;
    const where = `feed '${feed}'`;
    const message = `and ${count} more problems with the text of events`;
    return { code: 'more-problems', source: 'booking', severity: 'warning', where, message, feed };
  }
}

function titleOf({ summary }: Occurrence): string {
  return shown(summary) || '(no title)';
}
