import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventStarts } from '../../scaler/calendar/event-starts.ts';
import { makeSchedule, mergeBookings } from '../../scaler/calendar/schedule.ts';

const HOUR = 3_600_000;
const MONDAY = Date.UTC(2026, 10, 23);

interface Row {
  /** Hours of Monday. */
  from: number;
  to: number;
  count?: number;
  pool?: string;
}

/** Of pool data8 at this hour of Monday; times as hours of Monday. */
function at(hour: number, rows: Row[], { lead = 0, hold = 0 } = {}) {
  const bookings = rows.map(({ from, to, count = 3, pool = 'data8' }) => ({
    ...{ pool, count, title: `${from} to ${to}`, feed: 'calendar' },
    startMs: MONDAY + from * HOUR,
    endMs: MONDAY + to * HOUR,
  }));
  const times = { leadTimeMs: lead * HOUR, holdTimeMs: hold * HOUR };
  const windows = mergeBookings(bookings, { overlap: 'max', pools: { data8: times, stat20: times } });
  const schedule = makeSchedule([windows], { overlap: 'max' });
  const found = eventStarts(schedule, { name: 'data8', leadTimeMs: times.leadTimeMs }, MONDAY + hour * HOUR);
  const hours = (ms: number | undefined) => (ms === undefined ? undefined : (ms - MONDAY) / HOUR);
  return [hours(found.lastMs), hours(found.nextMs)];
}

describe('when an event begins', () => {
  it.each<[what: string, hour: number, last?: number, next?: number]>([
    ['a day before', -14, undefined, undefined],
    ['less than a day before', -13.5, undefined, 10],
    ['an hour before', 9, undefined, 10],
    ['at its start', 10, 10, undefined],
    ['in its middle', 11, 10, undefined],
    ['at its end', 12, undefined, undefined],
  ])('is told %s', (_what, hour, last, next) => {
    expect(at(hour, [{ from: 10, to: 12 }])).toEqual([last, next]);
  });

  it('is the start of the event itself, not of its lead time', () => {
    const row = [{ from: 10, to: 12 }];
    expect(at(8, row, { lead: 1 })).toEqual([undefined, 10]);
    expect(at(9.5, row, { lead: 1 })).toEqual([undefined, 10]);
    expect(at(10, row, { lead: 1 })).toEqual([10, undefined]);
    expect(at(12.5, row, { lead: 1, hold: 1 })).toEqual([undefined, undefined]);
  });

  it('is told of the one that began last, and of the next', () => {
    const rows = [
      { from: 8, to: 12 },
      { from: 10, to: 11 },
      { from: 14, to: 15 },
      { from: 13, to: 15 },
    ];
    expect(at(9, rows)).toEqual([8, 10]);
    expect(at(10.5, rows)).toEqual([10, 13]);
    expect(at(11.5, rows)).toEqual([8, 13]);
  });

  it('is told of an event that follows at once with the same count', () => {
    const rows = [
      { from: 8, to: 10 },
      { from: 10, to: 12 },
    ];
    expect(at(9, rows)).toEqual([8, 10]);
    expect(at(10, rows)).toEqual([10, undefined]);
  });

  it('is told of a larger event whose lead time lies within a smaller one', () => {
    const rows = [
      { from: 8, to: 12, count: 5 },
      { from: 11, to: 13, count: 3 },
    ];
    expect(at(10.5, rows, { lead: 1 })).toEqual([8, 11]);
  });

  it('is no matter of events that ask for 0, or of other pools', () => {
    const rows = [
      { from: 8, to: 12, count: 0 },
      { from: 9, to: 12, pool: 'stat20' },
      { from: 11, to: 12, count: 0 },
    ];
    expect(at(10, rows)).toEqual([undefined, undefined]);
  });

  it('is what one finds by looking at every event, whatever the day', () => {
    const rows = fc.array(
      fc.record({ from: fc.integer({ min: -30, max: 30 }), length: fc.integer({ min: 1, max: 6 }) }),
      // Three at most are named in a segment.
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 3 }), (events, lead) => {
        const typed = events.map(({ from, length }) => ({ from, to: from + length }));
        const begun = typed.filter(({ from, to }) => from <= 0 && to > 0).map(({ from }) => from);
        const coming = typed.filter(({ from }) => from > 0 && from < 24).map(({ from }) => from);
        const last = begun.length === 0 ? undefined : Math.max(...begun);
        const next = coming.length === 0 ? undefined : Math.min(...coming);
        expect(at(0, typed, { lead })).toEqual([last, next]);
      }),
    );
  });
});
