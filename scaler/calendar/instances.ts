// The instances of a series before anything replaces them: DTSTART, RRULE and RDATE together, without EXDATE and
// EXRULE (RFC 5545 3.8.5). Rules run on wall time; each start becomes an instant by itself, so a clock change moves one
// instance and not the series. UNTIL is compared as instants, or as days where one side is a date. DTSTART is always
// the first instance and counts, unless UNTIL lies before it.

import type { CalendarLimits } from '../config/schema.ts';
import type { Span } from './date-values.ts';
import type { CalendarEvent } from './event-fields.ts';
import { instantOf, type Moment } from './moments.ts';
import type { Rule } from './recurrence-rule.ts';
import { ruleHolds, ruleStarts } from './rule-engine.ts';
import { DAY_MS, dayOf, HOUR_MS, toInstant, toWall } from './wall-time.ts';

/** More than the clocks of any zone go back at once, so that a wall time comes twice. */
const MOST_REPEATED_MS = 3 * HOUR_MS;

export interface Instance {
  /** In the zone of the series. */
  wallMs: number;
  startMs: number;
  /** Its own length (RDATE with a PERIOD). */
  span?: Span;
}

/** Instances that start in about [lowMs, highMs]; some outside may be among them. Throws `RuleTooLarge`. */
export function instancesOf(
  event: CalendarEvent & { start: Moment },
  lowMs: number,
  highMs: number,
  limits: CalendarLimits,
): Instance[] {
  const { start } = event;
  const { zone } = start;
  const lowWall = toWall(zone, lowMs) - DAY_MS;
  const highWall = toWall(zone, highMs) + DAY_MS;
  const isWithin = (wallMs: number) => wallMs >= lowWall && wallMs <= highWall;
  const starts = (rule: Rule) =>
    ruleStarts(rule, start.wallMs, lowWall, Math.min(highWall, lastWall(rule, start)), limits)
      .map((wallMs) => ({ wallMs, startMs: toInstant(zone, wallMs) }))
      .filter((instance) => isUpTo(instance, rule, start));

  const found = new Map<number, Instance>();
  const add = (instance: Instance) => {
    if (isWithin(instance.wallMs) && !(found.has(instance.startMs) && !instance.span)) {
      found.set(instance.startMs, instance);
    }
  };
  const first = { wallMs: start.wallMs, startMs: instantOf(start) };
  if (event.rules.length === 0 || event.rules.some((rule) => isUpTo(first, rule, start))) add(first);
  for (const rule of event.rules) for (const instance of starts(countingStart(rule, start))) add(instance);
  for (const { at, span } of event.dates) add({ ...placed(at, start), ...(span && { span }) });
  for (const rule of event.exceptionRules) for (const { startMs } of starts(rule)) found.delete(startMs);
  const isExcepted = exceptionTest(event.exceptions, start);
  return [...found.values()].filter((instance) => !isExcepted(instance));
}

/** DTSTART uses up one of COUNT even where the rule itself would not start then. */
function countingStart(rule: Rule, start: Moment): Rule {
  if (rule.count === undefined || ruleHolds(rule, start.wallMs)) return rule;
  return { ...rule, count: rule.count - 1 };
}

/** A wall time after which UNTIL leaves nothing; somewhat late, for `isUpTo` is exact. */
function lastWall({ until }: Rule, { kind, zone }: Moment): number {
  if (!until) return Infinity;
  const last = until.kind === 'utc' ? toWall(zone, until.wallMs) : until.wallMs;
  if (kind === 'date' || until.kind === 'date') return (dayOf(last) + 1) * DAY_MS;
  return last + MOST_REPEATED_MS;
}

function isUpTo({ wallMs, startMs }: Instance, { until }: Rule, start: Moment): boolean {
  if (!until) return true;
  if (start.kind === 'date') {
    const last = until.kind === 'utc' ? toWall(start.zone, until.wallMs) : until.wallMs;
    return dayOf(wallMs) <= dayOf(last);
  }
  if (until.kind === 'utc') return startMs <= until.wallMs;
  return until.kind === 'date' ? dayOf(wallMs) <= dayOf(until.wallMs) : wallMs <= until.wallMs;
}

/** A time of RDATE as an instance: a date alone keeps the time of day of the series, a series of days takes the day. */
function placed(at: Moment, start: Moment): Instance {
  if (start.kind !== 'date' && at.kind !== 'date') {
    const startMs = instantOf(at);
    return { wallMs: at.zone === start.zone ? at.wallMs : toWall(start.zone, startMs), startMs };
  }
  const timeOfDay = start.kind === 'date' ? 0 : start.wallMs - dayOf(start.wallMs) * DAY_MS;
  const wallMs = dayOf(at.wallMs) * DAY_MS + timeOfDay;
  return { wallMs, startMs: toInstant(start.zone, wallMs) };
}

/** A date excepts its whole local day; in a series of days only the date part as written is compared. */
function exceptionTest(exceptions: Moment[], start: Moment): (instance: Instance) => boolean {
  const days = new Set<number>();
  const instants = new Set<number>();
  for (const exception of exceptions) {
    if (start.kind === 'date' || exception.kind === 'date') days.add(dayOf(exception.wallMs));
    else instants.add(instantOf(exception));
  }
  return ({ wallMs, startMs }) => instants.has(startMs) || days.has(dayOf(wallMs));
}
