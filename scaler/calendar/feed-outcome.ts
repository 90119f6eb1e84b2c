// What a try makes of what was remembered of a feed; pure, time is an argument.
//
//   outcome of the try                       last good copy               counted as   next state
//   read, plausible (or first, or expired)   replaced                     ok           good
//   read, implausible, for < 10 minutes *    stays                        held         stale
//   read, implausible, for 10 minutes *      replaced                     ok           good
//   unchanged (304, or the same body)        confirmed                    unchanged    good
//   refused (no calendar, bomb, crash)       stays                        refused      stale / failed
//   error (network, HTTP, login page)        stays                        error        stale / failed
//
//   * in which it said the same; the time around a try that failed does not count
import { isDeepStrictEqual } from 'node:util';
import type { FetchError } from './feed.ts';
import { type FeedStanding, type GoodCopy, isInForce } from './feed-memory.ts';
import type { FeedResult } from './feeds.ts';
import { HOLD_MS, implausible } from './plausible.ts';
import { rereadMs } from './poll-timing.ts';

export type Outcome =
  | FetchError
  | { kind: 'unchanged'; etag?: string | undefined; lastModified?: string | undefined }
  /** Windows were made from a whole body; `lastSuccessMs` in it is set here. */
  | { kind: 'read'; copy: GoodCopy }
  | { kind: 'refused'; code: string; message: string; bodyHash: string; settingsHash: string };

export interface Failure {
  code: string;
  message: string;
  example?: string | undefined;
  /** The body was read, but is held back because it lost most of its bookings. */
  isHeldBack?: boolean | undefined;
}

export interface FeedMemory extends FeedStanding {
  tries: Record<FeedResult, number>;
  lastTryMs?: number | undefined;
  failure?: Failure | undefined;
  /** Failed tries in a row. */
  failures: number;
  passing: boolean;
  retryAtMs?: number | undefined;
  /** A copy that is held back, and since when it was said; moved on by the time for which nobody knows that it was. */
  held?: HeldCopy | undefined;
  /** A body that was refused: not read again before `untilMs` while it stays the same. */
  refused?:
    | { bodyHash: string; settingsHash: string; times: number; untilMs: number; failure: Failure }
    | undefined;
}

interface HeldCopy {
  copy: GoodCopy;
  sinceMs: number;
}

/** `good`: an earlier copy, when there is one. */
export function newMemory(good: GoodCopy | undefined, nowMs: number): FeedMemory {
  const tries = { ok: 0, unchanged: 0, error: 0, refused: 0, held: 0 };
  return { tried: false, failing: false, good, takenUpMs: nowMs, tries, failures: 0, passing: false };
}

/** The memory after one try that ended at `nowMs`; `pools`: those that the feed may book. */
export function afterTry(
  before: FeedMemory,
  outcome: Outcome,
  when: { feedMaxAgeMs: number; pools: string[]; nowMs: number },
): FeedMemory {
  const { nowMs } = when;
  const tried = {
    ...before,
    tried: true,
    lastTryMs: nowMs,
    retryAtMs: undefined,
    held: outcome.kind === 'read' ? before.held : heldOn(before, nowMs),
  };
  if (outcome.kind === 'error') {
    return failed(tried, 'error', outcome, { passing: outcome.passing, retryAtMs: outcome.retryAtMs });
  }
  if (outcome.kind === 'refused') {
    return { ...failed(tried, 'refused', outcome, {}), refused: refusedAgain(before, outcome, nowMs) };
  }
  if (outcome.kind === 'unchanged') {
    const good = before.good && {
      ...before.good,
      lastSuccessMs: nowMs,
      etag: outcome.etag ?? before.good.etag,
      lastModified: outcome.lastModified ?? before.good.lastModified,
    };
    return worked(tried, 'unchanged', good);
  }
  const doubt = doubtOf(before, outcome.copy, when);
  const sinceMs = saidSince(before, outcome.copy, nowMs);
  if (doubt !== undefined && nowMs - sinceMs < HOLD_MS) {
    const held = { copy: outcome.copy, sinceMs };
    return { ...failed(tried, 'held', { ...doubt, isHeldBack: true }, {}), failures: 0, held };
  }
  return worked(tried, 'ok', { ...outcome.copy, lastSuccessMs: nowMs });
}

/** Windows made again from the last good body (other settings, next horizon): no word on whether the feed answers. */
export function afterRemake(before: FeedMemory, outcome: Outcome, nowMs: number): FeedMemory {
  if (outcome.kind === 'read' && before.good !== undefined) {
    return { ...before, good: { ...outcome.copy, lastSuccessMs: before.good.lastSuccessMs } };
  }
  if (outcome.kind !== 'refused') return before;
  return {
    ...failed(before, 'refused', outcome, {}),
    tries: before.tries,
    failures: before.failures,
    refused: refusedAgain(before, outcome, nowMs),
  };
}

