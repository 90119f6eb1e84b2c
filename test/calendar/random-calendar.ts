// Random valid calendars: a model (what is meant) from a seed, with everything that calendars in the field hold: zones
// and clock changes, rules of all kinds, replaced and shifted instances, extra and excepted dates, all-day and floating
// events. What RFC 5545 leaves open is left out.

import { seriesStarts } from './brute-force.ts';
import type { CalendarModel, EventModel, Replacement, RuleModel, When } from './calendar-model.ts';
import type { Dice } from './dice.ts';

const DAY = 86_400_000;

/** How zones are called in the feed: themselves, by Windows, by a path, by a name that only a VTIMEZONE explains. */
const ZONES: [zone: string, tzids: string[]][] = [
  [
    'Europe/Berlin',
    ['Europe/Berlin', 'W. Europe Standard Time', '/mozilla.org/20050126_1/Europe/Berlin', 'Mein Kalender'],
  ],
  [
    'America/New_York',
    ['America/New_York', 'Eastern Standard Time', 'Our Campus: "East"', 'america/new_york'],
  ],
  ['Australia/Lord_Howe', ['Australia/Lord_Howe', 'Lord Howe Standard Time']],
  ['Asia/Kathmandu', ['Asia/Kathmandu', 'Nepal Standard Time', 'Haus']],
  ['Europe/London', ['Europe/London', 'GMT Standard Time']],
  ['Europe/Dublin', ['Europe/Dublin']],
  ['America/St_Johns', ['America/St_Johns', 'Newfoundland Standard Time']],
  ['America/Santiago', ['America/Santiago', 'Pacific SA Standard Time']],
  ['Africa/Cairo', ['Africa/Cairo', 'Egypt Standard Time']],
  ['Asia/Tokyo', ['Asia/Tokyo', 'Tokyo Standard Time']],
  ['Pacific/Auckland', ['Pacific/Auckland', 'New Zealand Standard Time']],
  ['Pacific/Honolulu', ['Pacific/Honolulu', 'Hawaiian Standard Time']],
];

/** Days on which some of these zones change their clocks. */
const CHANGES = [
  '2025-10-26',
  '2025-11-02',
  '2026-03-08',
  '2026-03-29',
  '2026-04-05',
  '2026-04-24',
  '2026-09-06',
  '2026-10-25',
  '2026-10-29',
  '2026-11-01',
];

export function randomCalendar(dice: Dice): CalendarModel {
  const middle = dice.chance(0.5)
    ? Date.parse(dice.pick(CHANGES)) + dice.from(-3, 3) * DAY
    : Date.UTC(2026, 0, 1) + dice.from(0, 700) * DAY;
  const from = middle - dice.from(0, 20) * DAY + dice.from(0, 24) * 3_600_000;
  const model: CalendarModel = {
    zone: dice.pick(ZONES)[0],
    events: [],
    from,
    to: from + dice.pick([1, 7, 14, 14, 45]) * DAY,
  };
  const count = dice.from(1, 5);
  for (let index = 0; index < count; index++) model.events.push(randomEvent(dice, model, index));
  return model;
}

function randomEvent(dice: Dice, { zone, from, to }: CalendarModel, index: number): EventModel {
  const isOld = dice.chance(0.02);
  const back = isOld
    ? dice.from(3000, 12_000)
    : dice.chance(0.15)
      ? dice.from(0, 900)
      : dice.chance(0.5)
        ? dice.from(0, 90)
        : dice.from(-3, 10);
  const day = !isOld && dice.chance(0.4) ? Date.parse(dice.pick(CHANGES)) : from - back * DAY;
  const start = randomWhen(dice, day > to ? from - back * DAY : day);
  const event: EventModel = {
    uid: `${dice.pick(['e', 'lecture-', '__proto__', 'constructor', 'ä'])}${index}@example.org`,
    start,
    ...randomText(dice),
    ...randomLength(dice, start),
    dates: [],
    exceptions: [],
    replacements: [],
    cancelled: dice.chance(0.03),
  };
  if (dice.chance(0.65)) event.rule = randomRule(dice, start, back < 40);
  if (dice.chance(0.2)) addDates(dice, event, day);
  const starts = seriesStarts(event, { zone, from, to: to + 20 * DAY }).filter(
    ({ ms }) => ms > from - 60 * DAY,
  );
  const repeats = event.rule !== undefined || event.dates.length > 0;
  if (repeats && starts.length > 0) {
    for (let n = dice.chance(0.4) ? dice.from(1, 3) : 0; n > 0; n--) {
      event.exceptions.push(instanceName(dice, event, dice.pick(starts), zone, true));
    }
    const replaced = new Set<number>();
    for (let n = dice.chance(0.4) ? dice.from(1, 3) : 0; n > 0; n--) {
      const instance = dice.pick(starts);
      const dayOfInstance = Math.floor(instance.ms / DAY);
      // Two on one day would make "the instance of that day" ambiguous.
      if (replaced.has(dayOfInstance) || replaced.has(dayOfInstance - 1) || replaced.has(dayOfInstance + 1))
        continue;
      replaced.add(dayOfInstance);
      event.replacements.push(randomReplacement(dice, event, instance, zone));
    }
  }
  return event;
}

