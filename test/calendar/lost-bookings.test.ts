import { describe, expect, it } from 'vitest';
import { nextLostBooking } from '../../scaler/calendar/lost-bookings.ts';
import type { Problem } from '../../scaler/problem.ts';
import { HOUR, NOW } from '../support/world.ts';

/** A problem with a line of an event from so many hours after now to so many. */
function problem(from: number, to: number, words: Partial<Problem> = {}): Problem {
  return {
    code: 'unknown-pool',
    source: 'booking',
    severity: 'error',
    where: 'event, line 1',
    message: 'no pool "datta8"',
    event: { uid: 'u', title: 'Midterm', startMs: NOW + from * HOUR, endMs: NOW + to * HOUR },
    ...words,
  };
}

/** Hours from now. */
const next = (...problems: Problem[]) => {
  const ms = nextLostBooking(problems, NOW);
  return ms === undefined ? undefined : (ms - NOW) / HOUR;
};

describe('the next booking that is lost', () => {
  it('is that of the event that begins first, whatever their order', () => {
    expect(next(problem(30, 31), problem(5, 6), problem(8, 9))).toBe(5);
  });

  it('may run already, until it is over', () => {
    expect(next(problem(-1, 1), problem(5, 6))).toBe(-1);
    expect(next(problem(-1, 0), problem(5, 6))).toBe(5);
    expect(next(problem(-3, -2))).toBeUndefined();
  });

  it('is none where there is no problem, or none of an event', () => {
    expect(next()).toBeUndefined();
    const { event: _, ...ofTheFeed } = problem(1, 2, { source: 'feed', code: 'feed-http' });
    expect(next(ofTheFeed)).toBeUndefined();
  });

  it('is not one that counts all the same', () => {
    expect(next(problem(1, 2, { code: 'below-baseline', severity: 'warning' }))).toBeUndefined();
    expect(next(problem(1, 2, { code: 'booked-twice', severity: 'warning' }))).toBeUndefined();
  });

  it('is also a line that is close to a booking, and an event that lasts no time', () => {
    expect(next(problem(1, 2, { code: 'near-booking', severity: 'warning' }))).toBe(1);
    expect(next(problem(1, 2, { code: 'bad-count', severity: 'warning' }))).toBe(1);
    expect(next(problem(1, 1, { code: 'event-no-length', severity: 'warning' }))).toBe(1);
  });
});
