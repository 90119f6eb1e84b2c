// A zone that only the feed defines (VTIMEZONE, RFC 5545 3.6.5): when its STANDARD and DAYLIGHT parts begin, and so its
// offset at any instant. Before the first beginning the offset is the one that part says it changes from.

import { parseOffset, parsePeriod, parseTime } from './date-values.ts';
import { parseRule, type Rule, type RuleLimits } from './recurrence-rule.ts';
import { ruleStarts } from './rule-engine.ts';
import { DAY_MS, type Zone } from './wall-time.ts';

/** The lines of one STANDARD or DAYLIGHT part, values unfolded. */
export interface Observance {
  start: string;
  offsetFrom: string;
  offsetTo: string;
  rules: string[];
  dates: string[];
}

/** One change of the clocks. */
export interface Onset {
  instantMs: number;
  offsetBefore: number;
  offset: number;
}

/** The zone of these changes, of which there is at least one; in any order. */
export function feedZone(name: string, changes: [Onset, ...Onset[]]): Zone {
  const onsets = inOrder(changes);
  const first = onsets[0] as Onset;
  return {
    name,
    offsetAt(instantMs) {
      let low = 0;
      let high = onsets.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((onsets[middle] as Onset).instantMs <= instantMs) low = middle + 1;
        else high = middle;
      }
      return low === 0 ? first.offsetBefore : (onsets[low - 1] as Onset).offset;
    },
  };
}

/**
 * Whether a change is missing from `fromMs` on: a part says that it changes from another offset than the one in force.
 * So it is when the summer half of a zone could not be read.
 */
export function lacksAChange(changes: Onset[], fromMs: number): boolean {
  return inOrder(changes).some(
    ({ instantMs, offsetBefore }, index, onsets) =>
      instantMs >= fromMs && index > 0 && offsetBefore !== (onsets[index - 1] as Onset).offset,
  );
}

/** The changes that a part brings up to `toMs`. Throws `BadValue` or `RuleTooLarge` when it cannot be read. */
export function onsetsOf(observance: Observance, toMs: number, limits: RuleLimits): Onset[] {
  const offsetBefore = parseOffset(observance.offsetFrom);
  const offset = parseOffset(observance.offsetTo);
  const start = parseTime(observance.start).wallMs;
  const walls = new Set([start]);
  for (const list of observance.dates) {
    for (const date of list.split(',')) {
      const { kind, wallMs } = parsePeriod(date).start;
      walls.add(kind === 'utc' ? wallMs + offsetBefore : wallMs);
    }
  }
  for (const text of observance.rules) {
    const rule = parseRule(text, limits);
    const lastMs = Math.min(toMs + DAY_MS, untilWall(rule, offsetBefore));
    for (const wall of ruleStarts(rule, start, start, lastMs, limits)) walls.add(wall);
  }
  return [...walls].map((wall) => ({ instantMs: wall - offsetBefore, offsetBefore, offset }));
}

function inOrder(changes: Onset[]): Onset[] {
  return changes.toSorted((a, b) => a.instantMs - b.instantMs);
}

function untilWall({ until }: Rule, offsetBefore: number): number {
  if (!until) return Infinity;
  if (until.kind === 'utc') return until.wallMs + offsetBefore;
  return until.kind === 'date' ? until.wallMs + DAY_MS - 1 : until.wallMs;
}
