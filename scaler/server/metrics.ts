// Every metric of the scaler, in one place. A pass hands in its report; nothing here is known to the deciding code.
// Labels come from short fixed lists or from the values (pool, feed, state, reason, result, resource), never from
// nodes or event titles. Series known from the values start at 0; those of a pool that is gone go with it.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { FEED_RESULTS, FEED_STATES } from '../calendar/feeds.ts';
import type { ClusterReport } from '../cluster/snapshot.ts';
import { CAUSES } from '../loop.ts';
import type { PassReport } from '../pass.ts';
import { REASONS } from '../plan/decide.ts';
import { NODE_STATES } from '../plan/headroom.ts';
import type { PoolReport } from '../pool-pass.ts';
import { PROBLEM_SOURCES } from '../problem.ts';
import { definer, forget } from './metric-series.ts';

export const WRITE_RESULTS = ['ok', 'error'] as const;

export interface Metrics {
  registry: Registry;
  observe(report: PassReport): void;
  /** A problem that was not there in the pass before. */
  countProblem(source: (typeof PROBLEM_SOURCES)[number]): void;
  text(): Promise<{ contentType: string; text: string }>;
}

export interface MetricsOptions {
  version: string;
  /** Read when Prometheus asks, so that ages and watch counters are of that moment. */
  cluster(): ClusterReport;
  leads(): boolean;
}

