// Situations to look at the page in: what a person may find when they open it. Made of reports and schedules as passes
// hand them out, at Monday 23 November 2026, 09:30 UTC (01:30 in Berkeley).
import { makeSchedule, mergeBookings, type PlacedBooking } from '../../scaler/calendar/schedule.ts';
import type { StretchPool } from '../../scaler/calendar/stretches.ts';
import type { PassReport } from '../../scaler/pass.ts';
import { type Headroom, noHeadroom } from '../../scaler/plan/headroom.ts';
import type { PoolReport } from '../../scaler/pool-pass.ts';
import type { Problem } from '../../scaler/problem.ts';
import type { StatusSource } from '../../scaler/server/api.ts';
import { aFeedReport, aPoolReport, aReport } from '../support/report.ts';
import { HOUR, MINUTE, NOW } from '../support/world.ts';

const DAY = 24 * HOUR;
/** 09:00 on that Monday in Berkeley. */
const NINE = Date.UTC(2026, 10, 23, 17);

export interface Scene {
  report?: PassReport | undefined;
  pools?: StretchPool[];
  bookings?: PlacedBooking[];
  leads?: boolean;
  dryRun?: boolean;
  zone?: string;
  leadTimeMs?: number;
}

export function sourceOf({ report, pools = [], bookings = [], ...more }: Scene): StatusSource {
  const times = { leadTimeMs: more.leadTimeMs ?? 10 * MINUTE, holdTimeMs: 0 };
  const perPool = Object.fromEntries(pools.map(({ name }) => [name, times]));
  const schedule = makeSchedule([mergeBookings(bookings, { overlap: 'max', pools: perPool })], {
    overlap: 'max',
  });
  return {
    version: '1.0.0',
    now: () => NOW,
    leads: () => more.leads ?? true,
    dryRun: more.dryRun ?? false,
    report: () => report,
    schedule: () => schedule,
    pools: () => pools,
    zone: () => more.zone ?? 'America/Los_Angeles',
  };
}

export function aBooking(startMs: number, hours: number, words: Partial<PlacedBooking> = {}): PlacedBooking {
  const endMs = startMs + hours * HOUR;
  return { pool: 'data8', count: 3, title: 'Data 8 lab', feed: 'classes', startMs, endMs, ...words };
}

function room(states: Partial<Headroom['states']>): Headroom {
  const all = { ...noHeadroom().states, ...states };
  const nodes = Object.values(all).reduce((sum, count) => sum + count, 0);
  return { states: all, nodes, free: all.free, freeShare: { cpu: 0.43, memory: 0.38 } };
}

function aPool(words: {
  pool?: string;
  count?: number;
  reason?: PoolReport['decision']['reason'];
  sentence: string;
  booked?: PoolReport['decision']['booked'];
  states?: Partial<Headroom['states']>;
  ready?: number;
  pending?: number;
}): PoolReport {
  const { pool = 'data8', sentence, booked, states = {}, ready = 0, pending = 0, ...rest } = words;
  const made = aPoolReport({ pool, ...rest });
  const headroom = room(states);
  return {
    ...made,
    headroom,
    placeholders: { ready, pending },
    decision: { ...made.decision, sentence, headroom, free: headroom.free, ...(booked && { booked }) },
  };
}

const CLASSES = [0, 1, 2, 3, 4].flatMap((day) => [
  aBooking(NINE + day * DAY, 1.5, { title: `Data 8 lecture ${day + 1}`, count: 3 }),
  aBooking(NINE + day * DAY + 4 * HOUR, 3, { title: 'Lab sections', count: 5 }),
]);
const MIDTERM = aBooking(NINE + 2 * DAY + 5 * HOUR, 3, { title: 'Data 8 midterm', count: 12 });
const POOLS = [
  { name: 'data8', baseline: 1, maxReplicas: 100 },
  { name: 'stat20', baseline: 2, maxReplicas: 100 },
];

const STAT20 = aPool({
  pool: 'stat20',
  count: 1,
  reason: 'headroom',
  sentence:
    'no event is booked, the baseline is 2; 1 of 4 nodes has room (node gke-stat20-a: free 62 % cpu, 41 % memory) -> 1',
  states: { free: 1, busy: 2, placeholder: 1 },
  ready: 1,
});

export const calm: Scene = {
  pools: POOLS,
  bookings: [
    ...CLASSES,
    MIDTERM,
    aBooking(NINE + 4 * DAY, 10, { pool: 'stat20', title: 'Cool off', count: 0 }),
  ],
  report: aReport({
    startedMs: NOW - 20_000,
    nextBoundaryMs: NINE - 10 * MINUTE,
    pools: [
      aPool({
        count: 1,
        sentence: 'no event is booked, the baseline is 1; none of 3 nodes has room -> 1',
        states: { busy: 2, placeholder: 1 },
        ready: 1,
      }),
      STAT20,
    ],
    feeds: [
      aFeedReport({
        name: 'classes',
        events: 42,
        bookings: 18,
        lastSuccessMs: NOW - 40_000,
        lastTryMs: NOW - 40_000,
      }),
    ],
  }),
};

