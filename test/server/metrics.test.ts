import { describe, expect, it } from 'vitest';
import type { FeedReport } from '../../scaler/calendar/feeds.ts';
import type { PassReport } from '../../scaler/pass.ts';
import { DRY_RUN } from '../../scaler/placeholder/dry-run.ts';
import { makeMetrics } from '../../scaler/server/metrics.ts';
import { aFeedReport, aPoolReport, aReport } from '../support/report.ts';
import { NOW } from '../support/world.ts';

/** Series after these passes, as `name{labels}` -> value. */
async function seriesAfter(...reports: PassReport[]): Promise<Record<string, number>> {
  const cluster = () => ({
    watches: [
      {
        resource: 'pods' as const,
        synced: true,
        objects: 12,
        restarts: { silent: 2 },
        lastHeardMs: NOW,
        failing: 'GET /api/v1/pods: 403',
      },
    ],
    driftFound: 3,
  });
  const metrics = makeMetrics({ version: '1.2.3', cluster, leads: () => true });
  for (const report of reports) metrics.observe(report);
  await new Promise((resolve) => setImmediate(resolve));
  const { text } = await metrics.text();
  return Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line.startsWith('node_placeholder_'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

describe('the metrics of a pool', () => {
  it('say what is wanted and why', async () => {
    const series = await seriesAfter(aReport({ pools: [aPoolReport({ count: 3, reason: 'booked' })] }));
    expect(series['node_placeholder_desired_replicas{pool="data8"}']).toBe(3);
    expect(series['node_placeholder_decision{pool="data8",reason="booked"}']).toBe(1);
    expect(series['node_placeholder_decision{pool="data8",reason="held"}']).toBe(0);
  });

  it('start at 0 for writes that have not happened, and count those that have', async () => {
    const change = {
      kind: 'apply',
      pool: 'data8',
      manifest: {} as never,
      why: ['put-back'],
      from: 7,
      to: 1,
    } as const;
    const none = await seriesAfter(aReport());
    expect(none['node_placeholder_writes_total{pool="data8",result="error"}']).toBe(0);
    expect(none['node_placeholder_put_backs_total{pool="data8"}']).toBe(0);
    const written = aPoolReport({ change: { ...change, why: ['put-back'] }, result: { ok: true } });
    const refused = aPoolReport({
      change: { ...change, why: ['scale'] },
      result: { ok: false, message: 'no' },
    });
    const some = await seriesAfter(
      aReport({ pools: [written] }),
      aReport({ pools: [refused] }),
      aReport({ pools: [written] }),
    );
    expect(some['node_placeholder_writes_total{pool="data8",result="ok"}']).toBe(2);
    expect(some['node_placeholder_writes_total{pool="data8",result="error"}']).toBe(1);
    expect(some['node_placeholder_put_backs_total{pool="data8"}']).toBe(2);
  });

  it('count an edit as put back only when that was written', async () => {
    const change = { kind: 'apply', pool: 'data8', manifest: {} as never, why: ['put-back'], to: 1 } as const;
    const planned = { change: { ...change, why: [...change.why] } };
    const series = await seriesAfter(
      aReport({ pools: [aPoolReport(planned)] }),
      aReport({ pools: [aPoolReport({ ...planned, result: { ok: false, message: 'no' } })] }),
      aReport({ pools: [aPoolReport({ ...planned, result: { ok: true, note: DRY_RUN } })] }),
    );
    expect(series['node_placeholder_put_backs_total{pool="data8"}']).toBe(0);
  });

  it('keep the watched count while nothing is decided', async () => {
    const waiting = aPoolReport({ reason: 'waiting', current: 4 });
    waiting.decision.count = undefined;
    const series = await seriesAfter(aReport({ pools: [waiting] }));
    expect(series['node_placeholder_desired_replicas{pool="data8"}']).toBe(4);
  });

  it('have what is wanted and what is there only once they are known', async () => {
    const unknown = aPoolReport({ reason: 'waiting', current: undefined });
    unknown.decision.count = undefined;
    const before = await seriesAfter(aReport({ pools: [unknown] }));
    expect(before['node_placeholder_desired_replicas{pool="data8"}']).toBeUndefined();
    expect(before['node_placeholder_current_replicas{pool="data8"}']).toBeUndefined();
    const missing = aPoolReport({ count: 3, current: undefined });
    missing.decision.headroom = missing.headroom;
    const after = await seriesAfter(aReport({ pools: [missing] }));
    expect(after['node_placeholder_desired_replicas{pool="data8"}']).toBe(3);
    expect(after['node_placeholder_current_replicas{pool="data8"}']).toBe(0);
  });

  it('say when events begin, and nothing with 0', async () => {
    const eventStarts = { lastMs: NOW - 60_000, nextMs: NOW + 60_000 };
    const both = await seriesAfter(aReport({ pools: [aPoolReport({ eventStarts })] }));
    expect(both['node_placeholder_event_started_timestamp_seconds{pool="data8"}']).toBe(NOW / 1000 - 60);
    expect(both['node_placeholder_next_event_timestamp_seconds{pool="data8"}']).toBe(NOW / 1000 + 60);
    const none = await seriesAfter(
      aReport({ pools: [aPoolReport({ eventStarts })] }),
      aReport({ pools: [aPoolReport({ eventStarts: {} })] }),
    );
    expect(none['node_placeholder_event_started_timestamp_seconds{pool="data8"}']).toBe(0);
    expect(none['node_placeholder_next_event_timestamp_seconds{pool="data8"}']).toBe(0);
  });

  it('say when a manual count ends', async () => {
    const manual = aPoolReport({ count: 5, reason: 'manual' });
    const forEver = await seriesAfter(aReport({ pools: [manual] }));
    expect(forEver['node_placeholder_manual_end_timestamp_seconds{pool="data8"}']).toBe(0);
    manual.decision.manualUntilMs = NOW + 60_000;
    const ending = await seriesAfter(aReport({ pools: [manual] }));
    expect(ending['node_placeholder_manual_end_timestamp_seconds{pool="data8"}']).toBe(NOW / 1000 + 60);
  });

  it('say that a placeholder fits nowhere', async () => {
    const fits = await seriesAfter(aReport());
    expect(fits['node_placeholder_placeholder_fits_nowhere{pool="data8"}']).toBe(0);
    const not = await seriesAfter(aReport({ pools: [aPoolReport({ fitsNowhere: true })] }));
    expect(not['node_placeholder_placeholder_fits_nowhere{pool="data8"}']).toBe(1);
  });

  it('tell an active booking of 0 from none', async () => {
    const booked = { count: 0, untilMs: NOW, by: [] };
    const pool = aPoolReport({ count: 0, reason: 'booked' });
    const series = await seriesAfter(
      aReport({ pools: [{ ...pool, decision: { ...pool.decision, booked } }] }),
    );
    expect(series['node_placeholder_booking_active{pool="data8"}']).toBe(1);
    expect(series['node_placeholder_booked_replicas{pool="data8"}']).toBe(0);
  });

  it('go with the pool', async () => {
    const both = aReport({ pools: [aPoolReport(), aPoolReport({ pool: 'stat20' })] });
    const series = await seriesAfter(both, aReport());
    expect(Object.keys(series).filter((name) => name.includes('stat20'))).toEqual([]);
    expect(series['node_placeholder_desired_replicas{pool="data8"}']).toBe(1);
  });
});

describe('the metrics of a feed', () => {
  it('count tries by result over passes, and stand still while it fails', async () => {
    const tries = { ok: 1, unchanged: 4, error: 0, refused: 0, held: 0 };
    const first = aReport({ feeds: [aFeedReport({ tries })] });
    const second = aReport({
      feeds: [aFeedReport({ tries: { ...tries, error: 2 }, state: 'stale', lastTryMs: NOW + 60_000 })],
    });
    const series = await seriesAfter(first, second);
    expect(series['node_placeholder_feed_tries_total{feed="calendar",result="unchanged"}']).toBe(4);
    expect(series['node_placeholder_feed_tries_total{feed="calendar",result="error"}']).toBe(2);
    expect(series['node_placeholder_feed_last_success_timestamp_seconds{feed="calendar"}']).toBe(NOW / 1000);
    expect(series['node_placeholder_feed_last_try_timestamp_seconds{feed="calendar"}']).toBe(NOW / 1000 + 60);
    expect(series['node_placeholder_feed_state{feed="calendar",state="stale"}']).toBe(1);
    expect(series['node_placeholder_feed_state{feed="calendar",state="good"}']).toBe(0);
  });
});

describe('the metrics of a feed, of its problems', () => {
  it('say when the next event with one begins, until it is over', async () => {
    const event = { uid: 'u', title: 'Midterm', startMs: NOW + 60_000, endMs: NOW + 120_000 };
    const problems: FeedReport['problems'] = [
      {
        ...{
          code: 'unknown-pool',
          source: 'booking',
          severity: 'error',
          where: 'line 1',
          message: 'no pool',
        },
        event,
      } as const,
    ];
    const name = 'node_placeholder_feed_problem_event_timestamp_seconds{feed="calendar"}';
    const feeds = [aFeedReport({ problems })];
    expect((await seriesAfter(aReport({ feeds })))[name]).toBe(NOW / 1000 + 60);
    expect((await seriesAfter(aReport({ feeds, startedMs: event.endMs })))[name]).toBe(0);
    expect((await seriesAfter(aReport()))[name]).toBe(0);
  });
});

describe('the metrics of the service', () => {
  it('say how late a boundary was acted on', async () => {
    const series = await seriesAfter(
      aReport({ startedMs: NOW + 30, trigger: { cause: 'boundary', boundaryMs: NOW } }),
    );
    expect(series.node_placeholder_boundary_lag_seconds_sum).toBeCloseTo(0.03);
    expect(series['node_placeholder_passes_total{reason="boundary"}']).toBe(1);
    expect(series['node_placeholder_passes_total{reason="feed"}']).toBe(0);
  });

  it('read the watches at the moment they are asked for', async () => {
    const series = await seriesAfter();
    expect(series['node_placeholder_watch_objects{resource="pods"}']).toBe(12);
    expect(series['node_placeholder_watch_failing{resource="pods"}']).toBe(1);
    expect(series['node_placeholder_watch_restarts_total{resource="pods",reason="silent"}']).toBe(2);
    expect(series.node_placeholder_view_drift_total).toBe(3);
    expect(series.node_placeholder_leader).toBe(1);
    expect(series['node_placeholder_build_info{version="1.2.3"}']).toBe(1);
  });

  it('use no label but those with known values', async () => {
    const labels = Object.keys(await seriesAfter(aReport())).flatMap((name) =>
      [...name.matchAll(/([a-z_]+)="/g)].map(([, label]) => label),
    );
    expect(new Set(labels)).toEqual(
      new Set(['pool', 'reason', 'feed', 'state', 'result', 'resource', 'le', 'version']),
    );
  });
});
