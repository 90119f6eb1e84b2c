// The occurrences of a modelled calendar, worked out the slow and literal way: walk day by day, ask every part of the
// rule whether it likes the day, let Temporal turn wall time into instants. It shares nothing with the service: not its
// reader, its zones, nor its recurrence engine.

import type { CalendarModel, EventModel, Length, RuleModel, When } from './calendar-model.ts';

export interface Expected {
  uid: string;
  startMs: number;
  endMs: number;
  summary: string;
  description: string;
}

interface Start {
  wall: Temporal.PlainDateTime;
  ms: number;
  length?: Length;
}

/** Replacements and shifts move an instance by less. */
const FAR = 20;

interface Span {
  zone: string;
  from: number;
  to: number;
}

export function expectedOccurrences({ events, zone, from, to }: CalendarModel): Expected[] {
  return events
    .flatMap((event) => ofEvent(event, { zone, from, to }))
    .filter(({ startMs, endMs }) => startMs < to && (endMs > from || (startMs === endMs && startMs >= from)))
    .sort(
      (a, b) => a.startMs - b.startMs || (a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0) || a.endMs - b.endMs,
    );
}

/** The instances of a series that may matter between two instants, before anything replaces them. */
export function seriesStarts(event: EventModel, { zone, from, to }: Span): Start[] {
  const home = homeZone(event.start, zone);
  const first = startAt(event.start, zone);
  const starts = new Map<number, Start>();
  const add = (start: Start) => {
    const same = starts.get(start.ms);
    if (!same) starts.set(start.ms, start);
    else if (start.length) same.length = start.length;
  };
  const { rule } = event;
  if (!rule) add(first);
  else {
    const isOver = untilTest(rule, event.start, home);
    const early = earlier(from, rule.until);
    const firstMs = toMs(first.wall, 'UTC');
    if (!isOver(first)) {
      add(first);
      let count = 1;
      for (const wallMs of ruleWalls(rule, first.wall, to / 86_400_000 + FAR)) {
        if (rule.count !== undefined && count >= rule.count) break;
        if (wallMs === firstMs) continue;
        count++;
        // Temporal is slow: what lies well before is only counted.
        if (wallMs < early) continue;
        const wall = wallAt(wallMs);
        const start = { wall, ms: toMs(wall, home) };
        if (isOver(start)) break;
        add(start);
      }
    }
  }
  for (const { at, length } of event.dates) {
    const wall =
      at.kind === 'date'
        ? Temporal.PlainDate.from(at.wall.slice(0, 10)).toPlainDateTime(first.wall.toPlainTime())
        : undefined;
    const ms = wall ? toMs(wall, home) : startAt(at, zone, home).ms;
    add({ wall: wall ?? fromMs(ms, home), ms, ...(length && { length }) });
  }
  const exceptedDays = new Set(
    event.exceptions.filter(({ kind }) => kind === 'date').map(({ wall }) => wall.slice(0, 10)),
  );
  const excepted = new Set(
    event.exceptions
      .filter(({ kind }) => kind !== 'date')
      .map((exception) => startAt(exception, zone, home).ms),
  );
  return [...starts.values()].filter(
    ({ wall, ms }) => !excepted.has(ms) && !exceptedDays.has(wall.toString().slice(0, 10)),
  );
}

/** From when on starts must be known exactly. */
function earlier(from: number, until: When | undefined): number {
  const last = until ? Date.parse(`${until.wall}Z`) - 3 * 86_400_000 : from;
  return Math.min(last, from - 3 * FAR * 86_400_000);
}

function ofEvent(event: EventModel, span: Span): Expected[] {
  const { zone } = span;
  const home = homeZone(event.start, zone);
  const usualLength = lengthOf(event, startAt(event.start, zone), zone, home) ?? usual(event.start);
  const found: Expected[] = [];
  const replaced = event.replacements.map((one) => ({
    ...one,
    ms: replacedMs(one.replaces, event, zone, home),
  }));
  const starts = seriesStarts(event, span);
  for (const start of event.cancelled ? [] : starts) {
    if (replaced.some(({ ms }) => ms === start.ms)) continue;
    const change = replaced
      .filter(({ andFuture, ms }) => andFuture && ms < start.ms)
      .reduce<(typeof replaced)[number] | undefined>(
        (last, one) => (last && last.ms > one.ms ? last : one),
        undefined,
      );
    if (change?.cancelled) continue;
    if (!change) {
      found.push(expected(event.uid, start.wall, start.ms, start.length ?? usualLength, home, event));
      continue;
    }
    const there = change.start ? homeZone(change.start, zone) : home;
    const changed = change.start
      ? startAt(change.start, zone)
      : { wall: fromMs(change.ms, home), ms: change.ms };
    const wallThere = there === home ? start.wall : fromMs(start.ms, there);
    // The series has it by its own wall time, also where the clocks skip that.
    const own = there === home ? starts.find(({ ms }) => ms === change.ms)?.wall : undefined;
    const by = (own ?? fromMs(change.ms, there)).until(changed.wall, { largestUnit: 'hours' });
    const wall = wallThere.add(by);
    const length = lengthOf(change, changed, zone, there) ?? usualLength;
    found.push(expected(event.uid, wall, toMs(wall, there), length, there, change));
  }
  for (const one of replaced) {
    if (one.cancelled) continue;
    const start = one.start ? startAt(one.start, zone, home) : { wall: fromMs(one.ms, home), ms: one.ms };
    const there = one.start ? homeZone(one.start, zone) : home;
    found.push(
      expected(event.uid, start.wall, start.ms, lengthOf(one, start, zone, there) ?? usualLength, there, one),
    );
  }
  return found;
}

