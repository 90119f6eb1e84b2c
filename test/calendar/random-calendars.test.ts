// Thousands of random calendars: what the reader finds must be what a literal, slow expander finds. CALENDAR_SEED=n
// begins elsewhere, CALENDAR_FEEDS=n reads more or fewer; a failure names the seed that shows it again.
import { describe, expect, it } from 'vitest';
import { readFeed } from '../../scaler/calendar/events.ts';
import { LIMITS } from '../support/calendar-limits.ts';
import { expectedOccurrences } from './brute-force.ts';
import { makeDice } from './dice.ts';
import { randomCalendar } from './random-calendar.ts';
import { writeCalendar } from './write-calendar.ts';

const FIRST_SEED = Number(process.env.CALENDAR_SEED ?? 20_261_123);
const FEEDS = Number(process.env.CALENDAR_FEEDS ?? 3000);
const BATCHES = 10;

/** The one thing these calendars do that a reader should remark on. */
const REMARKS = new Set(['event-no-end']);

describe(`random calendars from seed ${FIRST_SEED}`, () => {
  it.each(Array.from({ length: BATCHES }, (_, batch) => [batch + 1]))(
    `are read as a literal expander reads them (batch %i of ${BATCHES})`,
    (batch) => {
      let occurrences = 0;
      const size = Math.ceil(FEEDS / BATCHES);
      for (let n = 0; n < size; n++) {
        const seed = FIRST_SEED + (batch - 1) * size + n;
        const dice = makeDice(seed);
        const model = randomCalendar(dice);
        const body = writeCalendar(model, dice);
        const { zone, from, to } = model;
        const reading = readFeed(body, { feed: 'random', zone, fromMs: from, toMs: to, limits: LIMITS });
        const expected = expectedOccurrences(model);
        expect({ seed, occurrences: lines(reading.occurrences) }).toEqual({
          seed,
          occurrences: lines(expected),
        });
        expect({ seed, problems: reading.problems.filter(({ code }) => !REMARKS.has(code)) }).toEqual({
          seed,
          problems: [],
        });
        occurrences += expected.length;
      }
      expect(occurrences).toBeGreaterThan(size);
    },
    120_000,
  );
});

function lines(
  occurrences: { uid: string; startMs: number; endMs: number; summary: string; description: string }[],
): string[] {
  return occurrences
    .map(({ uid, startMs, endMs, summary, description }) =>
      JSON.stringify([new Date(startMs), new Date(endMs), uid, summary, description]),
    )
    .sort();
}
