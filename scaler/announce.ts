// What the Events say of a pass: what happened to each pool since the pass before, as one Event per pool at most, and none
// when nothing happened. Like the log's narration it only compares reports; what the first report of a pool shows was so
// before, and is news to nobody: a restart repeats nothing but what it writes itself.
import type { PassReport } from './pass.ts';
import { EVENT_REASONS, meaningOf } from './placeholder/event-reasons.ts';
import { type Happening, happeningOfWrite } from './placeholder/event-words.ts';
import type { PlaceholderEvent } from './placeholder/events.ts';
import { deploymentName } from './placeholder/names.ts';
import { titleWords } from './plan/sentence.ts';
import type { PoolReport } from './pool-pass.ts';
import type { Problem } from './problem.ts';

/** What was seen so far, by pool; handed in and handed back. */
export type Announced = ReadonlyMap<string, SeenPool>;

interface SeenPool {
  isHeld: boolean;
  /** What a person set by hand. */
  manual?: string;
  /** Absent while the calendar is not known. */
  booking?: SeenBooking;
  problems: ReadonlyMap<string, Happening>;
}

interface SeenBooking {
  /** Empty: nothing is booked. */
  topic: string;
  /** `booking of 'Data 8 midterm'`. */
  name: string;
}

export const NOTHING_ANNOUNCED: Announced = new Map();

export function announce(
  report: PassReport,
  before: Announced,
): { announced: Announced; events: PlaceholderEvent[] } {
  const announced = new Map<string, SeenPool>();
  const events: PlaceholderEvent[] = [];
  for (const pool of report.pools) {
    const then = before.get(pool.pool);
    const now = lookAt(pool, report.problems) ?? then;
    if (now !== undefined) announced.set(pool.pool, now);
    const happened = now === undefined || then === undefined ? [] : sinceThen(now, then);
    if (pool.change !== undefined && pool.result !== undefined)
      happened.push(happeningOfWrite(pool.change, pool.result, pool.size));
    const event = eventOf(pool, happened);
    if (event !== undefined) events.push(event);
  }
  return { announced, events };
}

/** Undefined while the cluster has not been read: what is set by hand, or wrong, is not known then. */
function lookAt({ pool, decision, calendar = 'read' }: PoolReport, all: Problem[]): SeenPool | undefined {
  const { reason, count, cutFrom, manualUntilMs } = decision;
  if (decision.headroom === undefined) return undefined;
  const problems = new Map<string, Happening>();
  for (const problem of all) {
    const happening = problem.pool === pool ? happeningOfProblem(problem) : undefined;
    if (happening !== undefined) problems.set(JSON.stringify([problem.code, happening.topic]), happening);
  }
  return {
    isHeld: reason === 'held',
    ...(reason === 'manual' && { manual: JSON.stringify([cutFrom ?? count, manualUntilMs]) }),
    ...(calendar === 'read' && { booking: bookingOf(decision) }),
    problems,
  };
}

function bookingOf({ booked }: PoolReport['decision']): SeenBooking {
  if (booked === undefined) return { topic: '', name: '' };
  const [first] = booked.by;
  const titles = booked.by.map(titleWords).join(', ');
  return {
    topic: JSON.stringify([booked.count, first?.title, first?.feed]),
    name: `${booked.by.length > 1 ? 'bookings' : 'booking'}${titles === '' ? '' : ` of ${titles}`}`,
  };
}

/** Problems of a pool that its Deployment shall show; undefined for the others. */
function happeningOfProblem({ code, message, example }: Problem): Happening | undefined {
  switch (code) {
    case 'foreign-deployment':
      return { reason: 'NotOurs', words: `not ours: ${message}`, isComplete: true };
    case 'replica-failure':
      return { reason: 'NoPods', words: 'the pods cannot be made' };
    case 'fits-nowhere':
      return { reason: 'FitsNowhere', words: message, isComplete: true };
    case 'over-max-replicas':
      return { reason: 'Cut', words: 'cut by maxReplicas' };
    case 'unreadable-override':
      // Who tries again wants to hear about that too.
      return {
        reason: 'ManualUnreadable',
        words: `annotation not understood: ${message}; write for example ${example}`,
        topic: message,
        isComplete: true,
      };
    default:
      return undefined;
  }
}

function sinceThen(now: SeenPool, then: SeenPool): Happening[] {
  const happened: Happening[] = [];
  if (now.isHeld && !then.isHeld) happened.push({ reason: 'Held', words: 'held' });
  if (!now.isHeld && then.isHeld) happened.push({ reason: 'HoldEnded', words: 'not held any more' });

  if (now.manual !== undefined && now.manual !== then.manual)
    happened.push({ reason: 'ManualSet', words: 'set by hand', topic: now.manual });
  if (now.manual === undefined && then.manual !== undefined)
    happened.push({ reason: 'ManualEnded', words: 'no longer set by hand' });

  for (const [key, happening] of now.problems) if (!then.problems.has(key)) happened.push(happening);
  const isOver = ({ reason }: Happening) =>
    ![...now.problems.values()].some((each) => each.reason === reason);
  for (const happening of then.problems.values()) {
    if (happening.reason === 'NoPods' && isOver(happening))
      happened.push({ reason: 'PodsMade', words: 'the pods are made again' });
  }

  if (now.booking !== undefined && then.booking !== undefined && now.booking.topic !== then.booking.topic)
    happened.push(bookingHappened(now.booking, then.booking));
  return happened;
}

function bookingHappened(now: SeenBooking, then: SeenBooking): Happening {
  if (then.topic === '') return { reason: 'BookingStarted', words: 'booking started', topic: now.topic };
  if (now.topic === '') return { reason: 'BookingEnded', words: `${then.name} ended`, topic: then.topic };
  return { reason: 'BookingChanged', words: 'booking changed', topic: now.topic };
}

/** Nothing without a Deployment to describe: the API server keeps it, but nobody would find it. */
function eventOf(
  { pool, decision, deployment, change, result }: PoolReport,
  happened: Happening[],
): PlaceholderEvent | undefined {
  const inOrder = happened.toSorted(
    (a, b) => EVENT_REASONS.indexOf(a.reason) - EVENT_REASONS.indexOf(b.reason),
  );
  const [first] = inOrder;
  const uid = (result?.ok ? result.uid : undefined) ?? deployment?.uid;
  if (first === undefined || (uid === undefined && result === undefined)) return undefined;
  const words = inOrder.map((each) => each.words).join('; ');
  const { action } = meaningOf(first.reason);
  return {
    pool,
    deployment: { name: deploymentName(pool), uid },
    type: inOrder.some(({ reason }) => meaningOf(reason).type === 'Warning') ? 'Warning' : 'Normal',
    reason: first.reason,
    action: change?.kind === 'take-over' && result !== undefined ? 'TakeOver' : action,
    note: inOrder.every(({ isComplete }) => isComplete) ? words : `${words}: ${decision.sentence}`,
    topic: JSON.stringify([
      uid,
      // Whatever was decided meanwhile, an edit that is put back again is the same story.
      first.reason === 'PutBack' ? '' : decision.reason,
      ...inOrder.map(({ reason, topic, words: said }) => [reason, topic ?? said]),
    ]),
  };
}