/** A day as the parts of a rule look at it. */
interface Day {
  number: number;
  year: number;
  month: number;
  day: number;
  /** 0 is Monday. */
  weekday: number;
  ofYear: number;
  inMonth: number;
  inYear: number;
}

function dayAt(number: number): Day {
  const date = new Date(number * 86_400_000);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
  const newYear = numberOf(year, 1, 1);
  return {
    number,
    year,
    month,
    day: date.getUTCDate(),
    weekday: (date.getUTCDay() + 6) % 7,
    ofYear: number - newYear + 1,
    inMonth: numberOf(year, month + 1, 1) - numberOf(year, month, 1),
    inYear: numberOf(year + 1, 1, 1) - newYear,
  };
}

function numberOf(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / 86_400_000;
}

/** Wall times of a rule, as milliseconds in UTC, from the period of the first start on, up to a day. */
function* ruleWalls(rule: RuleModel, first: Temporal.PlainDateTime, lastDay: number): Generator<number> {
  const firstDay = dayAt(numberOf(first.year, first.month, first.day));
  const weekStart = rule.weekStart ?? 0;
  const everyHour = [...Array(24).keys()];
  const isHourly = rule.freq === 'HOURLY';
  const hours = sorted(rule.byHour ?? (isHourly ? everyHour : [first.hour]));
  const minutes = sorted(rule.byMinute ?? [first.minute]);
  let period: number[] = [];
  let current = 0;
  const beginning = periodStart(rule, firstDay, weekStart);
  for (let number = beginning; number <= lastDay || period.length > 0; number++) {
    const day = dayAt(number);
    const isLiked = likesDay(rule, day, firstDay);
    for (const hour of isHourly ? everyHour : hours) {
      const index = periodOf(rule, firstDay, first.hour, day, hour, weekStart);
      if (index !== current) {
        yield* chosen(period, rule, first);
        period = [];
        current = index;
      }
      if (number > lastDay + 366) return;
      if (!isLiked || index < 0 || index % rule.interval !== 0 || !hours.includes(hour)) continue;
      for (const minute of minutes) {
        period.push(number * 86_400_000 + ((hour * 60 + minute) * 60 + first.second) * 1000);
      }
    }
  }
}

function* chosen(
  period: number[],
  { bySetPos }: RuleModel,
  first: Temporal.PlainDateTime,
): Generator<number> {
  const firstMs = Date.parse(`${first.toString()}Z`);
  for (const [index, wall] of period.entries()) {
    if (bySetPos && !bySetPos.includes(index + 1) && !bySetPos.includes(index - period.length)) continue;
    if (wall >= firstMs) yield wall;
  }
}

function periodStart({ freq }: RuleModel, day: Day, weekStart: number): number {
  if (freq === 'YEARLY') return numberOf(day.year, 1, 1);
  if (freq === 'MONTHLY') return numberOf(day.year, day.month, 1);
  if (freq === 'WEEKLY') return weekBeginning(day, weekStart);
  return day.number;
}

function periodOf(
  rule: RuleModel,
  first: Day,
  firstHour: number,
  day: Day,
  hour: number,
  weekStart: number,
): number {
  switch (rule.freq) {
    case 'YEARLY':
      return day.year - first.year;
    case 'MONTHLY':
      return (day.year - first.year) * 12 + day.month - first.month;
    case 'WEEKLY':
      return (weekBeginning(day, weekStart) - weekBeginning(first, weekStart)) / 7;
    case 'DAILY':
      return day.number - first.number;
    case 'HOURLY':
      return (day.number - first.number) * 24 + hour - firstHour;
  }
}

