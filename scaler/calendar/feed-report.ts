// How a feed stands, for people: the report of one feed, its failure as a problem, and the line in the log when it
// changes. Of the address only the host is in any of it.
import type { FeedConfig } from '../config/schema.ts';
import type { Problem } from '../problem.ts';
import { feedHost } from './address.ts';
import type { FeedKeeper } from './feed-keeper.ts';
import { endOfForce, feedState, type GoodCopy, isInForce } from './feed-memory.ts';
import type { FeedMemory } from './feed-outcome.ts';
import type { FeedReport, FeedState } from './feeds.ts';

/** The calls of a pino logger that are used here. */
export interface FeedLog {
  info(fields: object, sentence: string): void;
  warn(fields: object, sentence: string): void;
}

export function feedReport(
  feed: FeedConfig,
  memory: FeedMemory,
  feedMaxAgeMs: number,
  nowMs: number,
): FeedReport {
  const { good, failure, lastTryMs } = memory;
  const state = feedState(memory, feedMaxAgeMs, nowMs);
  const inForce = isInForce(memory, feedMaxAgeMs, nowMs) ? good : undefined;
  const host = feedHost(feed.url);
  const failed = failure === undefined ? [] : [failureProblem(feed.name, host, memory, state, feedMaxAgeMs)];
  return {
    name: feed.name,
    host,
    state,
    ...(lastTryMs === undefined ? {} : { lastTryMs }),
    ...(good === undefined ? {} : { lastSuccessMs: good.lastSuccessMs }),
    ...(failure === undefined ? {} : { lastError: failure.message }),
    tries: memory.tries,
    events: inForce?.events ?? 0,
    bookings: inForce?.bookings ?? 0,
    problems: [...failed, ...(inForce?.problems ?? [])],
  };
}

/** Asked after every try: is the feed another than when last asked, in its windows or to a person? Logs what changed. */
export function changeWatcher(
  reportOf: (keeper: FeedKeeper) => FeedReport,
  log: FeedLog | undefined,
): (keeper: FeedKeeper) => boolean {
  const seen = new WeakMap<FeedKeeper, { report: FeedReport; good: GoodCopy | undefined }>();
  return (keeper) => {
    const before = seen.get(keeper);
    const { good, failure } = keeper.memory;
    const report = reportOf(keeper);
    seen.set(keeper, { report, good });
    if (before === undefined) return false;
    const isNewText = before.good?.bodyHash !== good?.bodyHash;
    const isHeldBack = failure?.isHeldBack === true;
    if (log !== undefined) logChange(log, before.report, report, { isNewText, isHeldBack });
    return before.good?.windows !== good?.windows || !isSameToPeople(before.report, report);
  };
}

/** Whether a person would see a difference (times and counters aside). */
function isSameToPeople(a: FeedReport, b: FeedReport): boolean {
  return (
    a.state === b.state &&
    a.lastError === b.lastError &&
    a.host === b.host &&
    a.problems.length === b.problems.length &&
    a.problems.every(
      (problem, at) => problem === b.problems[at] || problem.message === b.problems[at]?.message,
    )
  );
}

/** One line when a feed's state or error changed, or when it says something else than before. */
function logChange(
  log: FeedLog,
  before: FeedReport,
  after: FeedReport,
  { isNewText, isHeldBack }: { isNewText: boolean; isHeldBack: boolean },
): void {
  const { name, host, state, lastError, events, bookings } = after;
  const fields = { feed: name, host, state };
  if (before.state === state && before.lastError === lastError) {
    if (isNewText) log.info({ ...fields, events, bookings }, 'feed changed');
  } else if (lastError !== undefined) {
    log.warn({ ...fields, error: lastError }, isHeldBack ? HELD_BACK : SENTENCES[state]);
  } else {
    const sentence = before.state === 'unread' ? 'feed read' : 'feed works again';
    log.info({ ...fields, events, bookings }, sentence);
  }
}

const HELD_BACK = 'feed lost most of its bookings, the earlier ones stay in force for now';

const SENTENCES: Record<FeedState, string> = {
  unread: 'feed was not read yet',
  good: 'feed read',
  failed: 'feed cannot be read, and nothing is remembered of it',
  stale: 'feed cannot be read, the last good schedule stays in force',
  expired: 'feed cannot be read, and its last good schedule is over: pools are at their baseline',
};

function failureProblem(
  feed: string,
  host: string,
  memory: FeedMemory,
  state: FeedState,
  feedMaxAgeMs: number,
): Problem {
  const { good, failure } = memory;
  const consequence =
    state === 'stale' && good !== undefined
      ? `the last good schedule, read ${shown(good.lastSuccessMs)}, stays in force until ${shown(endOfForce(good, feedMaxAgeMs))}`
      : CONSEQUENCES[state];
  const cause = failure?.message ?? 'it cannot be read';
  return {
    code: failure?.code ?? 'feed-unreachable',
    source: 'feed',
    severity: state === 'stale' ? 'warning' : 'error',
    where: `feed '${feed}' (${host})`,
    message: failure?.isHeldBack ? cause : `${cause}; ${consequence}`,
    ...(failure?.example === undefined ? {} : { example: failure.example }),
    feed,
  };
}

const CONSEQUENCES: Record<FeedState, string> = {
  unread: 'it was not read yet',
  good: 'it was read',
  stale: 'the last good schedule stays in force',
  failed:
    'nothing is known of its bookings, so its pools are not lowered: they keep what they have until it can be read; repair its address, or remove the calendar from the values',
  expired: 'its last good schedule is too old, so its pools are at their baseline',
};

function shown(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16)}Z`;
}
