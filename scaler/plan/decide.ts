// How many placeholders a pool shall have now: a count, the rule that gave it, and a sentence with its numbers.
// Pure: the instant, what is booked, the view of the cluster and the history come in, nothing else is looked at.
//
//   base    = booked ?? baseline          free = nodes that count as room (headroom.ts)
//   current = the Deployment's replicas; where the view is older than our last write, those we wrote
//
//   first rule that applies                               count                                     reason
//   -----------------------------------------------------------------------------------------------------------
//   a person's annotation is in force                     what it says                              manual
//   cluster not read yet, or calendar neither read nor    leave as it is                            waiting
//     remembered and not failed yet
//   calendar neither read nor remembered, it failed       max(current, baseline, booked)            waiting
//   the view of the cluster is stale                      max(current, booked ?? current)           held
//   booked, and calendarOverrideEnabled                   booked                                    booked
//   a placeholder is pending, or the past is not known    max(base - free, min(current, base))      pending
//   otherwise                                             max(0, base - free)                       headroom, when
//                                                                            free took some away; else booked/baseline
//   -----------------------------------------------------------------------------------------------------------
//   afterwards, always: not above maxReplicas; but where we could not look (waiting, held), not below current either
//   at last, while the calendar is only remembered (calendar/feeds.ts): not below current (waiting)
import type { CalendarKnowledge } from '../calendar/feeds.ts';
import type { Booked } from '../calendar/schedule.ts';
import type { PoolView } from '../cluster/snapshot.ts';
import type { Config, PoolConfig } from '../config/schema.ts';
import type { Problem } from '../problem.ts';
import { noPods, overMaxReplicas, whyNoPods } from './decision-problems.ts';
import { findHeadroom, type Headroom } from './headroom.ts';
import { type History, unknownUntil } from './history.ts';
import { type ManualReading, readManual } from './manual.ts';
import { baseWords, placeholders, roomWords, timeWords } from './sentence.ts';

export const REASONS = ['manual', 'waiting', 'held', 'booked', 'pending', 'baseline', 'headroom'] as const;
export type Reason = (typeof REASONS)[number];

export interface Decision {
  pool: string;
  /** Replicas the Deployment shall have; undefined: leave it as it is, whatever that is. */
  count: number | undefined;
  reason: Reason;
  /** With its numbers, for people. */
  sentence: string;
  baseline: number;
  booked?: Booked;
  /** Nodes with room that took something away or could have; undefined when the rule did not look at them. */
  free?: number;
  /** All nodes of the pool by state, whatever the rule looked at; absent while the cluster has not been read. */
  headroom?: Headroom;
  /** What was asked before `maxReplicas` cut it. */
  cutFrom?: number;
  /** Manual annotation in force until (epoch ms), or for ever (undefined with reason manual). */
  manualUntilMs?: number;
  problems: Problem[];
}

export interface DecideInput {
  pool: PoolConfig;
  rules: Pick<
    Config,
    'calendarOverrideEnabled' | 'scalingStrategy' | 'cpuThreshold' | 'memoryThreshold' | 'nodeGracePeriodMs'
  >;
  /** Zone in which the sentence shows times, and a typed override is read (IANA). */
  zone: string;
  nowMs: number;
  calendar: CalendarKnowledge;
  booked?: Booked;
  cluster: { synced: boolean; stale?: { sinceMs: number; why: string } };
  view?: PoolView;
  /** Replicas that our last write left, where the view is older than it. */
  writtenReplicas?: number;
  history: History;
}

/** What a rule answers; `words` are the clauses of the sentence. */
interface Ruling {
  count: number | undefined;
  reason: Reason;
  words: string[];
  free?: number;
}

export function decide(input: DecideInput): Decision {
  const { pool, view, booked, cluster } = input;
  const manual = readManual(view?.deployment, { pool: pool.name, zone: input.zone, nowMs: input.nowMs });
  const headroom = view !== undefined && cluster.synced ? findHeadroom(view.nodes, input) : undefined;
  const first = firstRule(input, manual, headroom);
  const allowed = cut(first, input);
  const ruling = asRemembered({ ...first, count: allowed.count }, input);
  const { count } = ruling;
  const cutFrom = (allowed.cutFrom ?? 0) > (count ?? 0) ? allowed.cutFrom : undefined;
  const failure = whyNoPods(view?.deployment);
  const untilMs = ruling.reason === 'manual' ? manual.inForce?.untilMs : undefined;

  const problems: Problem[] = manual.problem ? [manual.problem] : [];
  if (cutFrom !== undefined) problems.push(overMaxReplicas(pool, cutFrom));
  if (view?.deployment && failure !== undefined) problems.push(noPods(pool.name, view.deployment, failure));
  return {
    pool: pool.name,
    count,
    reason: ruling.reason,
    sentence: sentenceOf(ruling, { input, manual, count, cutFrom, failure }),
    baseline: pool.baseline,
    ...(booked && { booked }),
    ...(ruling.free !== undefined && { free: ruling.free }),
    ...(headroom && { headroom }),
    ...(cutFrom !== undefined && { cutFrom }),
    ...(untilMs !== undefined && { manualUntilMs: untilMs }),
    problems,
  };
}

