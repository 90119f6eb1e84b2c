// A recurrence rule (RFC 5545 3.3.10): checked and brought into one order, so that the engine sees only rules it follows
// well. Rules that would keep it busy for long are refused here, before anything is counted.

import { BadValue, parseTime, quoted, type WrittenTime } from './date-values.ts';
import { DAY_MS, HOUR_MS } from './wall-time.ts';

export interface Rule {
  /** Parts in one order, FREQ first; without COUNT and UNTIL. */
  text: string;
  frequency: string;
  interval: number;
  count?: number;
  until?: WrittenTime;
  /** There are parts that choose days or times within a period. */
  chooses: boolean;
}

export interface RuleLimits {
  ruleCount: number;
  occurrencesPerSeries: number;
}

/** A rule that is valid but would produce more than the limits allow. */
export class RuleTooLarge extends Error {
  readonly code:
    | 'event-too-often'
    | 'event-count-too-large'
    | 'event-too-many-occurrences'
    | 'event-rule-too-hard';
  constructor(code: RuleTooLarge['code'], message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

const FREQUENCIES = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'];
const WEEKDAY = '(?:MO|TU|WE|TH|FR|SA|SU)';

/** Numbers that a part may hold: the lowest and highest magnitude, and whether it may count from the end. */
const NUMBERS: Record<string, { low: number; high: number; signed?: true }> = {
  BYSECOND: { low: 0, high: 60 },
  BYMINUTE: { low: 0, high: 59 },
  BYHOUR: { low: 0, high: 23 },
  BYMONTHDAY: { low: 1, high: 31, signed: true },
  BYYEARDAY: { low: 1, high: 366, signed: true },
  BYWEEKNO: { low: 1, high: 53, signed: true },
  BYMONTH: { low: 1, high: 12 },
  BYSETPOS: { low: 1, high: 366, signed: true },
};

/**
 * Reads the value of RRULE or EXRULE of a series of times or of days; days have no hours to choose (they are passed
 * over, as RFC 5545 says). Throws `BadValue` for what is no rule, `RuleTooLarge` for one over the limits.
 */
export function parseRule(value: string, limits: RuleLimits, of: 'times' | 'days' = 'times'): Rule {
  const parts = splitParts(value);
  if (of === 'days') for (const name of ['BYHOUR', 'BYMINUTE', 'BYSECOND']) parts.delete(name);
  const frequency = parts.get('FREQ') ?? '';
  if (!FREQUENCIES.includes(frequency)) {
    throw new BadValue(`expected FREQ=DAILY, WEEKLY, MONTHLY, YEARLY or HOURLY, got ${quoted(value)}`);
  }
  if (frequency === 'SECONDLY' || frequency === 'MINUTELY') {
    throw new RuleTooLarge(
      'event-too-often',
      `expected a rule that repeats hourly at most, such as FREQ=HOURLY, got FREQ=${frequency}`,
    );
  }
  if (frequency === 'HOURLY' && of === 'days') {
    throw new BadValue('expected an all-day event to repeat daily at most, got FREQ=HOURLY');
  }
  const interval = wholeNumber(parts.get('INTERVAL') ?? '1', 'INTERVAL');
  const countText = parts.get('COUNT');
  const count = countText === undefined ? undefined : wholeNumber(countText, 'COUNT');
  if (count !== undefined && count > limits.ruleCount) {
    throw new RuleTooLarge(
      'event-count-too-large',
      `expected COUNT up to ${limits.ruleCount}, got ${quoted(countText ?? '')}`,
    );
  }
  const untilText = parts.get('UNTIL');
  const choices = [...parts]
    .filter(([name]) => name.startsWith('BY'))
    .map((part) => checkedChoice(part, frequency));
  const start = parts.get('WKST');
  if (start !== undefined && !new RegExp(`^${WEEKDAY}$`).test(start)) {
    throw new BadValue(`expected a day such as WKST=MO, got ${quoted(start)}`);
  }
  refuseCrowdedDays(frequency, choices, limits);
  return {
    text: [
      `FREQ=${frequency}`,
      `INTERVAL=${interval}`,
      ...choices.map(([name, list]) => `${name}=${list}`),
      ...(start ? [`WKST=${start}`] : []),
    ].join(';'),
    frequency,
    interval,
    chooses: choices.length > 0,
    ...(count !== undefined && { count }),
    ...(untilText !== undefined && { until: parseTime(untilText) }),
  };
}

/** A time after which the rule certainly has nothing more; cheap, often `Infinity`. */
export function lastStartBound(rule: Rule, startMs: number): number {
  const untilMs = rule.until ? rule.until.wallMs + DAY_MS * 2 : Infinity;
  if (rule.count === undefined) return untilMs;
  const period = rule.frequency === 'DAILY' ? DAY_MS : rule.frequency === 'WEEKLY' ? 7 * DAY_MS : Infinity;
  const everyPeriod = rule.frequency === 'WEEKLY' ? !/BY(?!DAY)/.test(rule.text) : !rule.chooses;
  return everyPeriod ? Math.min(untilMs, startMs + (rule.count + 1) * rule.interval * period) : untilMs;
}

function splitParts(value: string): Map<string, string> {
  const parts = new Map<string, string>();
  for (const part of value.toUpperCase().split(';')) {
    const [name = '', list] = part.split('=', 2).map((text) => text.trim());
    if (name === '' && list === undefined) continue; // a semicolon too many
    if (list === undefined || list === '') throw new BadValue(`expected NAME=value, got ${quoted(part)}`);
    if (
      name.startsWith('X-') ||
      (name === 'SKIP' && list === 'OMIT') ||
      (name === 'RSCALE' && list === 'GREGORIAN')
    ) {
      continue; // says nothing new
    }
    if (!KNOWN_PARTS.has(name)) throw new BadValue(`expected the parts of RFC 5545, got ${quoted(part)}`);
    if (parts.has(name)) throw new BadValue(`expected ${name} once, got ${quoted(value)}`);
    parts.set(name, list);
  }
  return parts;
}

const KNOWN_PARTS = new Set(['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'WKST', 'BYDAY', ...Object.keys(NUMBERS)]);

function wholeNumber(text: string, name: string): number {
  const number = /^\+?\d{1,15}$/.test(text) ? Number(text) : 0;
  if (number < 1) throw new BadValue(`expected ${name} to be a whole number from 1 up, got ${quoted(text)}`);
  return number;
}

function checkedChoice([name, list]: [string, string], frequency: string): [string, string] {
  if (name === 'BYDAY') {
    const day = new RegExp(`^([+-]?(?:[1-9]|[1-4]\\d|5[0-3]))?(${WEEKDAY})$`);
    const days = list.split(',').map((text) => {
      const match = day.exec(text.trim().replace(/^([+-]?)0(?=\d)/, '$1'));
      if (!match) throw new BadValue(`expected days such as BYDAY=MO,-1FR, got ${quoted(list)}`);
      // "The second Monday" has a meaning in a month or a year only.
      const nth = frequency === 'MONTHLY' || frequency === 'YEARLY' ? (match[1] ?? '').replace('+', '') : '';
      return nth + match[2];
    });
    return [name, [...new Set(days)].join(',')];
  }
  const range = NUMBERS[name];
  const numbers = list.split(',').map((text) => {
    const number = /^[+-]?\d{1,3}$/.test(text.trim()) ? Number(text) : Number.NaN;
    const size = Math.abs(number);
    if (!range || !(size >= range.low && size <= range.high) || (number < 0 && !range.signed)) {
      throw new BadValue(`expected ${name} to hold numbers of its range, got ${quoted(list)}`);
    }
    return name === 'BYSECOND' ? Math.min(number, 59) : number;
  });
  return [name, [...new Set(numbers)].join(',')];
}

/** More starts on one day than a whole series may have: refused before anything is counted. */
function refuseCrowdedDays(frequency: string, choices: [string, string][], limits: RuleLimits): void {
  const size = (name: string) => choices.find(([one]) => one === name)?.[1].split(',').length;
  const hours = size('BYHOUR') ?? (frequency === 'HOURLY' ? DAY_MS / HOUR_MS : 1);
  const starts = hours * (size('BYMINUTE') ?? 1) * (size('BYSECOND') ?? 1);
  if (starts > limits.occurrencesPerSeries) {
    throw new RuleTooLarge(
      'event-too-many-occurrences',
      `expected up to ${limits.occurrencesPerSeries} occurrences of an event, got ${starts} a day`,
    );
  }
}