/**
 * The memory of a replica that begins to lead. What the leader before read later counts. Where that or a failing feed is
 * all there is, the last change may be missing. `before` itself when nothing is to be taken up.
 */
export function afterTakeUp(before: FeedMemory, copy: GoodCopy | undefined, nowMs: number): FeedMemory {
  const { good, failing } = before;
  if (copy !== undefined && copy.lastSuccessMs > (good?.lastSuccessMs ?? 0)) {
    const body = copy.bodyHash === good?.bodyHash ? good.body : undefined;
    return { ...before, good: { ...copy, body }, held: undefined, takenUpMs: nowMs };
  }
  return failing ? { ...before, takenUpMs: nowMs } : before;
}

/** The last good copy is over: forgotten but for when it was. */
export function afterExpiry(before: FeedMemory): FeedMemory {
  if (before.good === undefined) return before;
  const { lastSuccessMs, settingsHash, addressHash } = before.good;
  const nothing = { windows: {}, problems: [], bookings: 0, events: 0, bodyHash: '', horizonEndMs: 0 };
  return { ...before, held: undefined, good: { ...nothing, lastSuccessMs, settingsHash, addressHash } };
}

/** The copy that a 304 confirmed was dropped or replaced while it was asked for. */
export function confirmedTooLate(): Outcome {
  const message =
    'the calendar was confirmed as unchanged, but the copy that was meant is no longer kept; it is fetched again';
  return { kind: 'error', code: 'feed-expired', message, passing: true };
}

/** Of an error that nobody foresaw only the kind is told: its text may quote the address. */
export function unforeseen(error: unknown): Outcome {
  const kind = error instanceof Error ? error.name : typeof error;
  return {
    kind: 'error',
    code: 'feed-crash',
    message: `reading it failed unexpectedly (${kind})`,
    passing: true,
  };
}

function saidSince(before: FeedMemory, next: GoodCopy, nowMs: number): number {
  const { held, failure } = before;
  if (held === undefined) return nowMs;
  const { bodyHash, windows } = held.copy;
  if (bodyHash !== next.bodyHash && !isDeepStrictEqual(windows, next.windows)) return nowMs;
  // A try in between failed: who knows what the feed would have said.
  return failure?.isHeldBack ? held.sinceMs : (heldOn(before, nowMs)?.sinceMs ?? nowMs);
}

/** As if the time since the last try had not been. */
function heldOn({ held, lastTryMs }: FeedMemory, nowMs: number): HeldCopy | undefined {
  return held && { ...held, sinceMs: held.sinceMs + nowMs - (lastTryMs ?? nowMs) };
}

function doubtOf(
  before: FeedMemory,
  next: GoodCopy,
  { feedMaxAgeMs, pools, nowMs }: { feedMaxAgeMs: number; pools: string[]; nowMs: number },
): Failure | undefined {
  const { good } = before;
  if (good === undefined || good.bodyHash === next.bodyHash || !isInForce(before, feedMaxAgeMs, nowMs))
    return undefined;
  // The bookings of a pool that was renamed or taken away are not missed.
  const missed = Object.entries(good.windows).filter(([pool]) => pools.includes(pool));
  return implausible(Object.fromEntries(missed), next.windows, nowMs);
}

function refusedAgain(before: FeedMemory, outcome: Outcome & { kind: 'refused' }, nowMs: number) {
  const { bodyHash, settingsHash, code, message } = outcome;
  const last = before.refused;
  const failure = { code, message };
  const same = last !== undefined && last.bodyHash === bodyHash && last.settingsHash === settingsHash;
  if (same && nowMs < last.untilMs) return last;
  const times = same ? last.times + 1 : 1;
  return { bodyHash, settingsHash, failure, times, untilMs: rereadMs(times, nowMs) };
}

function failed(
  memory: FeedMemory,
  result: FeedResult,
  { code, message, example, isHeldBack }: Failure,
  { passing = false, retryAtMs }: { passing?: boolean; retryAtMs?: number | undefined },
): FeedMemory {
  return {
    ...memory,
    failing: true,
    failure: { code, message, example, isHeldBack },
    failures: memory.failures + 1,
    passing,
    retryAtMs,
    tries: { ...memory.tries, [result]: memory.tries[result] + 1 },
  };
}

function worked(memory: FeedMemory, result: FeedResult, good: GoodCopy | undefined): FeedMemory {
  return {
    ...memory,
    good,
    takenUpMs: undefined,
    failing: false,
    failure: undefined,
    failures: 0,
    passing: false,
    held: undefined,
    refused: undefined,
    tries: { ...memory.tries, [result]: memory.tries[result] + 1 },
  };
}
