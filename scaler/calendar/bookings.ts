// What does an event ask of which pool? Its description is read, or its title when the description books nothing. What
// is a booking counts; what was plainly meant as one comes back as a problem with the right line to type; prose stays
// unmentioned. One bad line never loses the others, nothing a person types throws, and time grows with the length only.
import type { Problem } from '../problem.ts';
import { readEntries } from './entries.ts';
import { lineEntries } from './line-entries.ts';
import { type Finding, type Meaning, meaningReader, type Place } from './meaning.ts';
import { shown, textReader } from './text.ts';

/** What an occurrence asks of one pool. */
export interface Booking {
  /** Name as configured (not as typed). */
  pool: string;
  /** Whole number from 0 up. */
  count: number;
}

/** What the text reader must know of the pools. */
export interface KnownPool {
  name: string;
  baseline: number;
}

export interface BookingText {
  title: string;
  description: string;
}

export interface BookingReading {
  bookings: Booking[];
  /** `feed` and `event` are filled in by the caller; `where` is `title` or `line 2` (of the description as lines). */
  problems: Problem[];
}

export interface BookingOptions {
  pools: KnownPool[];
  /** `ignore`: the calendar has other uses; an unknown name with a number is prose unless it is close to a pool's. */
  unknownPools: 'problem' | 'ignore';
  /** Of a longer description only this much is read. */
  descriptionBytes: number;
}

/** Someone pasted a table; the first lines show what is wrong with it. */
const MOST_PROBLEMS = 20;
const LONGEST_TITLE = 500;

/** Reads one text; for many texts make one `bookingReader`. */
export function readBookings(text: BookingText, options: BookingOptions): BookingReading {
  return bookingReader(options)(text);
}

export function bookingReader(options: BookingOptions): (text: BookingText) => BookingReading {
  const toLines = textReader();
  const meanings = meaningReader({
    pools: options.pools.map(({ name }) => name),
    unknownPools: options.unknownPools,
  });
  const baselines = new Map(options.pools.map(({ name, baseline }) => [name, baseline]));
  return ({ title, description }) => {
    const { text: head, problem: tooLong } = cut(description, options.descriptionBytes);
    const text = toLines(head);
    const read = readEntries(text).flatMap((entry) => meanings(entry, 'description'));
    const found = new Findings('description', text.split('\n'));
    if (tooLong !== undefined) found.problems.push(tooLong);
    const bookings = found.collect(read, baselines);
    if (bookings.length > 0) return { bookings, problems: found.problems };
    const line = shown(toLines(title.slice(0, LONGEST_TITLE)), LONGEST_TITLE);
    const inTitle = new Findings('title', [line]);
    const fromTitle = inTitle.collect(
      lineEntries(line, 1).flatMap((entry) => meanings(entry, 'title')),
      baselines,
    );
    return { bookings: fromTitle, problems: [...found.problems, ...inTitle.problems] };
  };
}

/** Bookings of one text, one per pool, and what is wrong with its lines. */
class Findings {
  readonly problems: Problem[] = [];
  readonly #place: Place;
  readonly #lines: string[];

  constructor(place: Place, lines: string[]) {
    this.#place = place;
    this.#lines = lines;
  }

  collect(meanings: Meaning[], baselines: Map<string, number>): Booking[] {
    const taken = new Map<string, { count: number; line: number }>();
    for (const meaning of meanings) {
      if (meaning.kind === 'problem') {
        this.#add(meaning.problem, meaning.line);
        continue;
      }
      const { pool, count, line } = meaning;
      const before = taken.get(pool);
      if (before !== undefined) this.#add(bookedTwice(pool, before, meaning), line);
      if (before === undefined || count > before.count) taken.set(pool, { count, line });
    }
    for (const [pool, { count, line }] of taken) {
      const baseline = baselines.get(pool) ?? 0;
      if (count > 0 && count < baseline) this.#add(belowBaseline(pool, count, baseline), line);
    }
    return [...taken].map(([pool, { count }]) => ({ pool, count }));
  }

  #add(found: Finding, line: number): void {
    if (this.problems.length > MOST_PROBLEMS) return;
    const where = this.#place === 'title' ? 'title' : `line ${line}`;
    if (this.problems.length === MOST_PROBLEMS) this.problems.push({ ...MORE, where });
    else
      this.problems.push({
        ...found,
        source: 'booking',
        where,
        line: shown(this.#lines[line - 1] ?? '', 120),
      });
  }
}

const MORE: Omit<Problem, 'where'> = {
  code: 'more-problems',
  source: 'booking',
  severity: 'warning',
  message: `expected at most ${MOST_PROBLEMS} lines with problems, got more; those from here on are not listed`,
};

function bookedTwice(
  pool: string,
  one: { count: number; line: number },
  other: { count: number; line: number },
): Finding {
  const larger = Math.max(one.count, other.count);
  const where = one.line === other.line ? '' : ` (lines ${one.line} and ${other.line})`;
  return {
    code: 'booked-twice',
    severity: 'warning',
    message: `expected one line for ${pool}, got ${one.count} and ${other.count}${where}; the larger counts`,
    example: `${pool}: ${larger}`,
    pool,
  };
}

function belowBaseline(pool: string, count: number, baseline: number): Finding {
  return {
    code: 'below-baseline',
    severity: 'warning',
    message: `${pool} keeps ${baseline} without any booking, so ${count} lowers it; it counts as typed, but perhaps ${count} more was meant`,
    example: `${pool}: ${baseline + count}`,
    pool,
  };
}

/** The last line may be cut in two (`data8: 30` to `data8: 3`), so it goes whole. */
function cut(description: string, bytes: number): { text: string; problem?: Problem } {
  if (description.length * 3 <= bytes || Buffer.byteLength(description) <= bytes)
    return { text: description };
  const head = Buffer.from(description).subarray(0, bytes).toString();
  return {
    text: head.slice(0, Math.max(head.lastIndexOf('\n'), head.lastIndexOf('<'), 0)),
    problem: {
      code: 'description-too-long',
      source: 'booking',
      severity: 'warning',
      where: 'description',
      message: `expected at most ${bytes} bytes, got ${Buffer.byteLength(description)}; only the first are read, so put bookings at the top`,
    },
  };
}
