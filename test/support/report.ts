// A pass report in a test's words, with good defaults.
import type { FeedReport } from '../../scaler/calendar/feeds.ts';
import type { PassReport } from '../../scaler/pass.ts';
import { noHeadroom } from '../../scaler/plan/headroom.ts';
import type { PoolReport } from '../../scaler/pool-pass.ts';
import { NOW } from './world.ts';

export function aPoolReport(
  words: Partial<PoolReport> & { count?: number; reason?: PoolReport['decision']['reason'] } = {},
): PoolReport {
  const { count = 1, reason = 'baseline', ...rest } = words;
  const pool = rest.pool ?? 'data8';
  return {
    pool,
    decision: {
      pool,
      count,
      reason,
      sentence: `because of ${reason} -> ${count}`,
      baseline: 1,
      problems: [],
    },
    current: count,
    deployment: { uid: 'uid-1' },
    placeholders: { ready: 0, pending: 0 },
    headroom: noHeadroom(),
    size: { requests: { memory: '50Gi' } },
    ...rest,
  };
}

export function aFeedReport(words: Partial<FeedReport> = {}): FeedReport {
  return {
    name: 'calendar',
    host: 'calendar.example.org',
    state: 'good',
    lastTryMs: NOW,
    lastSuccessMs: NOW,
    tries: { ok: 1, unchanged: 0, error: 0, refused: 0, held: 0 },
    events: 1,
    bookings: 1,
    problems: [],
    ...words,
  };
}

export function aReport(words: Partial<PassReport> = {}): PassReport {
  return {
    startedMs: NOW,
    trigger: { cause: 'safety' },
    leads: true,
    decidedMs: 0.2,
    durationMs: 0.3,
    pools: [aPoolReport()],
    feeds: [aFeedReport()],
    cluster: { watches: [], driftFound: 0 },
    problems: [],
    ...words,
  };
}
