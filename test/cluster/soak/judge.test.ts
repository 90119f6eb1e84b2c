// What the soak calls wrong: the rows are its law.
import { describe, expect, test } from 'vitest';
import { type Booked, bookedWithin, growth, wrongChange } from './judge.ts';

const SECOND = 1_000;
/** 3 until 100 s, then 1. */
const LESS: Booked = [
  { fromMs: 0, count: 3 },
  { fromMs: 100 * SECOND, count: 1 },
];
const MORE: Booked = [
  { fromMs: 0, count: 1 },
  { fromMs: 100 * SECOND, count: 3 },
];

describe('a count that changes', () => {
  test.each([
    {
      what: 'falls while more is booked',
      booked: LESS,
      from: 3,
      to: 1,
      atS: 50,
      wrong: /scale-down: 3 -> 1 while 3/,
    },
    { what: 'falls when less is booked', booked: LESS, from: 3, to: 1, atS: 101, wrong: undefined },
    { what: 'falls long after', booked: LESS, from: 3, to: 1, atS: 900, wrong: undefined },
    {
      what: 'falls below what is booked then',
      booked: LESS,
      from: 3,
      to: 0,
      atS: 101,
      wrong: /3 -> 0 while 1/,
    },
    { what: 'rises when more is booked', booked: MORE, from: 1, to: 3, atS: 100, wrong: undefined },
    { what: 'rises before', booked: MORE, from: 1, to: 3, atS: 50, wrong: /scale-up: 1 -> 3 while 1/ },
    { what: 'rises late, a step at a time', booked: MORE, from: 1, to: 2, atS: 500, wrong: undefined },
    { what: 'stays', booked: MORE, from: 1, to: 1, atS: 500, wrong: undefined },
  ])('$what', ({ booked, from, to, atS, wrong }) => {
    const said = wrongChange({ from, to, atMs: atS * SECOND }, booked);
    if (wrong === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(wrong);
  });

  test('may be either on both sides of a boundary', () => {
    expect(bookedWithin(LESS, 99 * SECOND, 101 * SECOND)).toEqual([3, 1]);
    expect(bookedWithin(LESS, 10 * SECOND, 20 * SECOND)).toEqual([3]);
  });
});

describe('memory', () => {
  const samples = (mib: (second: number) => number) =>
    Array.from({ length: 60 }, (_, index) => ({ atMs: index * 5 * SECOND, mib: mib(index * 5) }));

  test('that is taken in the first minute is no growth', () => {
    expect(growth(samples((second) => Math.min(second, 60)))).toBe(0);
  });

  test('that is taken later is', () => {
    expect(growth(samples((second) => second))).toBeGreaterThan(200);
  });

  test('of a short life is not judged', () => {
    expect(growth(samples((second) => second).slice(0, 14))).toBe(0);
  });
});
