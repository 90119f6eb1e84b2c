import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type FeedWindows,
  type LeadAndHold,
  makeSchedule,
  mergeBookings,
  type PlacedBooking,
  type Schedule,
} from '../../scaler/calendar/schedule.ts';

type Overlap = 'max' | 'sum';

const NO_TIMES: LeadAndHold = { leadTimeMs: 0, holdTimeMs: 0 };

function booked(
  startMs: number,
  endMs: number,
  count: number,
  more: Partial<PlacedBooking> = {},
): PlacedBooking {
  return {
    pool: 'data8',
    count,
    title: `${count} from ${startMs}`,
    feed: 'calendar',
    startMs,
    endMs,
    ...more,
  };
}

function scheduleOf(
  bookings: PlacedBooking[],
  { overlap = 'max' as Overlap, times = NO_TIMES }: { overlap?: Overlap; times?: LeadAndHold } = {},
): Schedule {
  return makeSchedule([mergeBookings(bookings, { overlap, pools: { data8: times } })], { overlap });
}

/** Booked counts at every instant of a span, `.` where nothing is booked. */
function picture(schedule: Schedule, { baseline = 0, to = 12, pool = 'data8' } = {}): string {
  return Array.from({ length: to }, (_, atMs) => schedule.bookedAt(pool, atMs, baseline)?.count ?? '.').join(
    '',
  );
}

describe('what is booked at an instant', () => {
  it.each([
    ['an event books from its start on, and no longer at its end', [booked(2, 5, 3)], {}, '..333.......'],
    [
      'of two events at the same time the larger counts',
      [booked(1, 6, 2), booked(3, 9, 4)],
      {},
      '.22444444...',
    ],
    ['with overlap sum they add up', [booked(1, 6, 2), booked(3, 9, 4)], { overlap: 'sum' }, '.22666444...'],
    [
      'events that follow each other leave no gap and never meet',
      [booked(1, 4, 2), booked(4, 6, 3)],
      { overlap: 'sum' },
      '.22233......',
    ],
    [
      'lead time books before the event',
      [booked(5, 8, 3)],
      { times: { leadTimeMs: 2, holdTimeMs: 0 } },
      '...33333....',
    ],
    [
      'hold time books after the event',
      [booked(5, 8, 3)],
      { times: { leadTimeMs: 0, holdTimeMs: 2 } },
      '.....33333..',
    ],
    [
      'lead and hold never add up, only the events do',
      [booked(2, 5, 2), booked(5, 8, 3), booked(6, 8, 1)],
      { overlap: 'sum', times: { leadTimeMs: 2, holdTimeMs: 2 } },
      '2223334433..',
    ],
    ['an explicit 0 is booked', [booked(2, 5, 0)], {}, '..000.......'],
    [
      'an explicit 0 has neither lead nor hold',
      [booked(4, 6, 0)],
      { times: { leadTimeMs: 2, holdTimeMs: 2 } },
      '....00......',
    ],
    ['a larger event beats an explicit 0', [booked(2, 8, 0), booked(3, 5, 1)], {}, '..011000....'],
    ['an event without length books nothing', [booked(4, 4, 3)], {}, '............'],
    [
      'an event without length books by its lead and hold time alone',
      [booked(4, 4, 3)],
      { times: { leadTimeMs: 2, holdTimeMs: 1 } },
      '..333.......',
    ],
    ['an end before the start is taken as no length', [booked(6, 4, 3)], {}, '............'],
  ] as const)('%s', (_name, bookings, options, expected) => {
    expect(picture(scheduleOf([...bookings], options))).toBe(expected);
  });

  it('books an event below the baseline as typed', () => {
    expect(picture(scheduleOf([booked(2, 5, 1)]), { baseline: 4 })).toBe('..111.......');
  });

  it('raises with lead and hold only above the baseline', () => {
    const schedule = scheduleOf([booked(4, 6, 3)], { times: { leadTimeMs: 2, holdTimeMs: 2 } });
    expect(picture(schedule, { baseline: 2 })).toBe('..333333....');
    expect(picture(schedule, { baseline: 3 })).toBe('....33......');
  });

  it('raises an event under way by the lead time of a larger one, whatever the baseline', () => {
    const schedule = scheduleOf([booked(2, 8, 1), booked(8, 9, 3)], {
      times: { leadTimeMs: 2, holdTimeMs: 0 },
    });
    expect(picture(schedule, { baseline: 9 })).toBe('..1111333...');
  });

  it('knows nothing of pools without bookings', () => {
    expect(scheduleOf([booked(2, 5, 3)]).bookedAt('stat20', 3, 0)).toBeUndefined();
    expect(makeSchedule([], { overlap: 'max' }).bookedAt('data8', 3, 0)).toBeUndefined();
  });

  it('says until when the count stays the same, across events that follow each other', () => {
    const schedule = scheduleOf([booked(2, 5, 3), booked(5, 9, 3, { title: 'next' }), booked(9, 10, 1)]);
    expect(schedule.bookedAt('data8', 2, 0)).toMatchObject({ count: 3, untilMs: 9 });
    expect(schedule.bookedAt('data8', 9, 0)).toMatchObject({ count: 1, untilMs: 10 });
  });

  it('ends a stretch where hold time falls under the baseline', () => {
    const schedule = scheduleOf([booked(2, 5, 3)], { times: { leadTimeMs: 0, holdTimeMs: 4 } });
    expect(schedule.bookedAt('data8', 2, 0)?.untilMs).toBe(9);
    expect(schedule.bookedAt('data8', 2, 3)?.untilMs).toBe(5);
  });

  it('treats __proto__ and constructor as names like any other', () => {
    for (const pool of ['__proto__', 'constructor', 'toString']) {
      const windows = mergeBookings([booked(2, 5, 3, { pool })], { overlap: 'max', pools: {} });
      const crossed = structuredClone(JSON.parse(JSON.stringify(windows)) as FeedWindows);
      const schedule = makeSchedule([crossed], { overlap: 'max' });
      expect(picture(schedule, { pool })).toBe('..333.......');
    }
    expect(makeSchedule([{}], { overlap: 'max' }).bookedAt('constructor', 3, 0)).toBeUndefined();
  });
});

