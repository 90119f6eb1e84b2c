// Whether an event can touch the window at all, from a glance at the digits of its dates. Most events of a long-lived
// calendar lie in the past; those are never decoded. In doubt the answer is yes.

import { unfold } from './body-text.ts';
import type { RawEvent, RawLine } from './components.ts';
import { parseSpan } from './date-values.ts';
import { lastStartBound, parseRule, type RuleLimits } from './recurrence-rule.ts';
import type { Window } from './series.ts';
import { DAY_MS, dayNumber } from './wall-time.ts';

/** More than any zone is away from UTC, twice. */
const SLACK_MS = 3 * DAY_MS;

export function mayTouch(event: RawEvent, window: Window, bytes: string, limits: RuleLimits): boolean {
  let start = Number.NaN;
  let end = Number.NaN;
  let rule: RawLine | undefined;
  let duration: RawLine | undefined;
  for (const line of event.lines) {
    if (line.name === 'DTSTART') start = Number.isNaN(start) ? dateOf(bytes, line) : start;
    else if (line.name === 'DTEND') end = Number.isNaN(end) ? dateOf(bytes, line) : end;
    else if (line.name === 'DURATION') duration ??= line;
    else if (line.name === 'RRULE') {
      if (rule) return true;
      rule = line;
    } else if (line.name === 'RDATE') return true;
    else if (line.name === 'RECURRENCE-ID' && isRange(bytes, line)) return true;
  }
  if (Number.isNaN(start) || event.broken) return true;
  if (start > window.toMs + SLACK_MS) return false;
  const isReplacement = event.lines.some((line) => line.name === 'RECURRENCE-ID');
  if (isReplacement && Number.isNaN(end) && !duration) return true; // lasts as long as its series says
  const length = lengthOf(start, end, duration, bytes);
  const last = rule ? lastStart(start, rule, bytes, limits) : start;
  return last + length + SLACK_MS >= window.fromMs;
}

function lengthOf(start: number, end: number, duration: RawLine | undefined, bytes: string): number {
  if (!Number.isNaN(end)) return Math.max(0, end - start) + DAY_MS;
  if (!duration) return DAY_MS;
  try {
    const span = parseSpan(valueText(bytes, duration));
    return Math.max(0, span.days * DAY_MS + span.ms);
  } catch {
    return Infinity;
  }
}

function lastStart(start: number, rule: RawLine, bytes: string, limits: RuleLimits): number {
  const value = valueText(bytes, rule);
  if (!/COUNT|UNTIL/i.test(value)) return Infinity;
  try {
    return lastStartBound(parseRule(value, limits), start + DAY_MS);
  } catch {
    return Infinity;
  }
}

/** The date at the end of a line such as `DTSTART;TZID=Europe/Berlin:20261123T090000`; NaN when it is not that plain. */
function dateOf(bytes: string, { start, end }: RawLine): number {
  const colon = bytes.lastIndexOf(':', end - 1);
  if (colon < start || end - colon > 20) return Number.NaN;
  let digits = 0;
  for (let at = colon + 1; at <= colon + 8; at++) {
    const digit = bytes.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    digits = digits * 10 + digit;
  }
  const month = Math.floor(digits / 100) % 100;
  if (month < 1 || month > 12) return Number.NaN;
  return dayNumber(Math.floor(digits / 10_000), month, digits % 100) * DAY_MS;
}

function isRange(bytes: string, { start, end }: RawLine): boolean {
  return /RANGE/i.test(unfold(bytes.slice(start, end)));
}

function valueText(bytes: string, { start, end }: RawLine): string {
  const line = unfold(bytes.slice(start, end));
  return line.slice(line.indexOf(':') + 1);
}
