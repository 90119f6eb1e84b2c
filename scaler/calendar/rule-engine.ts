// The starts of a recurrence rule in a span. node-ical is the engine for rules by weeks, months and hours: it gets the
// wall time written as UTC and a rule without UNTIL, so it knows no zones; zones, UNTIL and whether DTSTART counts are
// settled in instances.ts. It needs none where a rule is plain arithmetic (nothing chosen within a day or week), and none
// for rules by years and days: node-ical 0.27 passes over parts of yearly rules and gives up on daily ones that rarely start.

import { type RRule, sync } from 'node-ical';
import { periodStarts } from './period-starts.ts';
import { type Rule, type RuleLimits, RuleTooLarge } from './recurrence-rule.ts';
import { DAY_MS } from './wall-time.ts';

/** The starts between two wall times, both included, in order. */
export type Between = (fromMs: number, toMs: number) => Iterable<number>;

/** The wall times from `lowMs` to `highMs` (both included) at which the rule starts, in order. */
export function ruleStarts(
  rule: Rule,
  startMs: number,
  lowMs: number,
  highMs: number,
  limits: Pick<RuleLimits, 'occurrencesPerSeries'>,
): number[] {
  if (highMs < lowMs || highMs < startMs || rule.count === 0) return [];
  const own = ownStarts(rule, startMs);
  const between = own ?? engineFor(rule, startMs);
  const starts: number[] = [];
  // Of rules that start many times a day the engine is asked piece by piece, so that the limit bites early.
  const isDense = rule.frequency === 'HOURLY' || /BY(MINUTE|SECOND|HOUR)=/.test(rule.text);
  const step = isDense && !own ? 16 * DAY_MS : Infinity;
  for (let from = Math.max(lowMs, startMs); from <= highMs; from += step) {
    for (const start of between(from, Math.min(from + step - 1, highMs))) {
      starts.push(start);
      if (starts.length > limits.occurrencesPerSeries) {
        throw new RuleTooLarge(
          'event-too-many-occurrences',
          `expected up to ${limits.occurrencesPerSeries} occurrences of an event, got more`,
        );
      }
    }
  }
  return starts;
}

/** Whether the rule itself starts at DTSTART. */
export function ruleHolds(rule: Rule, startMs: number): boolean {
  if (!rule.chooses) return true;
  const { count: _, ...endless } = rule;
  const between = ownStarts(endless, startMs) ?? engineFor(endless, startMs);
  return [...between(startMs, startMs)].length > 0;
}

/** Where no engine is needed: one start after the other, as it is asked for. */
function ownStarts(rule: Rule, startMs: number): Between | undefined {
  return steadySteps(rule, startMs) ?? periodStarts(rule, startMs);
}

/**
 * Every so many days or weeks, with nothing chosen: plain arithmetic on wall time, which needs no engine. Most classes
 * repeat so, and an engine for each of thousands is a sixth of the time that their calendar takes.
 */
function steadySteps(rule: Rule, startMs: number): Between | undefined {
  const period = rule.frequency === 'DAILY' ? DAY_MS : rule.frequency === 'WEEKLY' ? 7 * DAY_MS : undefined;
  if (period === undefined || rule.chooses) return undefined;
  const step = rule.interval * period;
  const lastMs = startMs + ((rule.count ?? Infinity) - 1) * step;
  return function* (fromMs, toMs) {
    const firstMs = startMs + Math.max(0, Math.ceil((fromMs - startMs) / step)) * step;
    for (let at = firstMs; at <= Math.min(toMs, lastMs); at += step) yield at;
  };
}

/** node-ical's engine for one rule. */
function engineFor(rule: Rule, startMs: number): Between {
  const start = new Date(startMs).toISOString().replace(/[-:]|\.000/g, '');
  const text = rule.count === undefined ? rule.text : `${rule.text};COUNT=${rule.count}`;
  const event = `BEGIN:VEVENT\nUID:e\nDTSTART:${start}\nRRULE:${text}\nEND:VEVENT`;
  try {
    const { e } = sync.parseICS(`BEGIN:VCALENDAR\n${event}\nEND:VCALENDAR`) as Record<
      string,
      { rrule: RRule }
    >;
    const engine = e?.rrule as RRule;
    return (fromMs, toMs) => {
      try {
        return engine.between(new Date(fromMs), new Date(toMs), true).map((date) => date.getTime());
      } catch (error) {
        throw givenUp(error);
      }
    };
  } catch (error) {
    throw givenUp(error);
  }
}

function givenUp(cause: unknown): RuleTooLarge {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new RuleTooLarge(
    'event-rule-too-hard',
    `expected a rule that can be followed, got one that takes too long (${why.slice(0, 80)})`,
    { cause },
  );
}
