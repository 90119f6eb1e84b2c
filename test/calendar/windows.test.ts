import { describe, expect, it } from 'vitest';
import type { FeedReading, Occurrence } from '../../scaler/calendar/events.ts';
import { makeSchedule } from '../../scaler/calendar/schedule.ts';
import { type FeedWindowsOptions, feedWindows } from '../../scaler/calendar/windows.ts';
import type { Problem } from '../../scaler/problem.ts';

const HOUR = 3_600_000;
const WEEK = 168 * HOUR;
/** 09:00 in Berkeley. */
const NINE = Date.UTC(2026, 10, 23, 17);

const OPTIONS: FeedWindowsOptions = {
  feed: 'calendar',
  pools: [
    { name: 'data8', baseline: 0, leadTimeMs: 0, holdTimeMs: 0 },
    { name: 'stat20', baseline: 1, leadTimeMs: HOUR, holdTimeMs: 0 },
  ],
  unknownPools: 'problem',
  overlap: 'max',
  limits: { descriptionBytes: 32_768 },
};

function occurrence(description: string, more: Partial<Occurrence> = {}): Occurrence {
  return { uid: 'one', summary: 'Data 8 lab', description, startMs: NINE, endMs: NINE + HOUR, ...more };
}

function weekly(description: string, times: number, more: Partial<Occurrence> = {}): Occurrence[] {
  return Array.from({ length: times }, (_, week) =>
    occurrence(description, { ...more, startMs: NINE + week * WEEK, endMs: NINE + week * WEEK + HOUR }),
  );
}

function read(occurrences: Occurrence[], more: Partial<FeedWindowsOptions> & { problems?: Problem[] } = {}) {
  const { problems = [], ...options } = more;
  const reading: FeedReading = { occurrences, problems, events: 1, zone: 'America/Los_Angeles' };
  return feedWindows(reading, { ...OPTIONS, ...options });
}

describe('occurrences become windows', () => {
  it('with the times of the occurrence, the lead time of the pool and the title', () => {
    const { windows, bookings, problems } = read([occurrence('data8: 3\nstat20: 4')]);
    const schedule = makeSchedule([windows], { overlap: 'max' });
    expect(schedule.bookedAt('data8', NINE - 1, 0)).toBeUndefined();
    expect(schedule.bookedAt('data8', NINE, 0)).toMatchObject({ count: 3, untilMs: NINE + HOUR });
    expect(schedule.bookedAt('stat20', NINE - HOUR, 1)).toMatchObject({ count: 4, untilMs: NINE + HOUR });
    expect(schedule.bookedAt('data8', NINE, 0)?.by).toEqual([
      { title: 'Data 8 lab', count: 3, startMs: NINE, endMs: NINE + HOUR, feed: 'calendar' },
    ]);
    expect({ bookings, problems }).toEqual({ bookings: 2, problems: [] });
  });

  it('and every occurrence of a series counts', () => {
    expect(read(weekly('data8: 3', 5)).bookings).toBe(5);
    expect(read(weekly('data8: 3', 5)).windows.data8).toHaveLength(5);
  });

  it('also of a hundred thousand, whose text is read once', () => {
    const many = Array.from({ length: 100_000 }, (_, index) =>
      occurrence(`<p>data8: 3</p>`, { startMs: index, endMs: index + 1 }),
    );
    expect(read(many)).toMatchObject({ bookings: 100_000, windows: { data8: expect.anything() } });
  });

  it('and a title is short and harmless wherever it is shown', () => {
    const { windows } = read([occurrence('data8: 3', { summary: `\u001b[2J${'x'.repeat(500)}\u202e` })]);
    const title = windows.data8?.[0]?.by[0]?.title ?? '';
    expect(title.length).toBeLessThanOrEqual(60);
    expect(title).not.toMatch(/\p{Cc}|\p{Cf}/u);
    expect(read([occurrence('data8: 3', { summary: ' ' })]).windows.data8?.[0]?.by[0]?.title).toBe(
      '(no title)',
    );
  });
});