function randomWhen(dice: Dice, dayMs: number): When {
  const date = new Date(dayMs).toISOString().slice(0, 10);
  const hour = dice.chance(0.4) ? dice.from(0, 4) : dice.from(0, 23);
  const time = `${two(hour)}:${two(dice.pick([0, 0, 30, 15, 59]))}:${dice.chance(0.1) ? '37' : '00'}`;
  const kind = dice.pick(['zoned', 'zoned', 'zoned', 'zoned', 'utc', 'floating', 'date'] as const);
  if (kind === 'date') return { kind, wall: `${date}T00:00:00` };
  if (kind !== 'zoned') return { kind, wall: `${date}T${time}` };
  const [zone, tzids] = dice.pick(ZONES);
  return { kind, wall: `${date}T${time}`, zone, tzid: dice.pick(tzids) };
}

function randomLength(dice: Dice, start: When): Pick<EventModel, 'end' | 'length'> {
  if (start.kind === 'date') {
    if (dice.chance(0.3)) return {};
    const days = dice.from(1, 4);
    return dice.chance(0.5)
      ? { length: { days, seconds: 0 } }
      : { end: { ...start, wall: later(start.wall, days * DAY) } };
  }
  if (dice.chance(0.1)) return {};
  if (dice.chance(0.4)) {
    return dice.chance(0.3)
      ? { length: { days: dice.from(1, 8), seconds: dice.pick([0, 5400]) } }
      : { length: { days: 0, seconds: dice.from(1, 40) * 900 } };
  }
  // Long enough to end after the start whatever the clocks do.
  const end = { ...start, wall: later(start.wall, dice.from(5, 60) * 1_800_000) };
  if (start.kind !== 'zoned' || dice.chance(0.9)) return { end };
  const [zone, tzids] = dice.pick(ZONES);
  return { end: { kind: 'zoned', wall: later(start.wall, 2 * DAY), zone, tzid: tzids[0] ?? zone } };
}

function addDates(dice: Dice, event: EventModel, day: number): void {
  const { start } = event;
  for (let n = dice.from(1, 4); n > 0; n--) {
    const wall = later(
      start.wall,
      Math.round((day - Date.parse(`${start.wall}Z`)) / DAY) * DAY + dice.from(1, 40) * DAY,
    );
    if (start.kind === 'date') event.dates.push({ at: { kind: 'date', wall } });
    else if (dice.chance(0.2))
      event.dates.push({ at: { kind: 'date', wall: `${wall.slice(0, 10)}T00:00:00` } });
    else {
      const at = { ...start, wall: `${wall.slice(0, 11)}${two(dice.from(0, 23))}:30:00` };
      event.dates.push({
        at,
        ...(dice.chance(0.3) && { length: { days: 0, seconds: dice.from(1, 30) * 1200 } }),
      });
    }
  }
}

/** The instance in one of the ways that EXDATE and RECURRENCE-ID may name it. */
function instanceName(
  dice: Dice,
  event: EventModel,
  instance: { ms: number },
  zone: string,
  mayBeDate: boolean,
): When {
  const home = event.start.zone ?? (event.start.kind === 'utc' ? 'UTC' : zone);
  const wallIn = (there: string) =>
    Temporal.Instant.fromEpochMilliseconds(instance.ms)
      .toZonedDateTimeISO(there)
      .toPlainDateTime()
      .toString({ smallestUnit: 'second' });
  if (event.start.kind === 'date') return { kind: 'date', wall: wallIn(zone) };
  const isOnceADay =
    event.rule?.freq !== 'HOURLY' && !event.rule?.byHour && !event.rule?.byMinute && event.dates.length === 0;
  const isSameDay = wallIn(home).slice(11) === event.start.wall.slice(11);
  if (mayBeDate && isOnceADay && isSameDay && dice.chance(0.25))
    return { kind: 'date', wall: `${wallIn(home).slice(0, 10)}T00:00:00` };
  // A wall time that comes twice means its first pass; only UTC can name the second.
  if (dice.chance(0.3) || !isSameDay) return { kind: 'utc', wall: wallIn('UTC') };
  if (dice.chance(0.2)) return { kind: 'floating', wall: wallIn(home) };
  return { ...event.start, wall: wallIn(home) };
}

