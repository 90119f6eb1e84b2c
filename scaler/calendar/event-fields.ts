// One VEVENT as values: times with their zones, length, rules, exceptions, and its text on demand. A field that cannot
// be read loses the event, never the feed. Of a field given twice the first counts.

import type { CalendarLimits } from '../config/schema.ts';
import { decodeBytes, unfold } from './body-text.ts';
import type { RawEvent, RawLine } from './components.ts';
import { type ContentLine, parseLine, TooManyParameters, unescapeText } from './content-line.ts';
import { BadValue, parseSpan, type Span } from './date-values.ts';
import { type ExtraDate, type Moment, Moments, spanBetween, type TimeSource } from './moments.ts';
import { parseRule, type Rule, RuleTooLarge } from './recurrence-rule.ts';
import { DAY_MS, type Zone } from './wall-time.ts';

export interface Replaced {
  at: Moment;
  /** Written without a zone: meant in that of the series. */
  zoneless: boolean;
  /** All later instances change with it (RANGE=THISANDFUTURE). */
  andFuture: boolean;
}

export interface CalendarEvent {
  uid: string;
  sequence: number;
  cancelled: boolean;
  start?: Moment;
  /** Absent when the event says neither end nor duration. */
  span?: Span;
  /** The instance that this event replaces. */
  replaces?: Replaced;
  rules: Rule[];
  exceptionRules: Rule[];
  dates: ExtraDate[];
  exceptions: Moment[];
  /** Decoded when asked for the first time; throws `EventRefused`. */
  text(): { summary: string; description: string };
  /** Things a person should know though the event counts: code and sentence. */
  remarks: { code: string; message: string }[];
}

export interface EventReader extends TimeSource {
  bytes: string;
  limits: CalendarLimits;
}

/** The event cannot be used. */
export class EventRefused extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Reads an event. Throws `EventRefused`. */
export function readEvent(raw: RawEvent, reader: EventReader): CalendarEvent {
  if (raw.broken) throw new EventRefused(`event-${raw.broken}`, brokenText(raw.broken, reader.limits));
  return refusing(reader.limits, () => fieldsOf(raw, reader));
}

/** What the readers of single values throw, as the refusal of the event. */
function refusing<T>(limits: CalendarLimits, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof BadValue) throw new EventRefused('event-bad-value', error.message);
    if (error instanceof RuleTooLarge) throw new EventRefused(error.code, error.message);
    if (error instanceof TooManyParameters) {
      const most = limits.parametersPerLine;
      throw new EventRefused(
        'event-too-many-parameters',
        `expected up to ${most} parameters on a line, got more`,
      );
    }
    throw error;
  }
}

/** The line unfolded, with its value as decoded text, escapes still in it. */
export function contentLine(
  raw: RawLine,
  reader: Pick<EventReader, 'bytes' | 'limits'>,
): ContentLine | undefined {
  const line = decodeBytes(unfold(reader.bytes.slice(raw.start, raw.end)));
  return parseLine(line, reader.limits.parametersPerLine);
}

/** The first line of a name as text; empty when there is none. */
export function textOf(
  raw: { lines: RawLine[] },
  name: RawLine['name'],
  reader: Pick<EventReader, 'bytes' | 'limits'>,
): string {
  const line = raw.lines.find((one) => one.name === name);
  return line ? unescapeText(contentLine(line, reader)?.value ?? '') : '';
}

/** The same where nobody minds if the line cannot be read: then it is empty. */
export function plainText(
  raw: { lines: RawLine[] },
  name: RawLine['name'],
  reader: Pick<EventReader, 'bytes' | 'limits'>,
): string {
  try {
    return textOf(raw, name, reader);
  } catch (error) {
    if (error instanceof TooManyParameters) return '';
    throw error;
  }
}

