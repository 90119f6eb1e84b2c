// One pool's part of a pass: look at its nodes and bookings and decide; then write what differs, if this replica leads
// and the write is not held back; then report. Deciding makes no request; only writing waits for anything.
import { type EventStarts, eventStarts } from './calendar/event-starts.ts';
import type { CalendarView } from './calendar/feeds.ts';
import type { PoolView, Snapshot } from './cluster/snapshot.ts';
import type { PoolConfig } from './config/schema.ts';
import type { PassDoors, PassMemory, PassSettings } from './pass.ts';
import { type PlaceholderSize, placeholderDeployment } from './placeholder/deployment.ts';
import { fitsNowhere } from './placeholder/fit.ts';
import { measureSize, type Requests } from './placeholder/size.ts';
import { contested, refused } from './placeholder/write-problems.ts';
import type { WriteResult } from './placeholder/writer.ts';
import { type Change, planChange } from './plan/changes.ts';
import { type Decision, decide } from './plan/decide.ts';
import { type Headroom, noHeadroom } from './plan/headroom.ts';
import type { History } from './plan/history.ts';
import { keptSize } from './plan/kept-sizes.ts';
import { type LastWrite, lastWriteOf, VIEW_LAG_MS, writtenReplicas } from './plan/last-write.ts';
import { afterWrite, isContested, type WriteMemory, waitBeforeWrite } from './plan/restraint.ts';
import type { Problem } from './problem.ts';

export interface PoolReport {
  pool: string;
  decision: Decision;
  /** Replicas of the watched Deployment. */
  current?: number;
  /** The watched Deployment. */
  deployment?: { uid: string };
  /** Whether what is booked is known; absent: it is. */
  calendar?: ReturnType<CalendarView['poolCalendar']>;
  placeholders: { ready: number; pending: number };
  headroom: Headroom;
  /** When an event began and when the next begins; absent while nothing is known of any. */
  eventStarts?: EventStarts;
  size: PlaceholderSize;
  /** The placeholder is larger than every node that the pool has. */
  fitsNowhere?: boolean;
  /** What differed; it was written when `result` says so. */
  change?: Change;
  result?: WriteResult;
  resizeWaits?: { from: Record<string, string>; to: Record<string, string> };
  foreign?: string;
  replicaFailure?: string;
}

/** A pool's part of a pass, between deciding and writing. */
export interface PoolWork {
  pool: PoolConfig;
  /** The view is whole and fresh: what is missing in it is really missing. */
  isFresh: boolean;
  view: PoolView | undefined;
  calendar: ReturnType<CalendarView['poolCalendar']>;
  decision: Decision;
  eventStarts: EventStarts;
  size: PlaceholderSize;
  measured?: Requests;
  fitsNowhere: boolean;
  problems: Problem[];
}

/** What came of writing, or of not having to. */
export interface PoolWritten extends Pick<PoolReport, 'change' | 'result' | 'resizeWaits' | 'foreign'> {
  memory?: WriteMemory;
  accepted?: LastWrite;
  retryAfterMs?: number;
  problems: Problem[];
}

/** Until an owner that is missing is looked for again. */
const OWNER_RETRY_MS = 10_000;

export function lookAndDecide(
  pool: PoolConfig,
  world: {
    calendar: CalendarView;
    snapshot: Snapshot;
    history: History;
    settings: PassSettings;
    memory: PassMemory;
    nowMs: number;
    monotonicMs: number;
  },
): PoolWork {
  const { calendar, snapshot, history, settings, nowMs, monotonicMs } = world;
  const view = snapshot.pools.get(pool.name);
  const isFresh = snapshot.synced && snapshot.stale === undefined;
  const lastWrite = world.memory.lastWrites.get(pool.name);
  const known = calendar.poolCalendar(pool.name, nowMs);
  const decision = decide({
    pool,
    rules: settings.config,
    zone: settings.zone,
    nowMs,
    calendar: known,
    booked: calendar.schedule().bookedAt(pool.name, nowMs, pool.baseline),
    cluster: snapshot,
    view,
    writtenReplicas: writtenReplicas(view?.deployment, lastWrite, { isFresh, monotonicMs }),
    history,
  });
  const sized = sizeOf(pool, view, world);
  const unfit = fitsNowhere(pool.name, sized.size, view?.nodes ?? []);
  return {
    pool,
    view,
    calendar: known,
    decision,
    isFresh,
    eventStarts: eventStarts(calendar.schedule(), pool, nowMs),
    ...sized,
    fitsNowhere: unfit !== undefined,
    problems: unfit === undefined ? sized.problems : [...sized.problems, unfit],
  };
}