function currentOf({ view, writtenReplicas }: DecideInput): number | undefined {
  return writtenReplicas ?? view?.deployment?.replicas;
}

/** The table above, top to bottom. */
function firstRule(input: DecideInput, manual: ManualReading, headroom: Headroom | undefined): Ruling {
  const { rules, booked, cluster, view, calendar } = input;
  const { baseline } = input.pool;
  const base = booked?.count ?? baseline;
  const current = currentOf(input);
  const there = placeholders(current ?? 0);
  const booking = baseWords({ booked, baseline, known: calendar === 'read' }, input);

  if (manual.inForce !== undefined) {
    const { count, untilMs } = manual.inForce;
    const words = [
      `the annotation on the Deployment sets ${count}${timeWords('until', untilMs, input)}`,
      booking,
    ];
    return { count, reason: 'manual', words };
  }
  if (view === undefined || headroom === undefined) {
    return { count: undefined, reason: 'waiting', words: ['the cluster has not been read yet', booking] };
  }
  if (calendar === 'unread') {
    return { count: undefined, reason: 'waiting', words: ['the calendar has not been read yet', booking] };
  }
  if (calendar === 'failed') {
    const count = Math.max(current ?? 0, baseline, booked?.count ?? 0);
    const words = ['the calendar cannot be read and no earlier copy is there', `${there} now`, booking];
    return { count, reason: 'waiting', words };
  }
  if (cluster.stale !== undefined) {
    const { sinceMs, why } = cluster.stale;
    const words = [
      `the view of the cluster is old${timeWords('since', sinceMs, input)} (${why})`,
      `${there} then`,
      booking,
    ];
    // A Deployment that is missing in an old view may be there by now, with any count: only a booking is a reason to write.
    const asked = booked?.count || current;
    return { count: current === undefined ? asked : Math.max(current, asked ?? 0), reason: 'held', words };
  }
  if (booked !== undefined && rules.calendarOverrideEnabled) {
    const words = [booking, 'room on nodes takes nothing away (calendarOverrideEnabled)'];
    return { count: base, reason: 'booked', words };
  }
  const { free } = headroom;
  const words = [booking, roomWords(headroom)];
  const unsure = whyUnsure(input);
  if (unsure !== undefined) {
    const kept = Math.min(current ?? 0, base);
    const hold = free === 0 ? unsure : `${unsure}, so room does not lower it below ${kept}`;
    return { count: Math.max(base - free, kept), reason: 'pending', words: [...words, hold], free };
  }
  const count = Math.max(0, base - free);
  const reason = count < base ? 'headroom' : booked === undefined ? 'baseline' : 'booked';
  return { count, reason, words, free };
}

/** What is only remembered of the calendar may be older than its last change: nothing is lowered on its word. */
function asRemembered(ruling: Ruling, input: DecideInput): Ruling {
  const current = currentOf(input) ?? 0;
  const { count, reason, words } = ruling;
  if (input.calendar !== 'remembered' || reason === 'manual') return ruling;
  if (count === undefined || count >= current) return ruling;
  const kept = `the calendar was not read again yet, so ${placeholders(current)} stay`;
  return { ...ruling, count: current, reason: 'waiting', words: [...words, kept] };
}

/** Room on nodes is not trusted to last: a placeholder was just pushed out, or nobody saw the nodes before. */
function whyUnsure(input: DecideInput): string | undefined {
  const pending = input.view?.placeholders.pending ?? 0;
  if (pending > 0) return `${placeholders(pending)} ${pending === 1 ? 'is' : 'are'} pending`;
  const unknownUntilMs = unknownUntil(input.history, input.pool.name);
  if (unknownUntilMs === undefined || input.nowMs >= unknownUntilMs) return undefined;
  return `what was on the nodes before is not known${timeWords('until', unknownUntilMs, input)}`;
}

/** A slip of the finger buys no 300 nodes. */
function cut({ count, reason }: Ruling, input: DecideInput): { count: number | undefined; cutFrom?: number } {
  const blind = reason === 'held' || reason === 'waiting';
  const most = Math.max(input.pool.maxReplicas, blind ? (currentOf(input) ?? 0) : 0);
  return count !== undefined && count > most ? { count: most, cutFrom: count } : { count };
}

function sentenceOf(
  { words }: Ruling,
  said: { input: DecideInput; manual: ManualReading; count?: number; cutFrom?: number; failure?: string },
): string {
  const { input, manual, count, cutFrom, failure } = said;
  const all = [...words];
  if (manual.over !== undefined) {
    const ended = timeWords('since', manual.over.untilMs, input);
    all.push(`the annotation's ${manual.over.count} is over${ended}`);
  }
  if (manual.problem) all.push('the annotation on the Deployment cannot be read');
  if (cutFrom !== undefined) all.push(`${cutFrom} is more than maxReplicas ${input.pool.maxReplicas}`);
  const outcome = `${all.join('; ')} -> ${count ?? 'left as it is'}`;
  return failure === undefined ? outcome : `${outcome}; but the cluster makes no pods: ${failure}`;
}
