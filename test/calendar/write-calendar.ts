// A modelled calendar as the bytes of an iCalendar feed, written in the many ways that are allowed: CRLF or LF, folded
// anywhere (also inside the bytes of one letter), with or without a byte order mark, names in any case, parts of a rule
// in any order, dates in lists or line by line, replaced instances before or after their series, alarms in between.

import type { CalendarModel, EventModel, Length, Replacement, RuleModel, When } from './calendar-model.ts';
import type { Dice } from './dice.ts';

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** Zones that only the feed defines; the rules are those in force since 2007 and before 2030. */
const DEFINED: Record<string, string[]> = {
  'Mein Kalender': [
    ...part('DAYLIGHT', '19810329T020000', '+0100', '+0200', 'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3'),
    ...part('STANDARD', '19961027T030000', '+0200', '+0100', 'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10'),
  ],
  'Our Campus: "East"': [
    ...part(
      'STANDARD',
      '19671029T020000',
      '-0400',
      '-0500',
      'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10;UNTIL=20061029T060000Z',
    ),
    ...part(
      'DAYLIGHT',
      '19870405T020000',
      '-0500',
      '-0400',
      'RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=4;UNTIL=20060402T070000Z',
    ),
    ...part('DAYLIGHT', '20070311T020000', '-0500', '-0400', 'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU'),
    ...part('STANDARD', '20071104T020000', '-0400', '-0500', 'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU'),
  ],
  Haus: part('STANDARD', '16010101T000000', '+0545', '+0545'),
};

export function writeCalendar(model: CalendarModel, dice: Dice): Uint8Array {
  const components: string[][] = [];
  for (const [tzid, lines] of Object.entries(DEFINED)) {
    components.push(['BEGIN:VTIMEZONE', `TZID:${escaped(tzid)}`, ...lines, 'END:VTIMEZONE']);
  }
  const events = model.events.flatMap((event) => {
    const parts = [
      eventLines(event, dice),
      ...event.replacements.map((one) => replacementLines(event, one, dice)),
    ];
    return dice.chance(0.3) ? parts.reverse() : parts;
  });
  // Zones may come after the events that use them.
  components.splice(dice.from(0, components.length), 0, ...events);
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Example//Random//EN',
    ...components.flat(),
    'END:VCALENDAR',
  ];
  const end = dice.chance(0.7) ? '\r\n' : '\n';
  const pieces: Buffer[] = dice.chance(0.1) ? [Buffer.from([0xef, 0xbb, 0xbf])] : [];
  for (const line of lines) pieces.push(folded(Buffer.from(line), end, dice), Buffer.from(end));
  return Buffer.concat(pieces);
}

function eventLines(event: EventModel, dice: Dice): string[] {
  const lines = [
    `UID:${event.uid}`,
    property('DTSTART', event.start, dice),
    ...lengthLines(event, dice),
    ...(event.rule ? [ruleLine(event.rule, dice)] : []),
    ...dateLines(event, dice),
    ...event.exceptions.map((one) => property('EXDATE', one, dice)),
    ...textLines(event, dice),
    ...(event.cancelled ? ['STATUS:CANCELLED'] : dice.chance(0.3) ? ['STATUS:TENTATIVE'] : []),
  ];
  return framed(lines, dice);
}

function replacementLines(event: EventModel, one: Replacement, dice: Dice): string[] {
  const range = one.andFuture ? ';RANGE=THISANDFUTURE' : '';
  const lines = [
    `UID:${event.uid}`,
    property(`RECURRENCE-ID${range}`, one.replaces, dice),
    ...(one.start ? [property('DTSTART', one.start, dice)] : []),
    ...lengthLines(one, dice),
    ...textLines(one, dice),
    ...(one.cancelled ? [dice.pick(['STATUS:CANCELLED', 'status:cancelled'])] : []),
  ];
  return framed(lines, dice);
}

function framed(lines: string[], dice: Dice): string[] {
  const body = dice.chance(0.5) ? shuffled(lines, dice) : lines;
  if (dice.chance(0.3)) {
    const alarm = [
      'BEGIN:VALARM',
      'TRIGGER:-PT15M',
      'DURATION:PT5M',
      'UID:alarm',
      'DESCRIPTION:ring',
      'END:VALARM',
    ];
    body.splice(dice.from(0, body.length), 0, ...alarm);
  }
  const cased = dice.chance(0.05)
    ? body.map((line) => line.replace(/^[A-Z-]+/, (name) => name.toLowerCase()))
    : body;
  return ['BEGIN:VEVENT', 'DTSTAMP:20260101T000000Z', ...cased, 'END:VEVENT'];
}

function textLines({ summary, description }: { summary: string; description: string }, dice: Dice): string[] {
  const language = dice.chance(0.1) ? ';LANGUAGE=de;X-A="a:b;c,d"' : '';
  return [
    `SUMMARY${language}:${escaped(summary)}`,
    ...(description === '' ? [] : [`DESCRIPTION${language}:${escaped(description, dice)}`]),
  ];
}

