// What was understood of the calendars, as events that can be shown in a calendar again: one per booked window and pool,
// at the time for which nodes are kept (lead and hold time included), and one per problem, at the time of the event that
// has it. An event keeps its uid as long as its pool and start, or its problem, stay.
import { createHash } from 'node:crypto';
import type { Problem } from '../problem.ts';
import { isLost } from './lost-bookings.ts';
import type { BookedBy, Schedule } from './schedule.ts';
import { type SpokenTimes, spokenTimes } from './spoken-times.ts';
import { type Stretch, type StretchPool, stretchesOf } from './stretches.ts';
import { shown } from './text.ts';

export interface AnswerInput {
  schedule: Pick<Schedule, 'segments'>;
  pools: StretchPool[];
  problems: Problem[];
  /** IANA zone in which texts say times. */
  zone: string;
  /** Only this pool, and problems that are not another pool's. */
  pool?: string;
  /** Only what overlaps this span, whole; absent: everything that is known. */
  fromMs?: number;
  toMs?: number;
}

export interface AnswerEvent {
  uid: string;
  startMs: number;
  endMs: number;
  title: string;
  description: string;
  kind: 'booked' | 'problem';
}

const SECOND = 1_000;

/** By start, then uid. */
export function answerEvents(input: AnswerInput): AnswerEvent[] {
  const { pools, schedule, fromMs = -Infinity, toMs = Infinity } = input;
  const times = spokenTimes(input.zone);
  const asked = pools.filter(({ name }) => input.pool === undefined || name === input.pool);
  const booked = asked
    .flatMap((pool) => stretchesOf(schedule, pool, { fromMs: -Infinity, toMs: Infinity }))
    .map((stretch) => bookedEvent(stretch, input.zone, times));
  return [...booked, ...problemEvents(input, times)]
    .filter(({ startMs, endMs }) => startMs < toMs && Math.max(endMs, startMs + 1) > fromMs)
    .map((event) => ({
      ...event,
      title: event.title.toWellFormed(),
      description: event.description.toWellFormed(),
    }))
    .sort((a, b) => a.startMs - b.startMs || (a.uid < b.uid ? -1 : 1));
}

function bookedEvent(stretch: Stretch, zone: string, times: SpokenTimes): AnswerEvent {
  const { pool, startMs, endMs, count, cutTo, by, baseline } = stretch;
  const kept = cutTo ?? count;
  const cut = cutTo === undefined ? '' : `, cut from ${count} by maxReplicas`;
  const hasLeadOrHold = by.some(({ phase }) => phase !== undefined);
  return {
    uid: `${pool}-${whole(startMs)}@node-placeholder-scaler`,
    ...wholeSeconds({ startMs, endMs }),
    kind: 'booked',
    title: `${pool}: ${nodes(kept)} from ${times.minute(startMs)}${cut}, asked by ${askers(by, count)}`,
    description: [
      `${nodes(kept)} of ${pool} kept free: ${times.span(startMs, endMs)} (${zone})`,
      ...by.map(
        (one) =>
          `asked: ${one.count} by ${quoted(one)}, calendar ${one.feed}, ${times.span(one.startMs, one.endMs)}`,
      ),
      ...(hasLeadOrHold ? ['times include lead and hold time'] : []),
      ...(cutTo === undefined ? [] : [`${count} were asked; maxReplicas of ${pool} is ${cutTo}`]),
      `without a booking: ${baseline}`,
    ].join('\n'),
  };
}

function problemEvents({ problems, pool, zone }: AnswerInput, times: SpokenTimes): AnswerEvent[] {
  const seen = new Map<string, number>();
  return problems.flatMap((problem): AnswerEvent[] => {
    const { event, feed, code, where, line, example, message } = problem;
    if (event === undefined || (pool !== undefined && problem.pool !== undefined && problem.pool !== pool))
      return [];
    const key = JSON.stringify([code, feed, problem.pool, event.uid, event.startMs, where, line]);
    const hash = createHash('sha256').update(key).digest('hex').slice(0, 20);
    const copy = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, copy);
    // The other warnings are about what counts as it was typed.
    const what = isLost(problem) ? 'not understood' : 'please look';
    const told = line === undefined ? shown(message, 120) : `'${shown(line, 80)}'`;
    const start = `${times.day(event.startMs)} ${times.minute(event.startMs)}`;
    return [
      {
        uid: `problem-${hash}${copy === 1 ? '' : `-${copy}`}@node-placeholder-scaler`,
        ...wholeSeconds(event),
        kind: 'problem',
        title: `${what}: ${told}${example === undefined ? '' : `; write ${shown(example, 80)}`}`,
        description: [
          `event: ${quoted(event)} of ${start} (${zone})${feed === undefined ? '' : `, calendar ${feed}`}`,
          `where: ${shown(where, 200)}`,
          ...(line === undefined ? [] : [`line: ${shown(line, 120)}`]),
          shown(message, 400),
          ...(example === undefined ? [] : [`write: ${shown(example, 200)}`]),
        ].join('\n'),
      },
    ];
  });
}

function nodes(count: number): string {
  return count === 1 ? '1 node' : `${count} nodes`;
}

/** Those that decide the count; of a sum, its parts. */
function askers(by: BookedBy[], count: number): string {
  const deciding = by.filter((one) => one.count === count);
  const titles = [...new Set((deciding.length > 0 ? deciding : by).map(quoted))];
  const last = titles.pop() ?? 'an event';
  return titles.length === 0 ? last : `${titles.join(', ')} and ${last}`;
}

function quoted({ title }: { title: string }): string {
  return `'${shown(title) || 'untitled'}'`;
}

function whole(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '');
}

function wholeSeconds({ startMs, endMs }: { startMs: number; endMs: number }) {
  const floor = (ms: number) => Math.floor(ms / SECOND) * SECOND;
  return { startMs: floor(startMs), endMs: Math.max(floor(endMs), floor(startMs)) };
}
