// Which days does a yearly or daily rule choose? The table of RFC 5545 3.3.10, read as one question to each day: it must
// suit every part of the rule, and where no part of a yearly rule names days, those of DTSTART are meant. The nth weekday
// is counted within the year, or within the month where there is BYMONTH; one that does not exist is none.

import { DAY_MS, dayNumber, daysInMonth } from './wall-time.ts';

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

export interface Day {
  /** Days since 1970-01-01. */
  number: number;
  year: number;
  month: number;
  day: number;
}

/** Whether the rule chooses a day; `parts` are those of a checked rule that repeats every so many years or days. */
export function dayTest(parts: ReadonlyMap<string, string>, startDay: number): (day: Day) => boolean {
  const tests: ((day: Day) => boolean)[] = [];
  const months = numbersOf(parts, 'BYMONTH');
  const yearDays = numbersOf(parts, 'BYYEARDAY');
  const monthDays = numbersOf(parts, 'BYMONTHDAY');
  const weeks = numbersOf(parts, 'BYWEEKNO');
  const weekdays = parts.get('BYDAY')?.split(',');
  if (months) tests.push(({ month }) => months.has(month));
  if (yearDays) tests.push((day) => isPlace(yearDays, ...placeInYear(day)));
  if (monthDays) tests.push(({ year, month, day }) => isPlace(monthDays, day, daysInMonth(year, month)));
  if (weeks) tests.push(weekTest(weeks, WEEKDAYS.indexOf(parts.get('WKST') ?? 'MO')));
  if (weekdays) tests.push(weekdayTest(weekdays, !months));
  const isYearly = parts.get('FREQ') === 'YEARLY';
  if (isYearly && !yearDays && !monthDays && !weekdays) tests.push(impliedTest(parts, dateOf(startDay)));
  return (day) => tests.every((suits) => suits(day));
}

/** The days of a year, in order. */
export function* daysOfYear(year: number): Generator<Day> {
  let number = dayNumber(year, 1, 1);
  for (let month = 1; month <= 12; month++) {
    const size = daysInMonth(year, month);
    for (let day = 1; day <= size; day++) yield { number: number++, year, month, day };
  }
}

/** The date of a day's number. */
export function dateOf(number: number): Day {
  const date = new Date(number * DAY_MS);
  return { number, year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** The numbers of a part of the rule. */
export function numbersOf(parts: ReadonlyMap<string, string>, name: string): Set<number> | undefined {
  const list = parts.get(name);
  return list === undefined ? undefined : new Set(list.split(',').map(Number));
}

/** What DTSTART says where no part of a yearly rule names days. */
function impliedTest(parts: ReadonlyMap<string, string>, start: Day): (day: Day) => boolean {
  if (parts.has('BYWEEKNO')) return ({ number }) => weekdayOf(number) === weekdayOf(start.number);
  const isAnyMonth = parts.has('BYMONTH');
  return ({ month, day }) => day === start.day && (isAnyMonth || month === start.month);
}

function weekdayTest(list: string[], isInYear: boolean): (day: Day) => boolean {
  const every = new Set<number>();
  const nth = new Map<number, Set<number>>();
  for (const one of list) {
    const weekday = WEEKDAYS.indexOf(one.slice(-2));
    const place = one.slice(0, -2);
    if (place === '') every.add(weekday);
    else nth.set(weekday, (nth.get(weekday) ?? new Set()).add(Number(place)));
  }
  return (day) => {
    const weekday = weekdayOf(day.number);
    if (every.has(weekday)) return true;
    const places = nth.get(weekday);
    if (!places) return false;
    const [place, size] = isInYear ? placeInYear(day) : [day.day, daysInMonth(day.year, day.month)];
    return places.has(Math.ceil(place / 7)) || places.has(-Math.ceil((size - place + 1) / 7));
  };
}

/** Week 1 is the first with at least four days in its year. */
function weekTest(weeks: Set<number>, weekStart: number): (day: Day) => boolean {
  const beginning = (number: number) => number - ((weekdayOf(number) - weekStart + 7) % 7);
  const firstOf = (year: number) => beginning(dayNumber(year, 1, 4));
  return ({ number, year: dayYear }) => {
    let year = dayYear + 1;
    while (number < firstOf(year)) year--;
    const first = firstOf(year);
    return isPlace(weeks, Math.floor((number - first) / 7) + 1, (firstOf(year + 1) - first) / 7);
  };
}

function placeInYear({ number, year }: Day): [place: number, size: number] {
  const newYear = dayNumber(year, 1, 1);
  return [number - newYear + 1, dayNumber(year + 1, 1, 1) - newYear];
}

/** Counted from the beginning, or with a minus from the end. */
function isPlace(wanted: Set<number>, place: number, size: number): boolean {
  return wanted.has(place) || wanted.has(place - size - 1);
}

/** 0 is Monday. */
function weekdayOf(number: number): number {
  return (((number + 3) % 7) + 7) % 7;
}
