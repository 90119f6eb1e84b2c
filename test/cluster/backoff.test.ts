import { describe, expect, it } from 'vitest';
import { delayAfter, readRetryAfter } from '../../scaler/cluster/backoff.ts';

const longest = () => 0.999_999;

describe('the wait after a failed call', () => {
  it('doubles from 0.8 s to 30 s', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 100].map((attempt) => delayAfter({ attempt }, longest));
    expect(waits).toEqual([800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
  });

  it('is anything from nothing up to that', () => {
    expect(delayAfter({ attempt: 3 }, () => 0)).toBe(0);
    expect(delayAfter({ attempt: 3 }, () => 0.5)).toBe(1600);
  });

  it('comes to a minute where only a person can help, but is short at first: a server that starts says 403 too', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 100].map((attempt) => delayAfter({ attempt, status: 403 }, longest));
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('is never shorter than the server asked for, and at most about two minutes', () => {
    expect(delayAfter({ attempt: 1, status: 429, retryAfterMs: 7000 }, () => 0)).toBe(7000);
    expect(delayAfter({ attempt: 1, status: 429, retryAfterMs: 86_400_000 }, () => 0)).toBe(120_000);
  });
});

describe('Retry-After', () => {
  it.each([
    ['7', 7000],
    ['0', 0],
    ['Mon, 23 Nov 2026 09:00:30 GMT', 30_000],
    ['Mon, 23 Nov 2026 08:00:00 GMT', 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('%s is %s ms', (header, expected) => {
    expect(readRetryAfter(header, Date.UTC(2026, 10, 23, 9))).toBe(expected);
  });
});