function fieldsOf(raw: RawEvent, reader: EventReader): CalendarEvent {
  const first = (name: RawLine['name']) => {
    const line = raw.lines.find((one) => one.name === name);
    return line && contentLine(line, reader);
  };
  const all = (name: RawLine['name']) =>
    raw.lines.filter((one) => one.name === name).flatMap((line) => contentLine(line, reader) ?? []);
  const remarks: CalendarEvent['remarks'] = [];
  let text: ReturnType<CalendarEvent['text']> | undefined;
  const moments = new Moments(raw.calendar, reader);

  const startLine = first('DTSTART');
  const start = startLine && moments.one(startLine, reader.floating);
  const own = start?.kind === 'date' ? reader.floating : (start?.zone ?? reader.floating);
  const repeats = start?.kind === 'date' ? 'days' : 'times';
  const replacedLine = first('RECURRENCE-ID');
  const replaced = replacedLine && moments.one(replacedLine, own);
  const from = start ?? replaced;
  if (!from) throw new EventRefused('event-no-start', 'expected DTSTART, got none');
  const span = lengthOf(from, first('DTEND'), first('DURATION'), moments, own, remarks);
  const exact = span ? span.days * DAY_MS + span.ms : 0;
  if (exact > reader.limits.durationDays * DAY_MS) {
    throw new EventRefused(
      'event-too-long',
      `expected an event of up to ${reader.limits.durationDays} days, got ${Math.ceil(exact / DAY_MS)}`,
    );
  }
  return {
    uid: plainText(raw, 'UID', reader).trim(),
    sequence: Number.parseInt(first('SEQUENCE')?.value ?? '0', 10) || 0,
    cancelled: /^\s*cancelled\s*$/i.test(first('STATUS')?.value ?? ''),
    ...(start && { start }),
    ...(span && { span }),
    ...(replaced && {
      replaces: {
        at: replaced,
        zoneless: replaced.kind === 'local' && !replacedLine.parameters.has('TZID'),
        andFuture: /^thisandfuture$/i.test(replacedLine.parameters.get('RANGE') ?? ''),
      },
    }),
    rules: all('RRULE').map((line) => parseRule(line.value, reader.limits, repeats)),
    exceptionRules: all('EXRULE').map((line) => parseRule(line.value, reader.limits, repeats)),
    ...listsOf(all('RDATE'), all('EXDATE'), moments, own, reader.limits),
    text: () => {
      text ??= refusing(reader.limits, () => ({
        summary: textOf(raw, 'SUMMARY', reader),
        description: textOf(raw, 'DESCRIPTION', reader) || textOf(raw, 'X-ALT-DESC', reader),
      }));
      return text;
    },
    remarks,
  };
}

function listsOf(
  rdates: ContentLine[],
  exdates: ContentLine[],
  moments: Moments,
  own: Zone,
  { datesPerSeries }: CalendarLimits,
): Pick<CalendarEvent, 'dates' | 'exceptions'> {
  for (const [name, lines] of [
    ['RDATE', rdates],
    ['EXDATE', exdates],
  ] as const) {
    let count = 0;
    for (const { value } of lines) for (let at = 0; at >= 0; at = value.indexOf(',', at + 1)) count++;
    if (count > datesPerSeries) {
      throw new EventRefused(
        'event-too-many-dates',
        `expected up to ${datesPerSeries} ${name} dates, got ${count}`,
      );
    }
  }
  return {
    dates: rdates.flatMap((line) => moments.periods(line, own)),
    exceptions: exdates.flatMap((line) => moments.list(line, own)),
  };
}

/** How long the event lasts, from DTEND or DURATION; an end before the start is no length at all. */
function lengthOf(
  start: Moment,
  endLine: ContentLine | undefined,
  durationLine: ContentLine | undefined,
  moments: Moments,
  own: Zone,
  remarks: CalendarEvent['remarks'],
): Span | undefined {
  let span: Span;
  if (endLine) span = spanBetween(start, moments.one(endLine, own));
  else if (durationLine) span = parseSpan(durationLine.value);
  else return undefined;
  const total = span.days * DAY_MS + span.ms;
  if (total < 0) {
    const taken =
      start.kind === 'date'
        ? 'it counts as one day'
        : 'it counts as lasting no time, so it books nothing but lead and hold time where a pool has them';
    remarks.push({
      code: 'event-ends-before-start',
      message: `expected an end after the start, got one before it; ${taken}`,
    });
  }
  if (total > 0) return span;
  return start.kind === 'date' ? { days: 1, ms: 0 } : { days: 0, ms: 0 };
}

function brokenText(broken: NonNullable<RawEvent['broken']>, limits: CalendarLimits): string {
  if (broken === 'nesting') return `expected components nested up to ${limits.nesting} deep, got more`;
  if (broken === 'line-too-long')
    return `expected lines of up to ${limits.lineBytes} bytes, got a longer one`;
  return 'expected END:VEVENT before the next BEGIN:VEVENT, got none';
}