export const booked: Scene = {
  ...calm,
  bookings: [...CLASSES, aBooking(NOW - HOUR, 3, { title: 'Night owls', count: 4 })],
  report: aReport({
    pools: [
      aPool({
        count: 3,
        reason: 'booked',
        sentence:
          "event 'Night owls' books 4 until 03:30; 1 of 4 nodes has room (free 62 % cpu, 41 % memory) -> 3",
        states: { free: 1, busy: 1, placeholder: 2, recent: 1 },
        booked: { count: 4, untilMs: NOW + 2 * HOUR, by: [] },
        ready: 2,
        pending: 1,
      }),
      STAT20,
    ],
  }),
};

export const fresh: Scene = { pools: POOLS, report: undefined };

export const feedBroken: Scene = {
  ...calm,
  report: aReport({
    pools: calm.report?.pools ?? [],
    feeds: [
      aFeedReport({
        name: 'classes',
        state: 'stale',
        lastSuccessMs: NOW - 5 * HOUR,
        lastTryMs: NOW - 30_000,
        lastError:
          'GET calendar.example.org: expected a calendar, got a page in HTML (a login page?), status 200',
      }),
      aFeedReport({
        name: 'exams',
        host: 'exams.example.org',
        state: 'failed',
        lastSuccessMs: undefined,
        lastTryMs: NOW - 30_000,
        lastError: 'GET exams.example.org: expected 200, got 404 Not Found',
        events: 0,
        bookings: 0,
      }),
    ],
    problems: [
      {
        code: 'feed-unreachable',
        source: 'feed',
        severity: 'warning',
        where: "feed 'classes' (calendar.example.org)",
        message:
          'expected a calendar, got a page in HTML; the last good schedule, read 2026-11-23T04:30Z, stays in force until 2026-11-30T04:30Z',
        example: 'https://calendar.google.com/calendar/ical/ID/private-TOKEN/basic.ics',
        feed: 'classes',
      },
    ],
  }),
};

const HELD_WHY = 'GET /api/v1/pods: 403 Forbidden: pods is forbidden';
export const held: Scene = {
  ...calm,
  report: aReport({
    pools: [
      aPool({
        count: 3,
        reason: 'held',
        sentence: `the view of the cluster is old since 01:20 (${HELD_WHY}); 3 placeholders then; no event is booked, the baseline is 1 -> 3`,
        states: { busy: 2, placeholder: 3 },
        ready: 3,
      }),
      { ...STAT20, decision: { ...STAT20.decision, reason: 'held', count: 1 } },
    ],
    cluster: {
      watches: [{ resource: 'pods', synced: true, objects: 40, restarts: {}, failing: HELD_WHY }],
      driftFound: 0,
    },
  }),
};

export const aTypo: Problem = {
  code: 'unknown-pool',
  source: 'booking',
  severity: 'error',
  where: "event 'Data 8 lab' of 2026-11-24 09:00, line 2",
  message: 'no pool "datta8"; did you mean "data8"? Known pools: data8, stat20',
  example: 'data8: 3',
  line: 'datta8: 3',
  feed: 'classes',
  event: { uid: 'one', title: 'Data 8 lab', startMs: NINE + DAY, endMs: NINE + DAY + HOUR },
};

export const problems: Scene = {
  ...calm,
  report: aReport({
    pools: calm.report?.pools ?? [],
    problems: [
      {
        ...aTypo,
        code: 'below-baseline',
        severity: 'warning',
        pool: 'stat20',
        line: 'stat20: 1',
        message:
          'stat20 keeps 2 without any booking, so 1 lowers it; it counts as typed, but perhaps 1 more was meant',
        example: 'stat20: 3',
      },
      aTypo,
      {
        code: 'event-unreadable',
        source: 'event',
        severity: 'error',
        where: "event 'Office hours'",
        message: 'expected a date such as 20261123T090000, got "soon"',
        feed: 'classes',
      },
      {
        code: 'over-max-replicas',
        source: 'config',
        severity: 'warning',
        where: 'nodePools.data8.maxReplicas',
        message: '300 placeholders are asked, maxReplicas is 100; 100 are kept',
        pool: 'data8',
      },
    ],
  }),
};

export const standby: Scene = { ...calm, leads: false };

export const manyPools: Scene = {
  pools: Array.from({ length: 30 }, (_, at) => ({
    name: `course-${at + 1}`,
    baseline: at % 3,
    maxReplicas: 50,
  })),
  bookings: Array.from({ length: 90 }, (_, at) =>
    aBooking(NINE + (at % 7) * DAY + (at % 5) * HOUR, 2, {
      pool: `course-${(at % 30) + 1}`,
      title: `Class ${at + 1}`,
      count: 1 + (at % 6),
    }),
  ),
  report: aReport({
    pools: Array.from({ length: 30 }, (_, at) =>
      aPool({
        pool: `course-${at + 1}`,
        count: at % 3,
        reason: at === 4 ? 'pending' : 'baseline',
        sentence: `no event is booked, the baseline is ${at % 3}; none of ${at} nodes has room -> ${at % 3}`,
        states: { busy: at, placeholder: at % 3 },
        ready: at % 3,
        pending: at === 4 ? 1 : 0,
      }),
    ),
  }),
};

export const thousandEvents: Scene = {
  ...calm,
  bookings: Array.from({ length: 1000 }, (_, at) =>
    aBooking(NINE + at * 10 * MINUTE, 0.2 + (at % 7) / 4, {
      title: `Section ${at + 1}`,
      count: 1 + ((at * 7) % 11),
    }),
  ),
};

export const SCENES: Record<string, Scene> = {
  calm,
  booked,
  fresh,
  feedBroken,
  held,
  problems,
  standby,
  manyPools,
  thousandEvents,
};
