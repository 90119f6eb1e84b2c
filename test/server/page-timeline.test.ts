import { describe, expect, it } from 'vitest';
import { makeSchedule, mergeBookings, type PlacedBooking } from '../../scaler/calendar/schedule.ts';
import { timeline } from '../../scaler/server/page-timeline.ts';
import { pageTimes } from '../../scaler/server/page-times.ts';
import { HOUR, MINUTE } from '../support/world.ts';
import { aBooking } from './page-scenes.ts';

/** Friday 2026-10-23 12:00 in Berlin; on Sunday the clocks go back. */
const NOW = Date.UTC(2026, 9, 23, 10);
/** 18:00 of that Sunday. */
const SUNDAY = Date.UTC(2026, 9, 25, 17);

function drawn(bookings: PlacedBooking[], pool = {}) {
  const windows = mergeBookings(bookings, {
    overlap: 'max',
    pools: { data8: { leadTimeMs: 60 * MINUTE, holdTimeMs: 0 } },
  });
  const schedule = makeSchedule([windows], { overlap: 'max' });
  const text = String(
    timeline({ name: 'data8', baseline: 1, ...pool }, schedule, pageTimes(NOW, 'Europe/Berlin')),
  );
  return { text, path: (look: string) => new RegExp(`class="${look}" d="([^"]*)"`).exec(text)?.[1] };
}

describe('the timeline', () => {
  it('gives every local day the same width, also one of 25 hours', () => {
    const { path } = drawn([aBooking(SUNDAY, 6, { count: 4 })]);
    // From 18:00 of 24:00, 19 of its 25 hours, to its end; in front the hour of lead time.
    expect(path('booked')).toBe('M276 60V4H300V60Z');
    expect(path('around')).toBe('M272 60V4H276V60Z');
    expect(path('now')).toBe('M50 0V73');
  });
  it('draws what maxReplicas leaves', () => {
    expect(drawn([aBooking(SUNDAY, 6, { count: 4 })], { maxReplicas: 2 }).text).toContain(
      '<span>2</span><span>0</span>',
    );
  });
  it('shows where an explicit count lowers the pool under its baseline', () => {
    expect(drawn([aBooking(SUNDAY, 6, { count: 0 })]).path('cool')).toBe('M276 60V4H300V60Z');
    expect(drawn([]).path('cool')).toBeUndefined();
  });
  it('draws bookings that overlap in lanes, with their titles and times', () => {
    const { text } = drawn([
      aBooking(SUNDAY, 6, { title: 'Lab' }),
      aBooking(SUNDAY + HOUR, 1, { title: 'Exam' }),
    ]);
    expect([...text.matchAll(/<rect class="booking"[^>]* y="(\d+)"/g)].map(([, y]) => y)).toEqual([
      '64',
      '73',
    ]);
    expect(text).toContain('<title>Lab: 3, Sun 25 Oct 17:00 - 24:00</title>');
  });
  it('says so when there are too many to draw, and draws when there is any', () => {
    const many = Array.from({ length: 300 }, (_, at) =>
      aBooking(NOW + at * 30 * MINUTE, 0.4, { title: `Section ${at}`, count: 2 }),
    );
    expect(drawn(many).text).toContain('too many bookings to draw them one by one');
    expect(drawn(many).text.match(/<rect class="booking"/g)).toHaveLength(1);
    expect(drawn(many.slice(0, 20)).text).not.toContain('too many');
  });
  it('tells who cannot see it what it comes to', () => {
    expect(drawn([]).text).toContain(
      'aria-label="Timeline of data8 from today on, in Europe/Berlin: nothing booked, baseline 1"',
    );
    expect(drawn([aBooking(SUNDAY, 6)]).text).toContain('up to 3, baseline 1"');
  });
});
