// Every metric of the scaler: those of the service here, those of pools and feeds in the two files beside it. A pass
// hands in its report; nothing here is known to the deciding code.
// Labels come from short fixed lists or from the values (pool, feed, state, reason, result, resource), never from
// nodes or event titles. Series known from the values start at 0; those of a pool that is gone go with it.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ClusterReport } from '../cluster/snapshot.ts';
import { CAUSES } from '../loop.ts';
import type { PassReport } from '../pass.ts';
import { PROBLEM_SOURCES } from '../problem.ts';
import { feedMetrics } from './feed-metrics.ts';
import { definer } from './metric-series.ts';
import { poolMetrics } from './pool-metrics.ts';

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

  const pools = poolMetrics(gauge, counter);
  const feeds = feedMetrics(gauge, counter);

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

  return {
    registry,
    observe(report) {
      pools.observe(report);
      feeds.observe(report);
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