describe('who is named behind a count', () => {
  it('names at most three events, the ones that decide first', () => {
    const counts = [1, 5, 2, 4, 3];
    const schedule = scheduleOf(counts.map((count) => booked(0, 9, count)));
    expect(schedule.bookedAt('data8', 1, 0)?.by.map(({ count }) => count)).toEqual([5, 4, 3]);
  });

  it('gives the window of the booking with lead and hold, and says which of them it is in', () => {
    const schedule = scheduleOf([booked(4, 6, 3)], { times: { leadTimeMs: 2, holdTimeMs: 1 } });
    const by = (atMs: number) => schedule.bookedAt('data8', atMs, 0)?.by[0];
    expect(by(2)).toEqual({
      title: '3 from 4',
      count: 3,
      feed: 'calendar',
      startMs: 2,
      endMs: 7,
      phase: 'lead',
    });
    expect(by(4)).toEqual({ title: '3 from 4', count: 3, feed: 'calendar', startMs: 2, endMs: 7 });
    expect(by(6)?.phase).toBe('hold');
  });

  it('names the parts of a sum before a larger booking that is only about to begin', () => {
    const times = { leadTimeMs: 5, holdTimeMs: 0 };
    const schedule = scheduleOf([booked(0, 5, 2), booked(0, 5, 2), booked(5, 9, 3)], {
      overlap: 'sum',
      times,
    });
    expect(schedule.bookedAt('data8', 1, 0)).toMatchObject({ count: 4 });
    expect(schedule.bookedAt('data8', 1, 0)?.by.map(({ count }) => count)).toEqual([2, 2, 3]);
  });

  it('names the booking about to begin first when it is larger than the sum', () => {
    const times = { leadTimeMs: 5, holdTimeMs: 0 };
    const schedule = scheduleOf([booked(0, 5, 1), booked(0, 5, 1), booked(5, 9, 3)], {
      overlap: 'sum',
      times,
    });
    expect(schedule.bookedAt('data8', 1, 0)?.by.map(({ count }) => count)).toEqual([3, 1, 1]);
  });
});

describe('several feeds', () => {
  const windowsOf = (bookings: PlacedBooking[], overlap: Overlap = 'max') =>
    mergeBookings(bookings, { overlap, pools: { data8: { leadTimeMs: 1, holdTimeMs: 1 } } });

  it('takes the larger of both, or their sum', () => {
    const feeds = [windowsOf([booked(2, 6, 3, { feed: 'a' })]), windowsOf([booked(4, 8, 2, { feed: 'b' })])];
    expect(picture(makeSchedule(feeds, { overlap: 'max' }))).toBe('.33333322...');
    expect(picture(makeSchedule(feeds, { overlap: 'sum' }))).toBe('.33355322...');
  });

  it('keeps a feed that does not know the pool out of it', () => {
    const feeds = [windowsOf([booked(2, 6, 3)]), windowsOf([booked(2, 6, 9, { pool: 'stat20' })])];
    expect(picture(makeSchedule(feeds, { overlap: 'sum' }))).toBe('.333333.....');
  });
});

