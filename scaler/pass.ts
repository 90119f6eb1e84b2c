// One pass: look at the schedule and the cluster (both in memory, no request), decide for every pool, write what
// differs, report. It knows the world only through the doors it is handed, and remembers only what it hands back.
import type { CalendarView, FeedReport } from './calendar/feeds.ts';
import type { Clock } from './clock.ts';
import type { ClusterReport, ClusterView, PoolView, Snapshot } from './cluster/snapshot.ts';
import type { Config, PoolConfig } from './config/schema.ts';
import type { PassEnd, Trigger } from './loop.ts';
import { type Change, planChange } from './plan/changes.ts';
import { type Decision, decide } from './plan/decide.ts';
import { findHeadroom, type Headroom } from './plan/headroom.ts';
import { type History, remember } from './plan/history.ts';
import type { LastWrite } from './plan/last-write.ts';
import { afterWrite, isContested, type WriteMemory, waitBeforeWrite } from './plan/restraint.ts';
import { type PlaceholderSize, placeholderDeployment } from './placeholder/deployment.ts';
import type { Owners } from './placeholder/owners.ts';
import { measureSize, type Requests } from './placeholder/size.ts';
import type { TakeOvers } from './placeholder/take-over.ts';
import type { Writer, WriteResult } from './placeholder/writer.ts';
import type { Problem } from './problem.ts';

export interface PassDoors {
  clock: Clock;
  calendar: CalendarView;
  cluster: ClusterView;
  owners: Owners;
  takeOvers: TakeOvers;
  writer: Writer;
  /** This replica leads; asked again before every write. */
  leads(): boolean;
}

export interface PassSettings {
  config: Config;
  namespace: string;
  release: string;
  priorityClass: string;
  /** Zone in which sentences show times. */
  zone: string;
  /** Problems of the values in force. */
  problems: Problem[];
}

/** What the next pass must know of this one. */
export interface PassMemory {
  history: History;
  /** Last good measured size by pool, for `resources: auto`. */
  sizes: ReadonlyMap<string, Requests>;
  writes: ReadonlyMap<string, WriteMemory>;
  /** By pool, the last write that was accepted. */
  lastWrites: ReadonlyMap<string, LastWrite>;
}

export interface PoolReport {
  pool: string;
  decision: Decision;
  /** Replicas of the watched Deployment. */
  current?: number;
  placeholders: { ready: number; pending: number };
  headroom: Headroom;
  size: PlaceholderSize;
  /** What differed; it was written when `result` says so. */
  change?: Change;
  result?: WriteResult;
  resizeWaits?: { from: Record<string, string>; to: Record<string, string> };
  foreign?: string;
  replicaFailure?: string;
}

export interface PassReport {
  startedMs: number;
  trigger: Trigger;
  leads: boolean;
  /** Milliseconds for looking and deciding, and for everything. */
  decidedMs: number;
  durationMs: number;
  nextBoundaryMs?: number;
  pools: PoolReport[];
  feeds: FeedReport[];
  cluster: ClusterReport;
  /** All of them, of every part. */
  problems: Problem[];
}

export interface PassOutcome extends PassEnd {
  report: PassReport;
  memory: PassMemory;
}

/** A pool's part of a pass, between deciding and writing. */
interface Work {
  pool: PoolConfig;
  view: PoolView | undefined;
  decision: Decision;
  size: PlaceholderSize;
  measured?: Requests;
  problems: Problem[];
}

/** What came of writing, or of not having to. */
interface Written extends Pick<PoolReport, 'change' | 'result' | 'resizeWaits' | 'foreign'> {
  memory?: WriteMemory;
  accepted?: LastWrite;
  retryAfterMs?: number;
  problems: Problem[];
}

export async function runPass(
  doors: PassDoors,
  settings: PassSettings,
  memory: PassMemory,
  trigger: Trigger,
): Promise<PassOutcome> {
  const { clock, calendar, cluster } = doors;
  const { config } = settings;
  const nowMs = clock.now();
  const began = clock.monotonic();

  const snapshot = cluster.snapshot(nowMs);
  const history = snapshot.synced ? remember(memory.history, snapshot, config, nowMs) : memory.history;
  const world = { calendar, snapshot, history, settings, sizes: memory.sizes, nowMs };
  const works = config.pools.map((pool) => lookAndDecide(pool, world));
  const decidedMs = clock.monotonic() - began;

  const written = await Promise.all(works.map((work) => write(work, doors, settings, memory)));

  const feeds = calendar.reports();
  const nextBoundaryMs = calendar.schedule().nextBoundaryAfter(nowMs);
  const retryAfterMs = Math.min(...written.map((w) => w.retryAfterMs ?? Number.POSITIVE_INFINITY));
  const report: PassReport = {
    startedMs: nowMs,
    trigger,
    leads: doors.leads(),
    decidedMs,
    durationMs: clock.monotonic() - began,
    ...(nextBoundaryMs !== undefined && { nextBoundaryMs }),
    pools: works.map((work, i) => poolReport(work, written[i] as Written, { config, history, nowMs })),
    feeds,
    cluster: cluster.report(nowMs),
    problems: [
      ...settings.problems,
      ...feeds.flatMap((feed) => feed.problems),
      ...snapshot.problems,
      ...works.flatMap((work) => [...work.decision.problems, ...work.problems]),
      ...written.flatMap((w) => w.problems),
    ],
  };
  return {
    report,
    memory: rememberWrites(memory, { history, works, written }),
    ...(nextBoundaryMs !== undefined && { nextBoundaryMs }),
    ...(Number.isFinite(retryAfterMs) && { retryAfterMs }),
  };
}

