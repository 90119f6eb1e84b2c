// The JSON of /api/v1/status and /api/v1/plan, made from the last report and the schedule. Times are ISO 8601 in UTC;
// what people read in a local zone says so in `zone`. Nothing here fetches or decides.
import { HORIZON_LEFT_MS, LOOK_BACK_MS } from '../calendar/feed-memory.ts';
import { planRows } from '../calendar/plan-table.ts';
import type { Schedule } from '../calendar/schedule.ts';
import type { StretchPool } from '../calendar/stretches.ts';
import type { PassReport } from '../pass.ts';
import type { PoolReport } from '../pool-pass.ts';
import type { Problem } from '../problem.ts';

export interface StatusSource {
  version: string;
  now(): number;
  leads(): boolean;
  dryRun: boolean;
  /** The last pass; undefined before the first. */
  report(): PassReport | undefined;
  schedule(): Schedule;
  /** Pools of the values in force. */
  pools(): StretchPool[];
  /** Zone in which people read times. */
  zone(): string;
}

export interface JsonAnswer {
  code: number;
  body: object;
}

const DEFAULT_PLAN_MS = 7 * 86_400_000;

export function statusAnswer(source: StatusSource): JsonAnswer {
  const report = source.report();
  const head = {
    version: source.version,
    now: iso(source.now()),
    leads: source.leads(),
    dryRun: source.dryRun,
    zone: source.zone(),
  };
  if (report === undefined)
    return { code: 503, body: { ...head, error: 'no pass has ended yet; try again in a second' } };
  return {
    code: 200,
    body: {
      ...head,
      lastPass: {
        at: iso(report.startedMs),
        cause: report.trigger.cause,
        durationMs: report.durationMs,
        nextBoundary: iso(report.nextBoundaryMs),
      },
      pools: report.pools.map(poolJson),
      feeds: report.feeds.map(({ problems, lastTryMs, lastSuccessMs, ...feed }) => ({
        ...feed,
        lastTry: iso(lastTryMs),
        lastSuccess: iso(lastSuccessMs),
        problems: problems.length,
      })),
      cluster: report.cluster,
      problems: report.problems.map(problemJson),
    },
  };
}

function poolJson(pool: PoolReport): object {
  const { decision, change, result } = pool;
  return {
    pool: pool.pool,
    count: decision.count,
    reason: decision.reason,
    sentence: decision.sentence,
    current: pool.current,
    baseline: decision.baseline,
    booked: decision.booked && {
      count: decision.booked.count,
      until: iso(decision.booked.untilMs),
      by: decision.booked.by.map(({ title, count, feed, startMs, endMs }) => ({
        title,
        count,
        feed,
        start: iso(startMs),
        end: iso(endMs),
      })),
    },
    free: decision.free,
    cutFrom: decision.cutFrom,
    manualUntil: iso(decision.manualUntilMs),
    placeholders: pool.placeholders,
    nodes: pool.headroom.states,
    freeShare: pool.headroom.freeShare,
    size: pool.size,
    resizeWaits: pool.resizeWaits,
    foreign: pool.foreign,
    replicaFailure: pool.replicaFailure,
    lastWrite: change && {
      kind: change.kind,
      why: change.kind === 'apply' ? change.why : ['take-over'],
      from: change.from,
      to: change.to,
      ok: result?.ok,
      message: result !== undefined && !result.ok ? result.message : undefined,
    },
  };
}

function problemJson(problem: Problem): object {
  const { event, ...rest } = problem;
  return {
    ...rest,
    event: event && { uid: event.uid, title: event.title, start: iso(event.startMs), end: iso(event.endMs) },
  };
}

export function planAnswer(source: StatusSource, query: { from?: string; to?: string }): JsonAnswer {
  const from = instant(query.from, source.now());
  const to = instant(query.to, (from ?? 0) + DEFAULT_PLAN_MS);
  for (const [name, value, typed] of [
    ['from', from, query.from],
    ['to', to, query.to],
  ] as const) {
    if (value === undefined) {
      const error = `${name}: expected an ISO 8601 time such as 2026-11-23T09:00:00Z, got ${JSON.stringify(typed?.slice(0, 40))}`;
      return { code: 400, body: { error } };
    }
  }
  const [fromMs, toMs] = [from as number, to as number];
  const [knownFromMs, knownToMs] = [source.now() - LOOK_BACK_MS, source.now() + HORIZON_LEFT_MS];
  if (toMs <= fromMs || fromMs < knownFromMs || toMs > knownToMs) {
    const known = `${iso(knownFromMs)} to ${iso(knownToMs)}`;
    const error = `from, to: expected a stretch of what is known here, ${known}; the plan command reads any other from the calendar`;
    return { code: 400, body: { error } };
  }
  return {
    code: 200,
    body: {
      from: iso(fromMs),
      to: iso(toMs),
      zone: source.zone(),
      windows: planRows(source.schedule(), { pools: source.pools(), fromMs, toMs, zone: source.zone() }),
      problems: (source.report()?.problems ?? []).filter((p) => p.feed !== undefined).map(problemJson),
    },
  };
}

function instant(text: string | undefined, fallback: number): number | undefined {
  if (text === undefined) return fallback;
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

function iso(ms: number | undefined): string | undefined {
  return ms === undefined || !Number.isFinite(ms) ? undefined : new Date(ms).toISOString();
}
