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

const FAR = 400;

export function expectedOccurrences({ events, zone, from, to }: CalendarModel): Expected[] {
  return events
    .flatMap((event) => ofEvent(event, zone, to))
    .filter(({ startMs, endMs }) => startMs < to && (endMs > from || (startMs === endMs && startMs >= from)))
    .sort((a, b) => a.startMs - b.startMs || (a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0) || a.endMs - b.endMs);
}

/** The instances of a series that start before `to`, before anything replaces them. */
export function seriesStarts(event: EventModel, zone: string, to: number): Start[] {
  const home = homeZone(event.start, zone);
  const first = startAt(event.start, zone);
  const starts: Start[] = [];
  const add = (start: Start) => {
    const same = starts.find(({ ms }) => ms === start.ms);
    if (!same) starts.push(start);
    else if (start.length) same.length = start.length;
  };
  const { rule } = event;
  if (!rule) add(first);
  else {
    const isOver = untilTest(rule, event.start, home);
    if (!isOver(first)) {
      add(first);
      let count = 1;
      for (const wall of ruleWalls(rule, first.wall)) {
        const start = { wall, ms: toMs(wall, home) };
        if (start.ms > to + FAR * 86_400_000 || isOver(start) || (rule.count !== undefined && count >= rule.count)) break;
        if (Temporal.PlainDateTime.compare(wall, first.wall) === 0) continue;
        add(start);
        count++;
      }
    }
  }
  for (const { at, length } of event.dates) {
    const wall =
      at.kind === 'date' ? Temporal.PlainDate.from(at.wall.slice(0, 10)).toPlainDateTime(first.wall.toPlainTime()) : undefined;
    const ms = wall ? toMs(wall, home) : startAt(at, zone, home).ms;
    add({ wall: wall ?? fromMs(ms, home), ms, ...(length && { length }) });
  }
  return starts.filter(
    (start) =>
      !event.exceptions.some((exception) =>
        exception.kind === 'date'
          ? start.wall.toPlainDate().toString() === exception.wall.slice(0, 10)
          : startAt(exception, zone, home).ms === start.ms,
      ),
  );
}

function ofEvent(event: EventModel, zone: string, to: number): Expected[] {
  const home = homeZone(event.start, zone);
  const own = lengthOf(event, startAt(event.start, zone), zone, home) ?? usual(event.start);
  const found: Expected[] = [];
  const replaced = event.replacements.map((one) => ({ ...one, ms: replacedMs(one.replaces, event, zone, home) }));
  for (const start of event.cancelled ? [] : seriesStarts(event, zone, to)) {
    if (replaced.some(({ ms }) => ms === start.ms)) continue;
    const change = replaced
      .filter(({ andFuture, ms }) => andFuture && ms < start.ms)
      .reduce<(typeof replaced)[number] | undefined>((last, one) => (last && last.ms > one.ms ? last : one), undefined);
    if (change?.cancelled) continue;
    if (!change) {
      found.push(expected(event.uid, start.wall, start.ms, start.length ?? own, home, event));
      continue;
    }
    const changed = change.start ?? change.replaces;
    const there = homeZone(changed, zone);
    const wallThere = there === home ? start.wall : fromMs(start.ms, there);
    const by = fromMs(change.ms, there).until(startAt(changed, zone, home).wall, { largestUnit: 'hours' });
    const wall = wallThere.add(by);
    const length = lengthOf(change, startAt(changed, zone, home), zone, there) ?? own;
    found.push(expected(event.uid, wall, toMs(wall, there), length, there, change));
  }
  for (const one of replaced) {
    if (one.cancelled) continue;
    const start = one.start ? startAt(one.start, zone, home) : { wall: fromMs(one.ms, home), ms: one.ms };
    const there = one.start ? homeZone(one.start, zone) : home;
    found.push(expected(event.uid, start.wall, start.ms, lengthOf(one, start, zone, there) ?? own, there, one));
  }
  return found;
}

/** Wall times of a rule from the period of the first start on, without end. */
function* ruleWalls(rule: RuleModel, first: Temporal.PlainDateTime): Generator<Temporal.PlainDateTime> {
  const firstDay = first.toPlainDate();
  const weekStart = rule.weekStart ?? 0;
  const hours = rule.byHour ?? (rule.freq === 'HOURLY' ? [...Array(24).keys()] : [first.hour]);
  const minutes = rule.byMinute ?? [first.minute];
  const beginning = periodStart(rule, firstDay, weekStart);
  let period: Temporal.PlainDateTime[] = [];
  let periodIndex = 0;
  for (let day = beginning, walked = 0; walked < 366 * 14; day = day.add({ days: 1 }), walked++) {
    for (const hour of sorted(rule.freq === 'HOURLY' ? [...Array(24).keys()] : hours)) {
      const index = periodOf(rule, firstDay, first.hour, day, hour, weekStart);
      if (index !== periodIndex) {
        yield* chosen(period, rule, first);
        period = [];
        periodIndex = index;
      }
      if (index < 0 || index % rule.interval !== 0) continue;
      if (!hours.includes(hour) || !likesDay(rule, day, firstDay)) continue;
      for (const minute of sorted(minutes)) {
        period.push(day.toPlainDateTime({ hour, minute, second: first.second }));
      }
    }
  }
}