describe('problems of the text', () => {
  it('get the feed, the event and the place where a person finds them, in the zone of the calendar', () => {
    expect(read([occurrence('Hello\ndatta8: 3')]).problems).toEqual([
      {
        code: 'unknown-pool',
        source: 'booking',
        severity: 'error',
        where: "event 'Data 8 lab' of 2026-11-23 09:00, line 2",
        message: 'no pool "datta8"; did you mean "data8"? Known pools: data8, stat20',
        example: 'data8: 3',
        line: 'datta8: 3',
        feed: 'calendar',
        event: { uid: 'one', title: 'Data 8 lab', startMs: NINE, endMs: NINE + HOUR },
      },
    ]);
  });

  it('of a weekly series are shown once, at the first that is not over', () => {
    const starts = (nowMs?: number) =>
      read(weekly('datta8: 3', 5), nowMs === undefined ? {} : { nowMs }).problems.map(
        ({ event }) => event?.startMs,
      );
    expect(starts()).toEqual([NINE]);
    expect(starts(NINE + HOUR / 2)).toEqual([NINE]);
    expect(starts(NINE + HOUR)).toEqual([NINE + WEEK]);
    expect(starts(NINE + 9 * WEEK)).toEqual([NINE]);
  });

  it('of a series whose text was changed once are shown for both texts', () => {
    const changed = occurrence('dataa8: 3', { startMs: NINE + WEEK, endMs: NINE + WEEK + HOUR });
    expect(read([...weekly('datta8: 3', 1), changed]).problems).toHaveLength(2);
  });

  it('of a series and of a changed occurrence that repeats them are shown once', () => {
    const changed = occurrence('datta8: 3', { summary: 'Data 8 lab, other room', startMs: NINE + WEEK });
    expect(read([...weekly('datta8: 3', 1), changed]).problems).toHaveLength(1);
  });

  it('of two events are shown for both', () => {
    expect(read([occurrence('datta8: 3'), occurrence('datta8: 3', { uid: 'two' })]).problems).toHaveLength(2);
  });

  it('come by time, after those of the feed itself', () => {
    const own: Problem = {
      code: 'bad-date',
      source: 'event',
      severity: 'error',
      where: 'event',
      message: 'no date',
    };
    const late = occurrence('datta8: 3', { uid: 'late', startMs: NINE + WEEK });
    const { problems } = read([late, occurrence('data8: three')], { problems: [own] });
    expect(problems.map(({ code }) => code)).toEqual(['bad-date', 'bad-count', 'unknown-pool']);
    expect(problems.map(({ feed }) => feed)).toEqual(['calendar', 'calendar', 'calendar']);
  });

  it('beyond a hundred are counted', () => {
    const { problems } = read(
      Array.from({ length: 250 }, (_, index) => occurrence('datta8: 3', { uid: `event ${index}` })),
    );
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toMatchObject({
      code: 'more-problems',
      feed: 'calendar',
      message: expect.stringContaining('150 more'),
    });
  });
});

describe('a booking by an event that lasts no time', () => {
  const at = { startMs: NINE, endMs: NINE };

  it('is told, for it books nothing', () => {
    const { windows, problems } = read([occurrence('data8: 3', at)]);
    expect(windows).toEqual({});
    expect(problems).toMatchObject([
      {
        code: 'event-no-length',
        severity: 'warning',
        where: "event 'Data 8 lab' of 2026-11-23 09:00, its end",
        message: 'lasts no time, so it books nothing; give the event an end',
        example: 'an event from 10:00 to 12:00',
        pool: 'data8',
      },
    ]);
  });

  it('is told also when lead and hold time book around it', () => {
    const { windows, problems } = read([occurrence('stat20: 4', at)]);
    expect(windows.stat20).toHaveLength(1);
    expect(problems.map(({ message }) => message)).toEqual([
      'lasts no time, so it books stat20 for its lead and hold time only; give the event an end',
    ]);
  });

  it('is told once for a series, and not of prose', () => {
    const series = [0, 1, 2].map((week) => {
      const ms = NINE + week * WEEK;
      return occurrence('data8: 3', { startMs: ms, endMs: ms });
    });
    expect(read(series).problems).toHaveLength(1);
    expect(read([occurrence('Bring pencils', at)]).problems).toEqual([]);
  });
});

describe('a feed that may book some pools only', () => {
  const options = { feedPools: ['stat20'] };

  it('books those, and a line for another pool is a problem', () => {
    const { windows, problems, bookings } = read([occurrence('data8: 3\nstat20: 4')], options);
    expect(Object.keys(windows)).toEqual(['stat20']);
    expect(bookings).toBe(1);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      code: 'foreign-pool',
      pool: 'data8',
      message: expect.stringContaining('it may book: stat20'),
    });
  });

  it('and other uses stays silent on the others', () => {
    const { windows, problems } = read([occurrence('data8: 3\nstat20: 4\ndata8: x')], {
      ...options,
      unknownPools: 'ignore',
    });
    expect(Object.keys(windows)).toEqual(['stat20']);
    expect(problems).toEqual([]);
  });
});