function randomReplacement(
  dice: Dice,
  event: EventModel,
  instance: { ms: number },
  zone: string,
): Replacement {
  const isFirst = event.replacements.length === 0;
  const replacement: Replacement = {
    replaces: instanceName(dice, event, instance, zone, dice.chance(0.5)),
    andFuture: isFirst && dice.chance(0.35),
    cancelled: dice.chance(0.2),
    ...randomText(dice),
  };
  if (dice.chance(0.1)) return replacement;
  const home = event.start.zone ?? (event.start.kind === 'utc' ? 'UTC' : zone);
  const wall = Temporal.Instant.fromEpochMilliseconds(instance.ms).toZonedDateTimeISO(home).toPlainDateTime();
  const moved = wall.add({ days: dice.from(-4, 9) });
  const start: When =
    event.start.kind === 'date'
      ? { kind: 'date', wall: `${moved.toString().slice(0, 10)}T00:00:00` }
      : {
          ...event.start,
          wall: moved
            .with({ hour: dice.chance(0.3) ? dice.from(2, 3) : dice.from(0, 23), second: 0 })
            .toString({ smallestUnit: 'second' }),
        };
  return { ...replacement, start, ...randomLength(dice, start) };
}

const TEXTS = [
  'data8: 3',
  'Übung — Größe; Räume, Zeiten',
  'back\\slash C:\\new and \\, \\;',
  'two\nlines\nof text',
  'emoji 🧪🎓 and ZWJ 👩‍🔬 again and again 👩‍🔬👩‍🔬👩‍🔬👩‍🔬👩‍🔬👩‍🔬👩‍🔬👩‍🔬',
  'quotes "inside" and : colons; semicolons, commas',
  'line separator \u2028 and paragraph separator \u2029 inside',
  'a very long description '.repeat(12).trim(),
  ' leading and trailing blanks ',
  'BEGIN:VEVENT',
  '日本語のテキスト、とても長い説明文です。'.repeat(4),
];

function randomText(dice: Dice): { summary: string; description: string } {
  return {
    summary: dice.pick(TEXTS).replaceAll('\n', ' '),
    description: dice.chance(0.2) ? '' : dice.pick(TEXTS),
  };
}

function randomRule(dice: Dice, start: When, mayBeHourly: boolean): RuleModel {
  const isDate = start.kind === 'date';
  const freq = dice.pick([
    'DAILY',
    'DAILY',
    'WEEKLY',
    'WEEKLY',
    'WEEKLY',
    'MONTHLY',
    'MONTHLY',
    'YEARLY',
    ...(isDate || !mayBeHourly ? [] : ['HOURLY']),
  ] as const) as RuleModel['freq'];
  const rule: RuleModel = { freq, interval: dice.chance(0.3) ? dice.from(2, freq === 'HOURLY' ? 30 : 4) : 1 };
  const days = (most: number) => dice.some([0, 1, 2, 3, 4, 5, 6], most).map((day) => ({ day }));
  const nths = (highest: number) =>
    days(2).map(({ day }) => ({ day, nth: dice.from(1, highest) * dice.pick([1, -1]) }));
  if (freq === 'WEEKLY' && dice.chance(0.7)) rule.byDay = days(4);
  if (freq === 'DAILY' || freq === 'HOURLY') {
    if (dice.chance(0.05)) rule.byMonthDay = dice.some([1, 2, 15, 29, 31, -1, -2], 4);
    if (dice.chance(0.2)) rule.byDay = days(4);
    if (dice.chance(0.1)) rule.byMonthDay = dice.some([1, 2, 15, 29, 31, -1, -2], 4);
  }
  if (freq === 'MONTHLY') {
    if (dice.chance(0.4)) rule.byDay = dice.chance(0.5) ? nths(5) : days(3);
    if (dice.chance(0.3)) rule.byMonthDay = dice.some([1, 7, 8, 9, 13, 29, 30, 31, -1, -31], 5);
    if ((rule.byDay || rule.byMonthDay) && dice.chance(0.3)) rule.bySetPos = dice.some([1, 2, -1, -2, 5], 2);
  }
  if (freq === 'YEARLY') yearlyParts(dice, rule, days, nths);
  else if (dice.chance(0.1)) rule.byMonth = dice.some([1, 2, 3, 4, 9, 10, 11, 12], 6);
  if (!isDate && dice.chance(0.12)) rule.byHour = dice.some([0, 2, 3, 9, 14, 23], 3);
  if (!isDate && dice.chance(0.08)) rule.byMinute = dice.some([0, 15, 30, 59], 2);
  if (
    (rule.byDay || rule.byHour || rule.byMinute) &&
    freq !== 'MONTHLY' &&
    freq !== 'YEARLY' &&
    dice.chance(0.1)
  ) {
    rule.bySetPos = dice.some([1, -1, 2], 2);
  }
  if (dice.chance(0.25)) rule.weekStart = dice.pick([0, 6, 2]);
  if (dice.chance(0.35)) rule.count = dice.chance(0.2) ? 1 : dice.from(2, freq === 'HOURLY' ? 400 : 60);
  else if (dice.chance(0.4)) rule.until = randomUntil(dice, start);
  return rule;
}