function* chosen(period: Temporal.PlainDateTime[], { bySetPos }: RuleModel, first: Temporal.PlainDateTime) {
  for (const [index, wall] of period.entries()) {
    if (bySetPos && !bySetPos.includes(index + 1) && !bySetPos.includes(index - period.length)) continue;
    if (Temporal.PlainDateTime.compare(wall, first) >= 0) yield wall;
  }
}

function periodStart({ freq }: RuleModel, day: Temporal.PlainDate, weekStart: number): Temporal.PlainDate {
  if (freq === 'YEARLY') return day.with({ month: 1, day: 1 });
  if (freq === 'MONTHLY') return day.with({ day: 1 });
  if (freq === 'WEEKLY') return day.subtract({ days: (day.dayOfWeek - 1 - weekStart + 7) % 7 });
  return day;
}

function periodOf(
  rule: RuleModel,
  firstDay: Temporal.PlainDate,
  firstHour: number,
  day: Temporal.PlainDate,
  hour: number,
  weekStart: number,
): number {
  const days = () => Math.round((Date.UTC(day.year, day.month - 1, day.day) - Date.UTC(firstDay.year, firstDay.month - 1, firstDay.day)) / 86_400_000);
  switch (rule.freq) {
    case 'YEARLY':
      return day.year - firstDay.year;
    case 'MONTHLY':
      return (day.year - firstDay.year) * 12 + day.month - firstDay.month;
    case 'WEEKLY':
      return Math.floor((days() + ((firstDay.dayOfWeek - 1 - weekStart + 7) % 7)) / 7);
    case 'DAILY':
      return days();
    case 'HOURLY':
      return days() * 24 + hour - firstHour;
  }
}

function likesDay(rule: RuleModel, day: Temporal.PlainDate, first: Temporal.PlainDate): boolean {
  const { byMonth, byWeekNo, byYearDay, byMonthDay, byDay, freq } = rule;
  if (byMonth && !byMonth.includes(day.month)) return false;
  if (byYearDay && !byYearDay.some((n) => n === day.dayOfYear || n === day.dayOfYear - day.daysInYear - 1)) return false;
  if (byMonthDay && !byMonthDay.some((n) => n === day.day || n === day.day - day.daysInMonth - 1)) return false;
  if (byWeekNo && !likesWeek(byWeekNo, day, rule.weekStart ?? 0)) return false;
  if (byDay && !byDay.some((one) => likesWeekday(one, rule, day))) return false;
  if (byDay || byMonthDay || byYearDay) return true;
  if (freq === 'YEARLY' && byWeekNo) return day.dayOfWeek === first.dayOfWeek;
  if (freq === 'YEARLY') return day.day === first.day && (byMonth !== undefined || day.month === first.month);
  if (freq === 'MONTHLY') return day.day === first.day;
  if (freq === 'WEEKLY') return day.dayOfWeek === first.dayOfWeek;
  return true;
}

function likesWeekday({ day: weekday, nth }: { day: number; nth?: number }, rule: RuleModel, day: Temporal.PlainDate): boolean {
  if (day.dayOfWeek - 1 !== weekday) return false;
  if (nth === undefined) return true;
  const inYear = rule.freq === 'YEARLY' && rule.byMonth === undefined;
  const position = inYear ? day.dayOfYear : day.day;
  const size = inYear ? day.daysInYear : day.daysInMonth;
  return nth > 0 ? Math.ceil(position / 7) === nth : Math.ceil((size - position + 1) / 7) === -nth;
}

/** Week 1 is the first with at least four days in the year; weeks begin on `weekStart`. */
function likesWeek(numbers: number[], day: Temporal.PlainDate, weekStart: number): boolean {
  const monday = day.subtract({ days: (day.dayOfWeek - 1 - weekStart + 7) % 7 });
  const year = monday.add({ days: 3 }).year;
  const firstOf = (of: number) => {
    const fourth = Temporal.PlainDate.from({ year: of, month: 1, day: 4 });
    return fourth.subtract({ days: (fourth.dayOfWeek - 1 - weekStart + 7) % 7 });
  };
  const number = firstOf(year).until(monday, { largestUnit: 'days' }).days / 7 + 1;
  const weeks = firstOf(year).until(firstOf(year + 1), { largestUnit: 'days' }).days / 7;
  return numbers.some((n) => n === number || n === number - weeks - 1);
}

function untilTest({ until }: RuleModel, start: When, home: string): (start: Start) => boolean {
  return ({ wall, ms }) => {
    if (!until) return false;
    if (until.kind === 'utc' && start.kind !== 'date') return ms > toMs(Temporal.PlainDateTime.from(until.wall), 'UTC');
    const last = Temporal.PlainDateTime.from(until.wall);
    if (until.kind === 'date' || start.kind === 'date') return wall.toPlainDate().toString() > last.toPlainDate().toString();
    return ms > toMs(last, home);
  };
}

function expected(uid: string, wall: Temporal.PlainDateTime, startMs: number, { days, seconds }: Length, zone: string, text: { summary: string; description: string }): Expected {
  const endMs = days === 0 ? startMs + seconds * 1000 : toMs(wall.add({ days }), zone) + seconds * 1000;
  return { uid, startMs, endMs, summary: text.summary, description: text.description };
}

function lengthOf(event: { end?: When; length?: Length }, start: Start, zone: string, home: string): Length | undefined {
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
