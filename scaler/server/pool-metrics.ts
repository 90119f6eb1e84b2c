// The metrics of a pool, filled in from its part of a pass's report. Nothing here grows with nodes or events, and what is
// not known yet has no series rather than a 0 that an alert would believe.
import type { Counter, Gauge } from 'prom-client';
import type { PassReport } from '../pass.ts';
import { DRY_RUN } from '../placeholder/dry-run.ts';
import { REASONS } from '../plan/decide.ts';
import { NODE_STATES } from '../plan/headroom.ts';
import type { PoolReport } from '../pool-pass.ts';
import { type Define, forget, seconds } from './metric-series.ts';

/** A change alone is only planned: it may be held back, refused, or another replica's to write. */
const wasWritten = ({ result }: PoolReport) => result?.ok === true && result.note !== DRY_RUN;

export const WRITE_RESULTS = ['ok', 'error'] as const;

export function poolMetrics(gauge: Define<Gauge>, counter: Define<Counter>) {
  const perPool = {
    desired: gauge('desired_replicas', 'Placeholders the last decision wants', ['pool']),
    current: gauge('current_replicas', 'Replicas of the Deployment as last seen; 0 when there is none', [
      'pool',
    ]),
    placeholders: gauge('placeholders', 'Placeholder pods by state (ready, pending)', ['pool', 'state']),
    booked: gauge('booked_replicas', 'What the calendar books now; 0 when nothing is booked', ['pool']),
    bookingActive: gauge('booking_active', '1 while a booking is active, also one of 0', ['pool']),
    eventStarted: gauge(
      'event_started_timestamp_seconds',
      'When the last of the events that run now began; 0 while none runs',
      ['pool'],
    ),
    nextEvent: gauge(
      'next_event_timestamp_seconds',
      'When the next event begins (not its lead time), within a day; 0 when none does',
      ['pool'],
    ),
    baseline: gauge('baseline_replicas', 'Spares kept when nothing is booked', ['pool']),
    nodes: gauge('nodes', 'Nodes by what they count as for the pool', ['pool', 'state']),
    freeShare: gauge('free_share', 'Free share of all usable nodes together, 0..1', ['pool', 'resource']),
    reason: gauge('decision', '1 for the reason of the last decision', ['pool', 'reason']),
    manualEnd: gauge(
      'manual_end_timestamp_seconds',
      'When the manual count in force ends; 0 when none is, or it has no end',
      ['pool'],
    ),
    cut: gauge('cut_replicas', 'Placeholders that maxReplicas took away from the decision', ['pool']),
    replicaFailure: gauge('replica_failure', '1 while the Deployment cannot make its pods', ['pool']),
    fitsNowhere: gauge(
      'placeholder_fits_nowhere',
      '1 while a placeholder is larger than every node of the pool; 0 also while it has none',
      ['pool'],
    ),
    resizeWaits: gauge('resize_waits', '1 while a new size waits for the end of a booking', ['pool']),
    foreign: gauge('foreign_deployment', '1 while a Deployment of that name belongs to someone else', [
      'pool',
    ]),
  };
  const writes = counter('writes_total', 'Writes of placeholder Deployments by result', ['pool', 'result']);
  const putBacks = counter('put_backs_total', "Someone's edits of a placeholder Deployment put back", [
    'pool',
  ]);

  let pools = new Set<string>();

  function observePool(report: PoolReport): void {
    const { pool, decision } = report;
    const set = (g: Gauge, value: number) => g.set({ pool }, value);
    const current = report.current ?? (decision.headroom === undefined ? undefined : 0);
    const desired = decision.count ?? current;
    // What is not known yet is not 0: an alert compares these two.
    if (desired !== undefined) set(perPool.desired, desired);
    if (current !== undefined) set(perPool.current, current);
    perPool.placeholders.set({ pool, state: 'ready' }, report.placeholders.ready);
    perPool.placeholders.set({ pool, state: 'pending' }, report.placeholders.pending);
    set(perPool.booked, decision.booked?.count ?? 0);
    set(perPool.bookingActive, decision.booked === undefined ? 0 : 1);
    set(perPool.eventStarted, seconds(report.eventStarts?.lastMs));
    set(perPool.nextEvent, seconds(report.eventStarts?.nextMs));
    set(perPool.manualEnd, seconds(decision.manualUntilMs));
    set(perPool.baseline, decision.baseline);
    for (const state of NODE_STATES) perPool.nodes.set({ pool, state }, report.headroom.states[state]);
    perPool.freeShare.set({ pool, resource: 'cpu' }, report.headroom.freeShare.cpu);
    perPool.freeShare.set({ pool, resource: 'memory' }, report.headroom.freeShare.memory);
    for (const reason of REASONS) perPool.reason.set({ pool, reason }, reason === decision.reason ? 1 : 0);
    set(perPool.cut, decision.cutFrom === undefined ? 0 : decision.cutFrom - (decision.count ?? 0));
    set(perPool.replicaFailure, report.replicaFailure === undefined ? 0 : 1);
    set(perPool.fitsNowhere, report.fitsNowhere === true ? 1 : 0);
    set(perPool.resizeWaits, report.resizeWaits === undefined ? 0 : 1);
    set(perPool.foreign, report.foreign === undefined ? 0 : 1);
    for (const result of WRITE_RESULTS) writes.inc({ pool, result }, 0);
    putBacks.inc({ pool }, 0);
    if (report.result !== undefined) writes.inc({ pool, result: report.result.ok ? 'ok' : 'error' });
    if (wasWritten(report) && report.change?.kind === 'apply' && report.change.why.includes('put-back'))
      putBacks.inc({ pool });
  }

  return {
    observe(report: PassReport): void {
      for (const pool of report.pools) observePool(pool);
      const served = new Set(report.pools.map((p) => p.pool));
      for (const pool of pools) {
        if (!served.has(pool)) forget({ pool }, [...Object.values(perPool), writes, putBacks]);
      }
      pools = served;
    },
  };
}