describe('boundaries', () => {
  const boundaries = (schedule: Schedule) => {
    const found: number[] = [];
    for (let at = schedule.nextBoundaryAfter(-100); at !== undefined; at = schedule.nextBoundaryAfter(at))
      found.push(at);
    return found;
  };

  it('are the instants at which a count may change, of all pools, each once', () => {
    expect(
      boundaries(scheduleOf([booked(2, 5, 3), booked(4, 9, 3), booked(5, 7, 1, { pool: 'stat20' })])),
    ).toEqual([2, 5, 7, 9]);
  });

  it('count lead and hold, whose weight depends on the baseline', () => {
    expect(boundaries(scheduleOf([booked(4, 6, 3)], { times: { leadTimeMs: 2, holdTimeMs: 1 } }))).toEqual([
      2, 4, 6, 7,
    ]);
  });

  it('leave out instants at which only the events change and not the count', () => {
    expect(boundaries(scheduleOf([booked(2, 5, 3), booked(5, 7, 3)]))).toEqual([2, 7]);
  });

  it('end with the last window', () => {
    expect(scheduleOf([booked(2, 5, 3)]).nextBoundaryAfter(5)).toBeUndefined();
    expect(makeSchedule([], { overlap: 'max' }).nextBoundaryAfter(0)).toBeUndefined();
  });
});

describe('segments', () => {
  it('are those that overlap the span, neither cut nor repeated', () => {
    const schedule = scheduleOf([booked(0, 2, 1), booked(3, 5, 2), booked(6, 9, 3)]);
    const starts = (from: number, to: number) =>
      schedule.segments('data8', from, to).map(({ startMs }) => startMs);
    expect(starts(0, 10)).toEqual([0, 3, 6]);
    expect(starts(2, 6)).toEqual([3]);
    expect(starts(4, 7)).toEqual([3, 6]);
    expect(starts(5, 6)).toEqual([]);
    expect(starts(7, 3)).toEqual([]);
  });

  it('of an explicit 0 are those of its event, without lead and hold', () => {
    const pools = { data8: { leadTimeMs: 2, holdTimeMs: 2 } };
    expect(mergeBookings([booked(4, 6, 0)], { overlap: 'max', pools }).data8).toMatchObject([
      { startMs: 4, endMs: 6, core: 0 },
    ]);
  });

  it('are merged where the same bookings are active', () => {
    const windows = mergeBookings([booked(2, 5, 3), booked(3, 4, 0, { pool: 'stat20' })], {
      overlap: 'max',
      pools: {},
    });
    expect(windows.data8).toHaveLength(1);
    expect(Object.keys(windows)).toEqual(['data8', 'stat20']);
  });
});