function lookAndDecide(
  pool: PoolConfig,
  world: {
    calendar: CalendarView;
    snapshot: Snapshot;
    history: History;
    settings: PassSettings;
    sizes: PassMemory['sizes'];
    nowMs: number;
  },
): Work {
  const { calendar, snapshot, history, settings, nowMs } = world;
  const view = snapshot.pools.get(pool.name);
  const decision = decide({
    pool,
    rules: settings.config,
    zone: settings.zone,
    nowMs,
    calendar: calendar.poolCalendar(pool.name, nowMs),
    booked: calendar.schedule().bookedAt(pool.name, nowMs, pool.baseline),
    cluster: snapshot,
    view,
    history,
  });
  if (pool.resources !== 'auto') return { pool, view, decision, size: pool.resources, problems: [] };
  const kept = world.sizes.get(pool.name);
  const measured = measureSize({ pool: pool.name, nodes: view?.nodes ?? [], kept, nowMs });
  return {
    pool,
    view,
    decision,
    size: { requests: measured.requests },
    ...(measured.from === 'measured' && { measured: measured.requests }),
    problems: measured.problem === undefined ? [] : [measured.problem],
  };
}

async function write(
  { pool, view, decision, size }: Work,
  doors: PassDoors,
  settings: PassSettings,
  memory: PassMemory,
): Promise<Written> {
  if (decision.count === undefined) return { problems: [] };
  const { owner, problem } = await doors.owners.find(pool.name);
  if (owner === undefined) return { problems: [problem], retryAfterMs: OWNER_RETRY_MS };
  const wanted = placeholderDeployment({
    pool,
    namespace: settings.namespace,
    release: settings.release,
    replicas: decision.count,
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
    bookingActive: decision.booked !== undefined,
    nowMs: doors.clock.now(),
  });
  const change = doors.takeOvers.next(pool.name, wanted, watched) ?? planned.change;
  const seen = { resizeWaits: planned.resizeWaits, foreign: planned.foreign, change };
  const before = memory.writes.get(pool.name);
  const problems = [...planned.problems];
  if (isContested(before) && change !== undefined) problems.push(contested(pool.name, change));
  if (change === undefined || !doors.leads()) return { ...seen, problems };

  const what = JSON.stringify([change.kind, change.manifest]);
  const wait = waitBeforeWrite(before, what, doors.clock.now());
  if (wait > 0) return { ...seen, problems, retryAfterMs: wait };
  const result = await doors.writer.write(change);
  const retryAfterMs = result.ok ? undefined : result.retryAfterMs;
  const after = afterWrite(before, { what, atMs: doors.clock.now(), ok: result.ok, retryAfterMs });
  if (result.ok) return { ...seen, result, memory: after, accepted: lastWriteOf(change, result, after.atMs), problems };
  return {
    ...seen,
    result,
    memory: after,
    problems: [...problems, refused(pool.name, result)],
    retryAfterMs: waitBeforeWrite(after, what, doors.clock.now()),
  };
}

/** A dry run writes nothing, so there is nothing to compare the next view with. */
function lastWriteOf(change: Change, result: Extract<WriteResult, { ok: true }>, atMs: number): LastWrite | undefined {
  const { returned, uid, generation } = result;
  // A take-over applies the count that was there, whatever the decision wants next.
  const replicas = change.kind === 'take-over' ? Number(returned?.replicas) : change.to;
  return returned && { sent: { ...change.manifest.spec, replicas }, returned, uid, generation, atMs };
}

const OWNER_RETRY_MS = 10_000;

function refused(pool: string, result: Extract<WriteResult, { ok: false }>): Problem {
  return {
    code: 'write-failed',
    source: 'write',
    severity: 'error',
    pool,
    where: `Deployment of pool ${pool}`,
    message: `expected the API server to take the change, got ${result.message}`,
  };
}

function contested(pool: string, change: Change): Problem {
  return {
    code: 'write-contested',
    source: 'write',
    severity: 'warning',
    pool,
    where: `Deployment ${change.manifest.metadata.name}`,
    message:
      'expected what was written to stay, but something else in the cluster (a webhook, a controller, a person) keeps ' +
      'changing it back; it is written less and less often',
    example: `kubectl get deployment ${change.manifest.metadata.name} --show-managed-fields -o yaml`,
  };
}

function rememberWrites(
  memory: PassMemory,
  { history, works, written }: { history: History; works: Work[]; written: Written[] },
): PassMemory {
  const sizes = new Map(memory.sizes);
  const writes = new Map(memory.writes);
  const lastWrites = new Map(memory.lastWrites);
  for (const [i, { pool, measured }] of works.entries()) {
    if (measured !== undefined) sizes.set(pool.name, measured);
    const { memory: wrote, accepted } = written[i] as Written;
    if (wrote !== undefined) writes.set(pool.name, wrote);
    if (accepted !== undefined) lastWrites.set(pool.name, accepted);
  }
  return { history, sizes, writes, lastWrites };
}

function poolReport(
  { pool, view, decision, size }: Work,
  { change, result, resizeWaits, foreign }: Written,
  { config, history, nowMs }: { config: Config; history: History; nowMs: number },
): PoolReport {
  return {
    pool: pool.name,
    decision,
    current: view?.deployment?.replicas,
    placeholders: view?.placeholders ?? { ready: 0, pending: 0 },
    headroom: decision.headroom ?? findHeadroom([], { rules: config, history, nowMs }),
    size,
    change,
    result,
    resizeWaits,
    foreign,
    replicaFailure: view?.deployment?.replicaFailure,
  };
}
