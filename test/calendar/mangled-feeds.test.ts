// Calendars with mistakes in them, made by chance: whatever is wrong, the reader answers, or refuses the feed.
import { describe, expect, it } from 'vitest';
import { FeedRefused, readFeed } from '../../scaler/calendar/events.ts';
import { LIMITS } from '../support/calendar-limits.ts';
import { type Dice, makeDice } from './dice.ts';
import { randomCalendar } from './random-calendar.ts';
import { writeCalendar } from './write-calendar.ts';

const FIRST_SEED = Number(process.env.CALENDAR_SEED ?? 4711);
const PIECES = [
  '',
  ':',
  ';',
  ',',
  '"',
  '\\',
  '\r',
  '\n',
  '\r\n ',
  '=',
  'BEGIN:VEVENT\n',
  'END:VEVENT\n',
  'END:X\n',
  '0',
  '99',
  '-',
  'Z',
  'T',
  '\u00ff',
  'FREQ=',
  'TZID=',
  '/',
  'P1D',
];

describe(`mangled calendars from seed ${FIRST_SEED}`, () => {
  it('every one is read or refused, and never throws anything else', () => {
    const outcomes = { read: 0, refused: 0, problems: 0 };
    for (let seed = FIRST_SEED; seed < FIRST_SEED + 1000; seed++) {
      const dice = makeDice(seed);
      const model = randomCalendar(dice);
      const body = mangled(writeCalendar(model, dice), dice);
      try {
        const { problems, occurrences } = readFeed(body, {
          feed: 'm',
          fromMs: model.from,
          toMs: model.to,
          limits: LIMITS,
        });
        outcomes.read++;
        outcomes.problems += problems.length;
        expect({ seed, unreadable: problems.filter(({ code }) => code === 'event-unreadable') }).toEqual({
          seed,
          unreadable: [],
        });
        expect(
          occurrences.every(
            ({ startMs, endMs }) => startMs <= endMs && startMs < model.to && endMs >= model.from,
          ),
        ).toBe(true);
      } catch (error) {
        if (!(error instanceof FeedRefused)) throw new Error(`seed ${seed}`, { cause: error });
        outcomes.refused++;
      }
    }
    // The mistakes must be many enough to matter, and few enough that most feeds are still read.
    expect(outcomes.read).toBeGreaterThan(300);
    expect(outcomes.refused).toBeGreaterThan(20);
    expect(outcomes.problems).toBeGreaterThan(300);
  }, 120_000);
});

describe('laws', () => {
  it.each(Array.from({ length: 200 }, (_, n) => [FIRST_SEED + n]))(
    'two windows side by side find what one over both finds (seed %i)',
    (seed) => {
      const dice = makeDice(seed);
      const { zone, from, to, ...model } = randomCalendar(dice);
      const body = writeCalendar({ zone, from, to, ...model }, dice);
      const middle = from + dice.from(1, 99) * 0.01 * (to - from);
      const found = (fromMs: number, toMs: number) =>
        readFeed(body, { feed: 'm', zone, fromMs, toMs, limits: LIMITS }).occurrences.map((one) =>
          JSON.stringify(one),
        );
      expect([...new Set([...found(from, middle), ...found(middle, to)])].sort()).toEqual(
        [...new Set(found(from, to))].sort(),
      );
    },
  );
});

function mangled(body: Uint8Array, dice: Dice): Buffer {
  let text = Buffer.from(body).toString('latin1');
  for (let n = dice.from(1, 12); n > 0; n--) {
    const at = dice.from(0, text.length - 1);
    if (dice.chance(0.05)) text = text.slice(0, at);
    else if (dice.chance(0.3)) {
      const lines = text.split('\n');
      const line = dice.from(0, lines.length - 1);
      if (dice.chance(0.5)) lines.splice(line, 1);
      else lines.splice(dice.from(0, lines.length), 0, lines[line] ?? '');
      text = lines.join('\n');
    } else text = text.slice(0, at) + dice.pick(PIECES) + text.slice(at + dice.from(0, 3));
  }
  return Buffer.from(text, 'latin1');
}
