// Occurrences of one feed become booking windows: each text is read once however often its event repeats, bookings get
// their times, and everything that is wrong with a line gets its event. Runs in the worker; what it returns is plain
// data and small, also for a feed with a hundred thousand occurrences.
import { DateTime } from 'luxon';
import { type Problem, problemKey } from '../problem.ts';
import { type Booking, type BookingReading, bookingReader, type KnownPool } from './bookings.ts';
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
  const withoutLength = lengthProblems(options);
  const bookings: PlacedBooking[] = [];
  for (const occurrence of reading.occurrences) {
    const { startMs, endMs } = occurrence;
    const text = read(occurrence);
    for (const { pool, count } of text.bookings) {
      bookings.push({ pool, count, title: titleOf(occurrence), feed, startMs, endMs });
    }
    found.add(occurrence, text.problems);
    if (endMs <= startMs) found.add(occurrence, withoutLength(text));
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
  const known = new Map<string, Map<string, BookingReading>>();
  return ({ summary, description }) => {
    let byTitle = known.get(description);
    if (byTitle === undefined) {
      byTitle = new Map();
      known.set(description, byTitle);
    }
    let reading = byTitle.get(summary);
    if (reading === undefined) {
      reading = onlyOwnPools(read({ title: summary, description }), options);
      byTitle.set(summary, reading);
    }
    return reading;
  };
}

/** What to tell of bookings by an event that lasts no time; the same list for the same text. */
function lengthProblems({ pools }: FeedWindowsOptions): (text: BookingReading) => Problem[] {
  const around = new Set(
    pools.filter(({ leadTimeMs, holdTimeMs }) => leadTimeMs + holdTimeMs > 0).map(({ name }) => name),
  );
  const made = new Map<BookingReading, Problem[]>();
  const problemOf = ({ pool, count }: Booking): Problem => {
    const instead = count > 0 && around.has(pool) ? `${pool} for its lead and hold time only` : 'nothing';
    return {
      code: 'event-no-length',
      source: 'event',
      severity: 'warning',
      where: 'its end',
      message: `lasts no time, so it books ${instead}; give the event an end`,
      example: 'an event from 10:00 to 12:00',
      pool,
    };
  };
  return (text) => {
    const problems = made.get(text) ?? text.bookings.map(problemOf);
    made.set(text, problems);
    return problems;
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

/** What is wrong with one text of a series, and the occurrence to show it at: the first that is not over. */
interface Mistyped {
  occurrence: Occurrence;
  problems: Problem[];
}

/** The same problems come with every occurrence of a series; they are kept once per series and text. */
class SeriesProblems {
  /** uid -> the problems of a text (the same list for the same text) -> where to show them. */
  readonly #series = new Map<string, Map<Problem[], Mistyped>>();
  readonly #zone: string;
  readonly #options: FeedWindowsOptions;

  constructor(zone: string, options: FeedWindowsOptions) {
    this.#zone = zone;
    this.#options = options;
  }

  add(occurrence: Occurrence, problems: Problem[]): void {
    if (problems.length === 0) return;
    const texts = this.#series.get(occurrence.uid) ?? new Map<Problem[], Mistyped>();
    this.#series.set(occurrence.uid, texts);
    const before = texts.get(problems);
    if (before === undefined || this.#sooner(occurrence, before.occurrence))
      texts.set(problems, { occurrence, problems });
  }

  list(): Problem[] {
    const all = [...this.#series.values()].flatMap((texts) => onceEach([...texts.values()]));
    all.sort((a, b) => a.occurrence.startMs - b.occurrence.startMs);
    const listed: Problem[] = [];
    let left = 0;
    for (const { occurrence, problems } of all) {
      const room = MOST_PROBLEMS - listed.length;
      listed.push(...problems.slice(0, room).map((problem) => this.#placed(occurrence, problem)));
      left += Math.max(0, problems.length - room);
    }
    return left > 0 ? [...listed, this.#more(left)] : listed;
  }

  #sooner(one: Occurrence, other: Occurrence): boolean {
    const nowMs = this.#options.nowMs ?? Number.NEGATIVE_INFINITY;
    if (one.endMs > nowMs !== other.endMs > nowMs) return one.endMs > nowMs;
    return one.startMs < other.startMs;
  }

  #placed(occurrence: Occurrence, problem: Problem): Problem {
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

/** An override that keeps a wrong line repeats the problem of its series; the first is enough. */
function onceEach(texts: Mistyped[]): Mistyped[] {
  if (texts.length === 1) return texts;
  const seen = new Set<string>();
  const isNew = (problem: Problem) => seen.size < seen.add(problemKey(problem)).size;
  return texts.map(({ occurrence, problems }) => ({ occurrence, problems: problems.filter(isNew) }));
}

function titleOf({ summary }: Occurrence): string {
  return shown(summary) || '(no title)';
}