function lengthLines({ end, length }: { end?: When; length?: Length }, dice: Dice): string[] {
  if (end) return [property('DTEND', end, dice)];
  return length ? [`DURATION:${durationText(length)}`] : [];
}

function dateLines(event: EventModel, dice: Dice): string[] {
  const lines: string[] = [];
  const plain = event.dates.filter(({ at, length }) => !length && at.kind !== 'date');
  const [first] = plain;
  const isList = first !== undefined && dice.chance(0.5);
  if (first && isList)
    lines.push(
      `${property('RDATE', first.at, dice)}${plain
        .slice(1)
        .map(({ at }) => `,${compact(at)}`)
        .join('')}`,
    );
  for (const { at, length } of event.dates) {
    if (isList && !length && at.kind !== 'date') continue;
    if (!length) lines.push(property('RDATE', at, dice));
    else lines.push(`${property('RDATE;VALUE=PERIOD', at, dice)}/${durationText(length)}`);
  }
  return lines;
}

function property(name: string, when: When, dice: Dice): string {
  if (when.kind === 'date') return `${name};VALUE=DATE:${compact(when)}`;
  if (when.kind !== 'zoned') return `${name}:${compact(when)}`;
  const tzid = (when.tzid ?? when.zone ?? '').replaceAll('^', '^^').replaceAll('"', "^'");
  const needsQuotes = /[:;,]/.test(tzid) || dice.chance(0.1);
  return `${name};TZID=${needsQuotes ? `"${tzid}"` : tzid}:${compact(when)}`;
}

function compact({ kind, wall }: When): string {
  const digits = wall.replace(/[-:]/g, '');
  return kind === 'date' ? digits.slice(0, 8) : kind === 'utc' ? `${digits}Z` : digits;
}

function durationText({ days, seconds }: Length): string {
  if (seconds === 0 && days > 0 && days % 7 === 0) return `P${days / 7}W`;
  const time = seconds > 0 || days === 0 ? `T${seconds % 60 === 0 ? `${seconds / 60}M` : `${seconds}S`}` : '';
  return `P${days > 0 ? `${days}D` : ''}${time}`;
}

function ruleLine(rule: RuleModel, dice: Dice): string {
  const parts = [`FREQ=${rule.freq}`];
  if (rule.interval > 1 || dice.chance(0.1)) parts.push(`INTERVAL=${rule.interval}`);
  if (rule.count !== undefined) parts.push(`COUNT=${rule.count}`);
  if (rule.until) parts.push(`UNTIL=${compact(rule.until)}`);
  if (rule.weekStart !== undefined) parts.push(`WKST=${WEEKDAYS[rule.weekStart]}`);
  if (rule.byDay)
    parts.push(`BYDAY=${rule.byDay.map(({ day, nth }) => `${nth ?? ''}${WEEKDAYS[day]}`).join(',')}`);
  const lists: [string, number[] | undefined][] = [
    ['BYMONTH', rule.byMonth],
    ['BYWEEKNO', rule.byWeekNo],
    ['BYYEARDAY', rule.byYearDay],
    ['BYMONTHDAY', rule.byMonthDay],
    ['BYHOUR', rule.byHour],
    ['BYMINUTE', rule.byMinute],
    ['BYSETPOS', rule.bySetPos],
  ];
  for (const [name, numbers] of lists) if (numbers) parts.push(`${name}=${numbers.join(',')}`);
  const text = (dice.chance(0.3) ? shuffled(parts, dice) : parts).join(';');
  return `RRULE:${dice.chance(0.05) ? text.toLowerCase() : text}`;
}

function escaped(text: string, dice?: Dice): string {
  return text.replace(/[\\;,]/g, (char) => `\\${char}`).replaceAll('\n', dice?.chance(0.3) ? '\\N' : '\\n');
}

function folded(line: Buffer, end: string, dice: Dice): Buffer {
  if (line.length <= 70 && dice.chance(0.95)) return line;
  const blank = Buffer.from(`${end}${dice.chance(0.8) ? ' ' : '\t'}`);
  const pieces: Buffer[] = [];
  // Some writers cut at a number of bytes, whatever letter that splits.
  for (let at = 0; at < line.length; ) {
    const length = dice.chance(0.02) ? dice.from(1, 5) : dice.from(20, 75);
    if (at > 0) pieces.push(blank);
    pieces.push(line.subarray(at, at + length));
    at += length;
  }
  return Buffer.concat(pieces);
}

function shuffled<T>(things: T[], dice: Dice): T[] {
  const rest = [...things];
  const out: T[] = [];
  while (rest.length > 0) out.push(...rest.splice(dice.from(0, rest.length - 1), 1));
  return out;
}

function part(
  kind: 'STANDARD' | 'DAYLIGHT',
  start: string,
  from: string,
  to: string,
  ...more: string[]
): string[] {
  return [
    `BEGIN:${kind}`,
    `DTSTART:${start}`,
    `TZOFFSETFROM:${from}`,
    `TZOFFSETTO:${to}`,
    ...more,
    `END:${kind}`,
  ];
}