export function makeMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = definer(Gauge, registers);
  const counter = definer(Counter, registers);

  const perPool = {
    desired: gauge('desired_replicas', 'Placeholders the last decision wants', ['pool']),
    placeholders: gauge('placeholders', 'Placeholder pods by state (ready, pending)', ['pool', 'state']),
    booked: gauge('booked_replicas', 'What the calendar books now; 0 when nothing is booked', ['pool']),
    bookingActive: gauge('booking_active', '1 while a booking is active, also one of 0', ['pool']),
    baseline: gauge('baseline_replicas', 'Spares kept when nothing is booked', ['pool']),
    nodes: gauge('nodes', 'Nodes by what they count as for the pool', ['pool', 'state']),
    freeShare: gauge('free_share', 'Free share of all usable nodes together, 0..1', ['pool', 'resource']),
    reason: gauge('decision', '1 for the reason of the last decision', ['pool', 'reason']),
    cut: gauge('cut_replicas', 'Placeholders that maxReplicas took away from the decision', ['pool']),
    replicaFailure: gauge('replica_failure', '1 while the Deployment cannot make its pods', ['pool']),
    resizeWaits: gauge('resize_waits', '1 while a new size waits for the end of a booking', ['pool']),
    foreign: gauge('foreign_deployment', '1 while a Deployment of that name belongs to someone else', [
      'pool',
    ]),
  };
  const writes = counter('writes_total', 'Writes of placeholder Deployments by result', ['pool', 'result']);
  const putBacks = counter('put_backs_total', "Someone's edits of a placeholder Deployment put back", [
    'pool',
  ]);

  const perFeed = {
    lastSuccess: gauge('feed_last_success_timestamp_seconds', 'When the feed was last read', ['feed']),
    lastTry: gauge('feed_last_try_timestamp_seconds', 'When reading the feed was last tried', ['feed']),
    events: gauge('feed_events', 'Events in the feed as last read', ['feed']),
    bookings: gauge('feed_bookings', 'Bookings in the feed as last read, to the horizon', ['feed']),
    problems: gauge('feed_problems', 'Problems in the feed as last read', ['feed']),
    state: gauge('feed_state', '1 for the state the feed is in', ['feed', 'state']),
  };
  const tries = counter('feed_tries_total', 'Tries to read the feed by result', ['feed', 'result']);

  const passes = counter('passes_total', 'Passes by what caused them', ['reason']);
  const passSeconds = new Histogram({
    name: 'node_placeholder_pass_duration_seconds',
    help: 'Duration of a pass, writes included',
    buckets: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30],
    registers,
  });
  const decideSeconds = new Histogram({
    name: 'node_placeholder_decide_duration_seconds',
    help: 'Duration of looking and deciding, before the first write',
    buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 1],
    registers,
  });
  const lag = new Histogram({
    name: 'node_placeholder_boundary_lag_seconds',
    help: 'From the instant the schedule changed to the pass that acts on it',
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 60],
    registers,
  });
  const lastPass = gauge('last_pass_timestamp_seconds', 'When the last pass ended');
  const problems = gauge('problems', 'Problems that exist now, by the part they come from', ['reason']);
  const newProblems = counter('problems_total', 'Problems that appeared, by the part they come from', [
    'reason',
  ]);

  gauge('leader', '1 when this replica writes, 0 when it stands by', [], (g) =>
    g.set(options.leads() ? 1 : 0),
  );
  gauge('build_info', 'Version of the scaler; always 1', ['version']).set({ version: options.version }, 1);
  gauge('watch_objects', 'Objects in the view by resource', ['resource'], (g) => {
    for (const watch of options.cluster().watches) g.set({ resource: watch.resource }, watch.objects);
  });
  gauge('watch_last_heard_timestamp_seconds', 'When the watch last said anything', ['resource'], (g) => {
    for (const watch of options.cluster().watches) {
      g.set({ resource: watch.resource }, (watch.lastHeardMs ?? 0) / 1000);
    }
  });
  gauge('watch_failing', '1 while the watch cannot be opened', ['resource'], (g) => {
    for (const watch of options.cluster().watches) {
      g.set({ resource: watch.resource }, watch.failing === undefined ? 0 : 1);
    }
  });
  counter('watch_restarts_total', 'Watches opened again by reason', ['resource', 'reason'], (c) => {
    c.reset();
    for (const { resource, restarts } of options.cluster().watches) {
      for (const [reason, count] of Object.entries(restarts)) c.inc({ resource, reason }, count);
    }
  });
  counter('view_drift_total', 'Nodes whose running sums differed from a recount', [], (c) => {
    c.reset();
    c.inc(options.cluster().driftFound);
  });

  for (const reason of CAUSES) passes.inc({ reason }, 0);
  for (const reason of PROBLEM_SOURCES) newProblems.inc({ reason }, 0);

  let pools = new Set<string>();
  let feeds = new Map<string, Record<string, number>>();

  function observePool(report: PoolReport): void {
    const { pool, decision } = report;
    const set = (g: Gauge, value: number) => g.set({ pool }, value);
    set(perPool.desired, decision.count ?? report.current ?? 0);
    perPool.placeholders.set({ pool, state: 'ready' }, report.placeholders.ready);
    perPool.placeholders.set({ pool, state: 'pending' }, report.placeholders.pending);
    set(perPool.booked, decision.booked?.count ?? 0);
    set(perPool.bookingActive, decision.booked === undefined ? 0 : 1);
    set(perPool.baseline, decision.baseline);
    for (const state of NODE_STATES) perPool.nodes.set({ pool, state }, report.headroom.states[state]);
    perPool.freeShare.set({ pool, resource: 'cpu' }, report.headroom.freeShare.cpu);
    perPool.freeShare.set({ pool, resource: 'memory' }, report.headroom.freeShare.memory);
    for (const reason of REASONS) perPool.reason.set({ pool, reason }, reason === decision.reason ? 1 : 0);
    set(perPool.cut, decision.cutFrom === undefined ? 0 : decision.cutFrom - (decision.count ?? 0));
    set(perPool.replicaFailure, report.replicaFailure === undefined ? 0 : 1);
    set(perPool.resizeWaits, report.resizeWaits === undefined ? 0 : 1);
    set(perPool.foreign, report.foreign === undefined ? 0 : 1);
    for (const result of WRITE_RESULTS) writes.inc({ pool, result }, 0);
    putBacks.inc({ pool }, 0);
    if (report.result !== undefined) writes.inc({ pool, result: report.result.ok ? 'ok' : 'error' });
    if (report.change?.kind === 'apply' && report.change.why.includes('put-back')) putBacks.inc({ pool });
  }

  function observeFeeds(report: PassReport): void {
    const now = new Map<string, Record<string, number>>();
    for (const feed of report.feeds) {
      const label = { feed: feed.name };
      const before = feeds.get(feed.name) ?? {};
      perFeed.lastSuccess.set(label, (feed.lastSuccessMs ?? 0) / 1000);
      perFeed.lastTry.set(label, (feed.lastTryMs ?? 0) / 1000);
      perFeed.events.set(label, feed.events);
      perFeed.bookings.set(label, feed.bookings);
      perFeed.problems.set(label, feed.problems.length);
      for (const state of FEED_STATES) perFeed.state.set({ ...label, state }, state === feed.state ? 1 : 0);
      for (const result of FEED_RESULTS) {
        tries.inc({ ...label, result }, Math.max(0, (feed.tries[result] ?? 0) - (before[result] ?? 0)));
      }
      now.set(feed.name, { ...feed.tries });
    }
    for (const name of feeds.keys()) {
      if (!now.has(name)) forget({ feed: name }, [...Object.values(perFeed), tries]);
    }
    feeds = now;
  }

  return {
    registry,
    observe(report) {
      for (const pool of report.pools) observePool(pool);
      const served = new Set(report.pools.map((p) => p.pool));
      for (const pool of pools) {
        if (!served.has(pool)) forget({ pool }, [...Object.values(perPool), writes, putBacks]);
      }
      pools = served;
      observeFeeds(report);
      passes.inc({ reason: report.trigger.cause });
      passSeconds.observe(report.durationMs / 1000);
      decideSeconds.observe(report.decidedMs / 1000);
      if (report.trigger.boundaryMs !== undefined) {
        lag.observe(Math.max(0, report.startedMs - report.trigger.boundaryMs) / 1000);
      }
      lastPass.set((report.startedMs + report.durationMs) / 1000);
      for (const source of PROBLEM_SOURCES) {
        problems.set({ reason: source }, report.problems.filter((p) => p.source === source).length);
      }
    },
    countProblem: (source) => newProblems.inc({ reason: source }),
    async text() {
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
