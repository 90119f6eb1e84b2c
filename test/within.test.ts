import { describe, expect, it } from 'vitest';
import { within } from '../scaler/within.ts';
import { until } from './support/eventually.ts';
import { manualClock } from './support/manual-clock.ts';

describe('waiting within a time', () => {
  it('ends with the work, and leaves no timer behind', async () => {
    const clock = manualClock();
    expect(await within(1_000, clock, Promise.resolve('x'))).toBe(true);
    expect(clock.waiting()).toBe(0);
  });

  it('ends with the time when the work does not come', async () => {
    const clock = manualClock();
    expect(await until(within(1_000, clock, new Promise(() => {})), clock)).toBe(false);
    expect(clock.monotonic()).toBe(1_000);
  });

  it('throws what the work throws in time, and drops what it throws later', async () => {
    const clock = manualClock();
    await expect(within(1_000, clock, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    let fail: (error: Error) => void = () => {};
    const late = new Promise((_, reject) => {
      fail = reject;
    });
    expect(await until(within(1_000, clock, late), clock)).toBe(false);
    fail(new Error('too late for anyone'));
    await clock.advance(1_000);
  });
});
