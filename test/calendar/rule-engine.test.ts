// Rules that choose nothing are plain arithmetic, rules by years and days our own; said in other words, the same rules go
// through node-ical.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRule } from '../../scaler/calendar/recurrence-rule.ts';
import { ruleStarts } from '../../scaler/calendar/rule-engine.ts';
import { LIMITS } from '../support/calendar-limits.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;
const MONDAY = Date.UTC(2026, 10, 23);
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const MONTHS = '1,2,3,4,5,6,7,8,9,10,11,12';

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
      const rest = `${count ? `;COUNT=${count}` : ''}${weekStart}`;
      const text = `FREQ=${frequency};INTERVAL=${interval}${rest}`;
      const inOtherWords =
        frequency === 'WEEKLY'
          ? `${text};BYDAY=${WEEKDAYS[start.getUTCDay()]}`
          : `FREQ=HOURLY;INTERVAL=${24 * interval}${rest}`;
      const [lowMs, highMs] = [startMs + fromDays * DAY, startMs + (fromDays + forDays) * DAY];
      const starts = (rule: string) => ruleStarts(parseRule(rule, LIMITS), startMs, lowMs, highMs, LIMITS);
      expect(starts(text)).toEqual(starts(inOtherWords));
    }),
    { numRuns: 500 },
  );
});

const choices = fc.record({
  parts: fc.constantFrom(
    'BYDAY=MO,TU,WE,TH,FR',
    'BYMONTHDAY=1,15,-1',
    'BYDAY=FR;BYMONTHDAY=13,14,15',
    'BYDAY=TU,SU;BYHOUR=14,9;BYMINUTE=30,0',
  ),
  months: fc.constantFrom(MONTHS, '2,3,11'),
  count: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
  startMs: fc.integer({ min: 0, max: 60 * 24 * 900 }).map((minutes) => MONDAY + minutes * MINUTE),
  fromDays: fc.integer({ min: -30, max: 800 }),
  forDays: fc.integer({ min: 0, max: 500 }),
});

test('days chosen in a year or of all days are the starts that the engine finds month by month', () => {
  fc.assert(
    fc.property(choices, ({ parts, months, count, startMs, fromDays, forDays }) => {
      const [lowMs, highMs] = [startMs + fromDays * DAY, startMs + (fromDays + forDays) * DAY];
      const starts = (frequency: string) => {
        const text = `FREQ=${frequency};${parts};BYMONTH=${months}${count ? `;COUNT=${count}` : ''}`;
        return ruleStarts(parseRule(text, LIMITS), startMs, lowMs, highMs, LIMITS);
      };
      const monthly = starts('MONTHLY');
      expect(starts('YEARLY')).toEqual(monthly);
      expect(starts('DAILY')).toEqual(monthly);
    }),
    { numRuns: 200 },
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
