import { describe, expect, test } from 'vitest';
import { type LastTry, pollWaitMs, rereadMs } from '../../scaler/calendar/poll-timing.ts';

const MINUTE = 60_000;
const WORKED: LastTry = { failures: 0, passing: false };
const inSeconds = (last: LastTry, intervalMs = MINUTE, random = 0.5) =>
  pollWaitMs(last, { nowMs: 0, intervalMs, random }) / 1000;

describe('a feed is asked again', () => {
  test.each<[string, LastTry, number]>([
    ['at the interval when it worked', WORKED, 60],
    ['after 5 s when the failure may pass', { failures: 1, passing: true }, 5],
    ['after 10 s when it failed twice', { failures: 2, passing: true }, 10],
    ['after 40 s when it failed four times', { failures: 4, passing: true }, 40],
    ['never later than the interval', { failures: 5, passing: true }, 60],
    ['at the interval however long it fails', { failures: 5000, passing: true }, 60],
    ['at the interval when only a person can mend it', { failures: 1, passing: false }, 60],
    ['not before the server allows', { failures: 1, passing: true, retryAtMs: 300_000 }, 300],
    [
      'at the interval when the server would allow it sooner',
      { failures: 1, passing: false, retryAtMs: 7000 },
      60,
    ],
    [
      'after an hour at the latest, whatever the server asks for',
      { failures: 1, passing: false, retryAtMs: 9e9 },
      3600,
    ],
    ['when a held body comes due', { ...WORKED, heldUntilMs: 30_000 }, 30],
    ['at the interval when a held body is overdue', { ...WORKED, heldUntilMs: -1 }, 60],
  ])('%s', (_name, last, seconds) => expect(inSeconds(last)).toBe(seconds));

  test('a little earlier or later than others', () => {
    expect(inSeconds(WORKED, MINUTE, 0)).toBe(57);
    expect(inSeconds(WORKED, MINUTE, 1)).toBe(63);
  });

  test('never sooner than a short interval because of a failure', () => {
    expect(inSeconds({ failures: 1, passing: true }, 2000)).toBe(2);
  });
});

test.each([
  [1, 5],
  [2, 10],
  [4, 40],
  [5, 60],
  [100, 60],
])('a body refused %i times is read again after %i minutes', (times, minutes) => {
  expect(rereadMs(times, 0)).toBe(minutes * MINUTE);
});