function sizeOf(
  pool: PoolConfig,
  view: PoolView | undefined,
  { memory, nowMs }: { memory: PassMemory; nowMs: number },
): Pick<PoolWork, 'size' | 'measured' | 'problems'> {
  if (pool.resources !== 'auto') return { size: pool.resources, problems: [] };
  const kept = keptSize(pool, view?.deployment, memory.sizes);
  const measured = measureSize({ pool: pool.name, nodes: view?.nodes ?? [], kept, nowMs });
  return {
    size: { requests: measured.requests },
    ...(measured.from === 'measured' && { measured: measured.requests }),
    problems: measured.problem === undefined ? [] : [measured.problem],
  };
}

export async function writePool(
  { pool, isFresh, view, calendar, decision, size }: PoolWork,
  doors: PassDoors,
  settings: PassSettings,
  memory: PassMemory,
): Promise<PoolWritten> {
  const { owner, problem } = await doors.owners.find(pool.name);
  if (owner === undefined) return { problems: [problem], retryAfterMs: OWNER_RETRY_MS };
  const wanted = placeholderDeployment({
    pool,
    namespace: settings.namespace,
    release: settings.release,
    replicas: decision.count ?? 0,
    size,
    image: settings.config.placeholderImage,
    priorityClass: settings.priorityClass,
    owner,
  });
  const watched = view?.deployment;
  const lastWrite = memory.lastWrites.get(pool.name);
  const planned = planChange({
    decision,
    watched,
    wanted,
    lastWrite,
    // What is not known may be booked.
    bookingActive: decision.booked !== undefined || calendar !== 'read',
    isFresh,
    monotonicMs: doors.clock.monotonic(),
  });
  const change = (isFresh ? doors.takeOvers.next(pool.name, wanted, watched) : undefined) ?? planned.change;
  const seen = { resizeWaits: planned.resizeWaits, foreign: planned.foreign, change };
  const before = memory.writes.get(pool.name);
  const problems = [...planned.problems];
  if (isContested(before) && change !== undefined) problems.push(contested(pool.name, change));
  if (change === undefined || !doors.leads())
    return { ...seen, problems, ...lookAgainSoon(lastWrite, doors) };

  const what = JSON.stringify([change.kind, change.manifest]);
  const wait = waitBeforeWrite(before, what, doors.clock.monotonic());
  if (wait > 0) return { ...seen, problems, retryAfterMs: wait };
  const result = await doors.writer.write(change);
  const retryAfterMs = result.ok ? undefined : result.retryAfterMs;
  const after = afterWrite(before, { what, atMs: doors.clock.monotonic(), ok: result.ok, retryAfterMs });
  if (result.ok)
    return { ...seen, result, memory: after, accepted: lastWriteOf(change, result, after.atMs), problems };
  return {
    ...seen,
    result,
    memory: after,
    problems: [...problems, refused(pool.name, result)],
    retryAfterMs: waitBeforeWrite(after, what, doors.clock.monotonic()),
  };
}

/** Right after a write the view may not show it yet, nor what someone did to it meanwhile. */
function lookAgainSoon(last: LastWrite | undefined, { clock }: PassDoors): Pick<PoolWritten, 'retryAfterMs'> {
  const isRecent = last !== undefined && clock.monotonic() - last.atMs < VIEW_LAG_MS;
  return isRecent ? { retryAfterMs: VIEW_LAG_MS } : {};
}

export function poolReport(
  { pool, view, calendar, decision, eventStarts, size, fitsNowhere }: PoolWork,
  { change, result, resizeWaits, foreign }: PoolWritten,
): PoolReport {
  return {
    pool: pool.name,
    decision,
    current: view?.deployment?.replicas,
    ...(view?.deployment && { deployment: { uid: view.deployment.uid } }),
    calendar,
    placeholders: view?.placeholders ?? { ready: 0, pending: 0 },
    headroom: decision.headroom ?? noHeadroom(),
    eventStarts,
    size,
    fitsNowhere,
    change,
    result,
    resizeWaits,
    foreign,
    replicaFailure: view?.deployment?.replicaFailure,
  };
}
