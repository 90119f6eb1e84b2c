// One pass: look at the schedule and the cluster (both in memory, no request), decide for every pool, write what
// differs, report. It knows the world only through the doors it is handed, and remembers only what it hands back.
import type { CalendarView, FeedReport } from './calendar/feeds.ts';
import type { Clock } from './clock.ts';
import type { ClusterReport, ClusterView } from './cluster/snapshot.ts';
import type { Config } from './config/schema.ts';
import type { PassEnd, Trigger } from './loop.ts';
import type { Owners } from './placeholder/owners.ts';
import type { Requests } from './placeholder/size.ts';
import type { TakeOvers } from './placeholder/take-over.ts';
import { unmade } from './placeholder/write-problems.ts';
import type { Writer } from './placeholder/writer.ts';
import { type History, remember } from './plan/history.ts';
import { sizeKey } from './plan/kept-sizes.ts';
import type { LastWrite } from './plan/last-write.ts';
import type { WriteMemory } from './plan/restraint.ts';
import {
  lookAndDecide,
  type PoolReport,
  type PoolWork,
  type PoolWritten,
  poolReport,
  writePool,
} from './pool-pass.ts';
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
  /** Last good measured size by pool and what chooses its nodes (kept-sizes.ts), for `resources: auto`. */
  sizes: ReadonlyMap<string, Requests>;
  writes: ReadonlyMap<string, WriteMemory>;
  /** By pool, the last write that was accepted. */
  lastWrites: ReadonlyMap<string, LastWrite>;
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
  const history = remember(memory.history, snapshot, config, nowMs);
  const world = { calendar, snapshot, history, settings, memory, nowMs, monotonicMs: began };
  const works = config.pools.map((pool) => lookAndDecide(pool, world));
  const decidedMs = clock.monotonic() - began;

  const written = await Promise.all(
    works.map((work) => writePool(work, doors, settings, memory).catch(leftAlone(work))),
  );

  const feeds = calendar.reports();
  const nextBoundaryMs = earliest([
    calendar.schedule().nextBoundaryAfter(nowMs),
    ...works.map((work) => work.decision.manualUntilMs),
  ]);
  const retryAfterMs = earliest(written.map((each) => each.retryAfterMs));
  const report: PassReport = {
    startedMs: nowMs,
    trigger,
    leads: doors.leads(),
    decidedMs,
    durationMs: clock.monotonic() - began,
    ...(nextBoundaryMs !== undefined && { nextBoundaryMs }),
    pools: works.map((work, i) => poolReport(work, written[i] as PoolWritten)),
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
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** One pool whose placeholders cannot be made costs the others nothing. */
function leftAlone({ pool }: PoolWork): (error: unknown) => PoolWritten {
  return (error) => ({ problems: [unmade(pool.name, error)] });
}

function earliest(times: (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function rememberWrites(
  memory: PassMemory,
  { history, works, written }: { history: History; works: PoolWork[]; written: PoolWritten[] },
): PassMemory {
  const served = new Set(works.map(({ pool }) => pool.name));
  const ofServed = <T>(map: ReadonlyMap<string, T>) => new Map([...map].filter(([pool]) => served.has(pool)));
  const places = new Set(works.map(({ pool }) => sizeKey(pool)));
  const sizes = new Map([...memory.sizes].filter(([place]) => places.has(place)));
  const writes = ofServed(memory.writes);
  const lastWrites = ofServed(memory.lastWrites);
  for (const [i, { pool, measured }] of works.entries()) {
    if (measured !== undefined) sizes.set(sizeKey(pool), measured);
    const { memory: wrote, accepted } = written[i] as PoolWritten;
    if (wrote !== undefined) writes.set(pool.name, wrote);
    if (accepted !== undefined) lastWrites.set(pool.name, accepted);
  }
  return { history, sizes, writes, lastWrites };
}