describe('laws', () => {
  const TO = 30;
  const bookingsArb = fc.array(
    fc
      .record({
        startMs: fc.integer({ min: 0, max: TO }),
        length: fc.integer({ min: 0, max: 10 }),
        count: fc.integer({ min: 0, max: 5 }),
        title: fc.constantFrom('a', 'b', 'c'),
        pool: fc.constantFrom('data8', 'stat20'),
      })
      .map(({ length, ...rest }) => ({ ...rest, endMs: rest.startMs + length, feed: 'calendar' })),
    { maxLength: 12 },
  );
  const timesArb = fc.record({
    leadTimeMs: fc.integer({ min: 0, max: 4 }),
    holdTimeMs: fc.integer({ min: 0, max: 4 }),
  });
  const overlapArb = fc.constantFrom<Overlap>('max', 'sum');
  const baselineArb = fc.integer({ min: 0, max: 6 });
  const instants = Array.from({ length: TO + 20 }, (_, index) => index - 5);

  /** The definition, read off the bookings one instant at a time. */
  function bySight(
    bookings: PlacedBooking[],
    {
      overlap,
      times,
      baseline,
      atMs,
    }: { overlap: Overlap; times: LeadAndHold; baseline: number; atMs: number },
  ): number | undefined {
    const covers = (from: number, to: number) => from <= atMs && atMs < to;
    const counts = (covering: PlacedBooking[]) => covering.map(({ count }) => count);
    const core = counts(bookings.filter((b) => covers(b.startMs, b.endMs)));
    const around = counts(
      bookings.filter(
        (b) => covers(b.startMs - times.leadTimeMs, b.startMs) || covers(b.endMs, b.endMs + times.holdTimeMs),
      ),
    );
    const highest = Math.max(0, ...around);
    if (core.length === 0) return highest > baseline ? highest : undefined;
    return Math.max(overlap === 'max' ? Math.max(...core) : core.reduce((a, b) => a + b), highest);
  }

  it('the sweep agrees with the definition at every instant, and its stretches and boundaries are exact', () => {
    fc.assert(
      fc.property(bookingsArb, timesArb, overlapArb, baselineArb, (bookings, times, overlap, baseline) => {
        const pools = { data8: times, stat20: times };
        const schedule = makeSchedule([mergeBookings(bookings, { overlap, pools })], { overlap });
        for (const pool of ['data8', 'stat20']) {
          const mine = bookings.filter((booking) => booking.pool === pool);
          const seen = (atMs: number) => bySight(mine, { overlap, times, baseline, atMs });
          for (const atMs of instants) {
            const got = schedule.bookedAt(pool, atMs, baseline);
            expect(got?.count).toBe(seen(atMs));
            if (got !== undefined) {
              expect(seen(got.untilMs)).not.toBe(got.count);
              for (let later = atMs; later < got.untilMs; later += 1) expect(seen(later)).toBe(got.count);
              expect(got.by.length).toBeGreaterThan(0);
              expect(got.by.length).toBeLessThanOrEqual(3);
            }
            if (seen(atMs) !== seen(atMs - 1)) expect(schedule.nextBoundaryAfter(atMs - 1)).toBe(atMs);
          }
        }
      }),
    );
  });

  it('the order of bookings does not matter', () => {
    const twoOrders = bookingsArb.chain((bookings) =>
      fc.tuple(fc.constant(bookings), fc.shuffledSubarray(bookings, { minLength: bookings.length })),
    );
    fc.assert(
      fc.property(twoOrders, timesArb, overlapArb, ([one, other], times, overlap) => {
        const options = { overlap, pools: { data8: times, stat20: times } };
        expect(mergeBookings(other, options)).toEqual(mergeBookings(one, options));
      }),
    );
  });

  it('lead and hold only raise', () => {
    fc.assert(
      fc.property(bookingsArb, timesArb, overlapArb, baselineArb, (bookings, times, overlap, baseline) => {
        const without = scheduleOf(bookings, { overlap });
        const withThem = scheduleOf(bookings, { overlap, times });
        for (const atMs of instants) {
          const before = without.bookedAt('data8', atMs, baseline)?.count ?? baseline;
          expect(withThem.bookedAt('data8', atMs, baseline)?.count ?? baseline).toBeGreaterThanOrEqual(
            before,
          );
        }
      }),
    );
  });

  it('the sum is never less than the larger', () => {
    fc.assert(
      fc.property(bookingsArb, timesArb, baselineArb, (bookings, times, baseline) => {
        const largest = scheduleOf(bookings, { overlap: 'max', times });
        const sum = scheduleOf(bookings, { overlap: 'sum', times });
        for (const atMs of instants) {
          const one = largest.bookedAt('data8', atMs, baseline)?.count ?? -1;
          expect(sum.bookedAt('data8', atMs, baseline)?.count ?? -1).toBeGreaterThanOrEqual(one);
        }
      }),
    );
  });

  it('bookings split over feeds count as they would in one', () => {
    const split = fc.array(bookingsArb, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(split, timesArb, overlapArb, baselineArb, (parts, times, overlap, baseline) => {
        const options = { overlap, pools: { data8: times, stat20: times } };
        const feeds = parts.map((bookings) => mergeBookings(bookings, options));
        const apart = makeSchedule(feeds, { overlap });
        const whole = makeSchedule([mergeBookings(parts.flat(), options)], { overlap });
        for (const atMs of instants) {
          const one = apart.bookedAt('data8', atMs, baseline);
          const other = whole.bookedAt('data8', atMs, baseline);
          expect(one?.count).toBe(other?.count);
          expect(one?.untilMs).toBe(other?.untilMs);
          if (overlap === 'max') expect(one?.by).toEqual(other?.by);
          expect(apart.nextBoundaryAfter(atMs)).toBe(whole.nextBoundaryAfter(atMs));
        }
      }),
    );
  });

  it('windows survive the way through JSON', () => {
    fc.assert(
      fc.property(bookingsArb, timesArb, overlapArb, (bookings, times, overlap) => {
        const windows = mergeBookings(bookings, { overlap, pools: { data8: times } });
        expect(JSON.parse(JSON.stringify(windows))).toEqual(windows);
      }),
    );
  });

  it('ten thousand bookings at once cost no more segments than they have starts and ends', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => booked(index, 30_000 - index, index % 90));
    const segments = mergeBookings(many, { overlap: 'sum', pools: {} }).data8 ?? [];
    expect(segments.length).toBeLessThanOrEqual(20_000);
    expect(segments.find(({ startMs }) => startMs === 9_999)?.core).toBe(
      many.reduce((sum, { count }) => sum + count, 0),
    );
  });
});
