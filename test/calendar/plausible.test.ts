import { describe, expect, it } from 'vitest';
import { HOLD_MS, implausible } from '../../scaler/calendar/plausible.ts';
import { type FeedWindows, mergeBookings } from '../../scaler/calendar/schedule.ts';

const HOUR = 3_600_000;
const NOW = 1000 * HOUR;

interface Row {
  hour: number;
  title?: string;
  pool?: string;
  count?: number;
}

function calendar(rows: Row[]): FeedWindows {
  const bookings = rows.map(({ hour, title = `event ${hour}`, pool = 'data8', count = 3 }) => {
    const startMs = NOW + hour * HOUR;
    return { pool, count, title, feed: 'calendar', startMs, endMs: startMs + HOUR / 2 };
  });
  return mergeBookings(bookings, { overlap: 'max', pools: {} });
}

const hours = (...list: number[]) => calendar(list.map((hour) => ({ hour })));
const answer = (before: FeedWindows, next: FeedWindows) => implausible(before, next, NOW)?.code;

describe('a calendar is doubted', () => {
  it('when nothing is left of what was to come', () => {
    expect(answer(hours(1), hours())).toBe('feed-suddenly-empty');
    expect(answer(hours(1, 2, 3, 4, 5), hours())).toBe('feed-suddenly-empty');
  });

  it('when an event under way is all there was and it is gone', () => {
    expect(answer(hours(-0.25), hours())).toBe('feed-suddenly-empty');
  });

  it('when more than half of at least four coming bookings are gone', () => {
    expect(answer(hours(1, 2, 3, 4), hours(1))).toBe('feed-suddenly-thin');
    expect(answer(hours(1, 2, 3, 4, 5), hours(1, 2))).toBe('feed-suddenly-thin');
  });

  it('when others stand in their place at other times under other titles', () => {
    expect(answer(hours(1, 2, 3, 4), hours(1.6, 2.6, 3.6, 3.7))).toBe('feed-suddenly-thin');
  });

  it('when only later weeks came in sight, which replace nothing', () => {
    const weekly = (...list: number[]) => calendar(list.map((hour) => ({ hour, title: 'class' })));
    expect(answer(weekly(1, 2, 3, 4), weekly(4, 5, 6, 7))).toBe('feed-suddenly-thin');
  });

  it('with a sentence that has the numbers and says what to do when it is right', () => {
    const { message, example } = implausible(hours(1, 2, 3, 4), hours(1), NOW) ?? {};
    expect(message).toContain('4 bookings still to come');
    expect(message).toContain('without 3 of them');
    expect(example).toContain(`${HOLD_MS / 60_000} minutes`);
  });
});

describe('a calendar is believed', () => {
  it.each([
    ['when half of four are gone', hours(1, 2, 3, 4), hours(1, 2)],
    ['when two of three are gone', hours(1, 2, 3), hours(1)],
    ['when only the past is gone', hours(-5, -4, -3, -2, 1), hours(1)],
    ['when there was nothing to come', hours(-3), hours()],
    ['when it grows', hours(1), hours(1, 2, 3)],
    [
      'when events were renamed',
      calendar([1, 2, 3, 4].map((hour) => ({ hour, title: 'old' }))),
      hours(1, 2, 3, 4),
    ],
    [
      'when a course moved by half an hour',
      calendar([1, 2, 3, 4].map((hour) => ({ hour, title: 'class' }))),
      calendar([1.5, 2.5, 3.5, 4.5].map((hour) => ({ hour, title: 'class' }))),
    ],
    [
      'when other counts are booked',
      hours(1, 2, 3, 4),
      calendar([1, 2, 3, 4].map((hour) => ({ hour, count: 9 }))),
    ],
    ['when it is the first', {}, hours(1, 2, 3, 4)],
  ])('%s', (_name, before, next) => {
    expect(answer(before, next)).toBeUndefined();
  });
});

describe('bookings of different pools', () => {
  it('do not stand for each other', () => {
    const data8 = calendar([1, 2, 3, 4].map((hour) => ({ hour, title: 'class' })));
    const stat20 = calendar([1, 2, 3, 4].map((hour) => ({ hour, title: 'class', pool: 'stat20' })));
    expect(answer(data8, stat20)).toBe('feed-suddenly-thin');
  });
});