function yearlyParts(
  dice: Dice,
  rule: RuleModel,
  days: (most: number) => { day: number }[],
  nths: (highest: number) => { day: number; nth: number }[],
): void {
  const kind = dice.from(0, 14);
  if (kind === 1) rule.byMonth = dice.some([2, 3, 4, 9, 10, 11], 4);
  if (kind === 2)
    [rule.byMonth, rule.byDay] = [dice.some([2, 3, 4, 10, 11], 3), dice.chance(0.5) ? nths(5) : days(2)];
  if (kind === 3) rule.byYearDay = dice.some([1, 60, 88, 298, 306, 366, -1, -60, -68, -366], 5);
  if (kind === 4) {
    // Which year the days of a week around New Year belong to is open with INTERVAL and BYSETPOS.
    rule.interval = 1;
    rule.byWeekNo = dice.some([1, 10, 13, 43, 44, 45, 52, 53, -1, -10], 5);
    if (dice.chance(0.6)) rule.byDay = days(3);
    else if (dice.chance(0.5)) rule.byMonthDay = dice.some([1, 8, 25, 28, 29, 30, 31], 5);
    return;
  }
  if (kind === 5) rule.byDay = nths(53);
  if (kind === 6)
    [rule.byMonthDay, rule.byMonth] = [dice.some([1, 13, 29, 31, -1], 3), dice.some([2, 3, 10, 11], 3)];
  if (kind === 7) rule.byDay = days(2);
  if (kind === 8) rule.byMonthDay = dice.some([1, 13, 29, 31, -1, -31], 3);
  if (kind === 9)
    [rule.byYearDay, rule.byMonth] = [
      dice.some([1, 60, 88, 298, 306, 366, -1, -68], 6),
      dice.some([1, 3, 10, 12], 3),
    ];
  if (kind === 10) [rule.byMonthDay, rule.byDay] = [dice.some([13, 14, 15, -1, -2], 4), days(3)];
  if (kind === 11) rule.byDay = [...days(1), ...nths(53)];
  if (kind === 12)
    [rule.byYearDay, rule.byDay] = [dice.some([1, 60, 88, 100, 200, 298, -1, -68], 8), days(5)];
  if (kind === 13)
    [rule.byYearDay, rule.byMonthDay] = [
      dice.some([1, 60, 88, 100, 200, 298, -1, -68], 8),
      dice.some([1, 10, 19, 25, 29, -1], 4),
    ];
  if (kind === 14) [rule.byDay, rule.byMonthDay] = [[...days(1), ...nths(20)], dice.some([1, 13, 20, 30], 4)];
  if (kind >= 2 && dice.chance(0.25)) rule.bySetPos = dice.some([1, -1, 3], 2);
}

function randomUntil(dice: Dice, start: When): When {
  const wall = later(start.wall, dice.from(0, 90) * DAY);
  if (start.kind === 'date' || dice.chance(0.25))
    return { kind: 'date', wall: `${wall.slice(0, 10)}T00:00:00` };
  if (start.kind === 'floating' || dice.chance(0.3))
    return { kind: start.kind === 'utc' ? 'utc' : 'floating', wall };
  const zone = start.zone ?? 'UTC';
  const instant = Temporal.PlainDateTime.from(wall)
    .toZonedDateTime(zone)
    .toInstant()
    .add({ seconds: dice.pick([0, 0, -1, 1, 3600]) });
  return {
    kind: 'utc',
    wall: instant.toZonedDateTimeISO('UTC').toPlainDateTime().toString({ smallestUnit: 'second' }),
  };
}

function later(wall: string, ms: number): string {
  return new Date(Date.parse(`${wall}Z`) + ms).toISOString().slice(0, 19);
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
