// The starts of a rule that repeats every so many years or days: period by period, the days that it chooses with the
// times of day it names, and of these the places of BYSETPOS. Without COUNT it begins at the period asked about; with
// COUNT it counts from DTSTART, but never past the time asked about, so a rule that hardly ever starts is no burden.

import { type Day, dateOf, daysOfYear, dayTest, numbersOf } from './chosen-days.ts';
import type { Rule } from './recurrence-rule.ts';
import { DAY_MS, dayNumber, dayOf, HOUR_MS, MINUTE_MS } from './wall-time.ts';

/** The periods of a frequency by their number since DTSTART's: which one holds a day, when it begins, its days. */
interface Periods {
  holding(day: number): number;
  firstDay(index: number): number;
  days(index: number): number[];
}

/** The starts between two wall times, both included, in order; nothing for rules by months, weeks and hours. */
export function periodStarts(
  rule: Rule,
  startMs: number,
): ((fromMs: number, toMs: number) => Iterable<number>) | undefined {
  const parts = new Map(rule.text.split(';').map((part) => part.split('=') as [string, string]));
  const periods = periodsOf(rule.frequency, parts, dayOf(startMs));
  if (!periods) return undefined;
  const times = timesOfDay(parts, startMs - dayOf(startMs) * DAY_MS);
  const places = numbersOf(parts, 'BYSETPOS');
  const { count = Infinity, interval } = rule;
  return function* (fromMs, toMs) {
    const early = count === Infinity ? periods.holding(dayOf(Math.max(fromMs, startMs))) : 0;
    let left = count;
    for (let index = Math.ceil(early / interval) * interval; ; index += interval) {
      if (!(periods.firstDay(index) * DAY_MS <= toMs)) return;
      for (const at of startsIn(periods.days(index), times, places)) {
        if (at < startMs) continue;
        if (at > toMs || left === 0) return;
        left--;
        if (at >= fromMs) yield at;
      }
    }
  };
}

function periodsOf(
  frequency: string,
  parts: ReadonlyMap<string, string>,
  startDay: number,
): Periods | undefined {
  const isChosen = dayTest(parts, startDay);
  const chosen = (days: Iterable<Day>) => [...days].filter(isChosen).map(({ number }) => number);
  if (frequency === 'YEARLY') {
    const { year } = dateOf(startDay);
    return {
      holding: (day) => dateOf(day).year - year,
      firstDay: (index) => dayNumber(year + index, 1, 1),
      days: (index) => chosen(daysOfYear(year + index)),
    };
  }
  if (frequency !== 'DAILY') return undefined;
  return {
    holding: (day) => day - startDay,
    firstDay: (index) => startDay + index,
    days: (index) => chosen([dateOf(startDay + index)]),
  };
}

/** All of a period, or only some places of them, counted from the beginning or the end. */
function* startsIn(days: number[], times: number[], places: Set<number> | undefined): Generator<number> {
  const size = days.length * times.length;
  const at = (index: number) =>
    (days[Math.floor(index / times.length)] as number) * DAY_MS + (times[index % times.length] as number);
  if (!places) {
    for (let index = 0; index < size; index++) yield at(index);
    return;
  }
  const wanted = [...places].map((place) => (place > 0 ? place - 1 : size + place));
  const there = new Set(wanted.filter((index) => index >= 0 && index < size));
  for (const index of [...there].sort((a, b) => a - b)) yield at(index);
}

/** Milliseconds after midnight, in order; what the rule does not say is that of DTSTART. */
function timesOfDay(parts: ReadonlyMap<string, string>, ofStart: number): number[] {
  const own = (name: string, value: number) => [...(numbersOf(parts, name) ?? [value])];
  const hours = own('BYHOUR', Math.floor(ofStart / HOUR_MS));
  const minutes = own('BYMINUTE', Math.floor((ofStart % HOUR_MS) / MINUTE_MS));
  const seconds = own('BYSECOND', Math.floor((ofStart % MINUTE_MS) / 1000));
  return hours
    .flatMap((hour) =>
      minutes.flatMap((minute) =>
        seconds.map((second) => hour * HOUR_MS + minute * MINUTE_MS + second * 1000),
      ),
    )
    .sort((a, b) => a - b);
}