function likesDay(rule: RuleModel, day: Day, first: Day): boolean {
  const { byMonth, byWeekNo, byYearDay, byMonthDay, byDay, freq } = rule;
  if (byMonth && !byMonth.includes(day.month)) return false;
  if (byYearDay && !byYearDay.some((n) => n === day.ofYear || n === day.ofYear - day.inYear - 1))
    return false;
  if (byMonthDay && !byMonthDay.some((n) => n === day.day || n === day.day - day.inMonth - 1)) return false;
  if (byWeekNo && !likesWeek(byWeekNo, day, rule.weekStart ?? 0)) return false;
  if (byDay && !byDay.some((one) => likesWeekday(one, rule, day))) return false;
  if (byDay || byMonthDay || byYearDay) return true;
  if (freq === 'YEARLY' && byWeekNo) return day.weekday === first.weekday;
  if (freq === 'YEARLY') return day.day === first.day && (byMonth !== undefined || day.month === first.month);
  if (freq === 'MONTHLY') return day.day === first.day;
  if (freq === 'WEEKLY') return day.weekday === first.weekday;
  return true;
}

function likesWeekday(
  { day: weekday, nth }: { day: number; nth?: number },
  rule: RuleModel,
  day: Day,
): boolean {
  if (day.weekday !== weekday) return false;
  if (nth === undefined) return true;
  const isInYear = rule.freq === 'YEARLY' && rule.byMonth === undefined;
  const position = isInYear ? day.ofYear : day.day;
  const size = isInYear ? day.inYear : day.inMonth;
  return nth > 0 ? Math.ceil(position / 7) === nth : Math.ceil((size - position + 1) / 7) === -nth;
}

/** Week 1 is the first with at least four days in the year. */
function likesWeek(numbers: number[], day: Day, weekStart: number): boolean {
  const beginning = weekBeginning(day, weekStart);
  const { year } = dayAt(beginning + 3);
  const firstOf = (of: number) => weekBeginning(dayAt(numberOf(of, 1, 4)), weekStart);
  const number = (beginning - firstOf(year)) / 7 + 1;
  const weeks = (firstOf(year + 1) - firstOf(year)) / 7;
  return numbers.some((n) => n === number || n === number - weeks - 1);
}

function weekBeginning(day: Day, weekStart: number): number {
  return day.number - ((day.weekday - weekStart + 7) % 7);
}

function untilTest({ until }: RuleModel, start: When, home: string): (start: Start) => boolean {
  return ({ wall, ms }) => {
    if (!until) return false;
    if (until.kind === 'utc' && start.kind !== 'date')
      return ms > toMs(Temporal.PlainDateTime.from(until.wall), 'UTC');
    const last = Temporal.PlainDateTime.from(until.wall);
    if (until.kind === 'date' || start.kind === 'date')
      return wall.toPlainDate().toString() > last.toPlainDate().toString();
    return ms > toMs(last, home);
  };
}

function expected(
  uid: string,
  wall: Temporal.PlainDateTime,
  startMs: number,
  { days, seconds }: Length,
  zone: string,
  text: { summary: string; description: string },
): Expected {
  const endMs = days === 0 ? startMs + seconds * 1000 : toMs(wall.add({ days }), zone) + seconds * 1000;
  return { uid, startMs, endMs, summary: text.summary, description: text.description };
}

function lengthOf(
  event: { end?: When; length?: Length },
  start: Start,
  zone: string,
  home: string,
): Length | undefined {
  if (event.length) return event.length;
  if (!event.end) return undefined;
  const end = startAt(event.end, zone, home);
  return event.end.kind === 'date'
    ? { days: start.wall.until(end.wall, { largestUnit: 'days' }).days, seconds: 0 }
    : { days: 0, seconds: (end.ms - start.ms) / 1000 };
}

function usual(start: When): Length {
  return { days: start.kind === 'date' ? 1 : 0, seconds: 0 };
}

function replacedMs(replaces: When, event: EventModel, zone: string, home: string): number {
  if (replaces.kind !== 'date' || event.start.kind === 'date') return startAt(replaces, zone, home).ms;
  const time = Temporal.PlainDateTime.from(event.start.wall).toPlainTime();
  return toMs(Temporal.PlainDate.from(replaces.wall.slice(0, 10)).toPlainDateTime(time), home);
}

function homeZone(when: When, floating: string): string {
  return when.kind === 'utc' ? 'UTC' : (when.zone ?? floating);
}

function startAt(when: When, zone: string, home?: string): Start {
  const wall = Temporal.PlainDateTime.from(when.wall);
  const there = when.kind === 'floating' && home ? home : homeZone(when, zone);
  return { wall, ms: toMs(wall, there) };
}

function toMs(wall: Temporal.PlainDateTime, zone: string): number {
  return wall.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;
}

function fromMs(ms: number, zone: string): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDateTime();
}

function sorted(numbers: number[]): number[] {
  return [...numbers].sort((a, b) => a - b);
}

function wallAt(wallMs: number): Temporal.PlainDateTime {
  const at = new Date(wallMs);
  return new Temporal.PlainDateTime(
    at.getUTCFullYear(),
    at.getUTCMonth() + 1,
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
    at.getUTCSeconds(),
  );
}
