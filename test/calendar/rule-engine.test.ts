// Rules that choose nothing are plain arithmetic; said in other words, the same rules go through node-ical.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRule } from '../../scaler/calendar/recurrence-rule.ts';
import { ruleStarts } from '../../scaler/calendar/rule-engine.ts';
import { LIMITS } from '../support/calendar-limits.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;
const MONDAY = Date.UTC(2026, 10, 23);
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

const rules = fc.record({
  frequency: fc.constantFrom('DAILY', 'WEEKLY'),
  interval: fc.integer({ min: 1, max: 9 }),
  count: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
  weekStart: fc.constantFrom('', ';WKST=SU', ';WKST=TH'),
  startMs: fc.integer({ min: 0, max: 60 * 24 * 400 }).map((minutes) => MONDAY + minutes * MINUTE),
  fromDays: fc.integer({ min: -30, max: 300 }),
  forDays: fc.integer({ min: 0, max: 90 }),
});

test('every so many days or weeks are the starts that the engine finds', () => {
  fc.assert(
    fc.property(rules, ({ frequency, interval, count, weekStart, startMs, fromDays, forDays }) => {
      const start = new Date(startMs);
      const text = `FREQ=${frequency};INTERVAL=${interval}${count ? `;COUNT=${count}` : ''}${weekStart}`;
      const chosen =
        frequency === 'WEEKLY' ? `BYDAY=${WEEKDAYS[start.getUTCDay()]}` : `BYHOUR=${start.getUTCHours()}`;
      const [lowMs, highMs] = [startMs + fromDays * DAY, startMs + (fromDays + forDays) * DAY];
      const starts = (rule: string) => ruleStarts(parseRule(rule, LIMITS), startMs, lowMs, highMs, LIMITS);
      expect(starts(text)).toEqual(starts(`${text};${chosen}`));
    }),
    { numRuns: 500 },
  );
});

test('a span that begins and ends at a start includes both', () => {
  const starts = ruleStarts(
    parseRule('FREQ=WEEKLY', LIMITS),
    MONDAY,
    MONDAY + 7 * DAY,
    MONDAY + 21 * DAY,
    LIMITS,
  );
  expect(starts).toEqual([7, 14, 21].map((days) => MONDAY + days * DAY));
});

test('more starts than a series may have are refused', () => {
  const endless = parseRule('FREQ=DAILY', LIMITS);
  const limits = { occurrencesPerSeries: 10 };
  expect(() => ruleStarts(endless, MONDAY, MONDAY, MONDAY + 20 * DAY, limits)).toThrow(
    'up to 10 occurrences',
  );
});
