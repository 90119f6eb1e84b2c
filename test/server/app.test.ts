import { describe, expect, it } from 'vitest';
import { makeSchedule, mergeBookings } from '../../scaler/calendar/schedule.ts';
import type { PassReport } from '../../scaler/pass.ts';
import { makeApp } from '../../scaler/server/app.ts';
import { aPoolReport, aReport } from '../support/report.ts';
import { HOUR, NOW } from '../support/world.ts';

function app(report: PassReport | undefined = aReport(), facts = {}) {
  const windows = mergeBookings(
    [
      {
        pool: 'data8',
        count: 3,
        title: 'Data 8 midterm',
        feed: 'calendar',
        startMs: NOW + HOUR,
        endMs: NOW + 2 * HOUR,
      },
    ],
    { overlap: 'max', pools: { data8: { leadTimeMs: 0, holdTimeMs: 0 } } },
  );
  return makeApp({
    health: () => ({ clusterRead: true, passed: true, failing: [], sincePassMs: 1, ...facts }),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'up 1\n' }),
    status: {
      version: '1.2.3',
      now: () => NOW,
      leads: () => true,
      dryRun: false,
      report: () => report,
      schedule: () => makeSchedule([windows], { overlap: 'max' }),
      pools: () => [{ name: 'data8', baseline: 1 }],
      zone: () => 'America/Los_Angeles',
    },
  });
}

const get = async (url: string, made = app()) => {
  const { statusCode, body, headers } = await made.inject(url);
  return { status: statusCode, body, headers };
};

describe('health', () => {
  it('answers 200 with the sentence why', async () => {
    expect(await get('/livez')).toMatchObject({ status: 200, body: 'live: the loop is moving\n' });
    expect(await get('/healthz')).toMatchObject({ status: 200 });
    expect(await get('/readyz')).toMatchObject({ status: 200, body: 'ready\n' });
  });
  it('answers 503 when it is not ready', async () => {
    expect(await get('/readyz', app(undefined, { clusterRead: false }))).toMatchObject({ status: 503 });
  });
});

describe('the status', () => {
  it('has the decision of every pool with its sentence', async () => {
    const { body } = await get(
      '/api/v1/status',
      app(aReport({ pools: [aPoolReport({ count: 3, reason: 'booked' })] })),
    );
    expect(JSON.parse(body)).toMatchObject({
      version: '1.2.3',
      leads: true,
      lastPass: { at: '2026-11-23T09:30:00.000Z', cause: 'safety' },
      pools: [
        { pool: 'data8', count: 3, reason: 'booked', sentence: 'because of booked -> 3', nodes: { free: 0 } },
      ],
      feeds: [
        {
          name: 'calendar',
          host: 'calendar.example.org',
          state: 'good',
          lastSuccess: '2026-11-23T09:30:00.000Z',
        },
      ],
    });
  });
  it('says that it is too early before the first pass', async () => {
    const made = makeApp({
      health: () => ({ clusterRead: false, passed: false, failing: [] }),
      metrics: async () => ({ contentType: 'text/plain', text: '' }),
      status: {
        version: '1',
        now: () => NOW,
        leads: () => false,
        dryRun: true,
        report: () => undefined,
        schedule: () => makeSchedule([], { overlap: 'max' }),
        pools: () => [],
        zone: () => 'UTC',
      },
    });
    expect(await get('/api/v1/status', made)).toMatchObject({
      status: 503,
      body: expect.stringContaining('no pass has ended'),
    });
  });
});

describe('the plan', () => {
  it('has the windows of the next seven days, or of the time that is asked for', async () => {
    const { body } = await get('/api/v1/plan');
    expect(JSON.parse(body)).toMatchObject({
      from: '2026-11-23T09:30:00.000Z',
      to: '2026-11-30T09:30:00.000Z',
      windows: [
        { pool: 'data8', count: 3, start: '2026-11-23T02:30:00-08:00', by: [{ title: 'Data 8 midterm' }] },
      ],
    });
    const none = await get('/api/v1/plan?from=2026-11-24&to=2026-11-25T00:00:00Z');
    expect(JSON.parse(none.body).windows).toEqual([]);
  });
  it.each([
    ['from=yesterday', 'from: expected an ISO 8601 time'],
    ['to=2026-13-01', 'to: expected an ISO 8601 time'],
    ['from=2026-11-24&to=2026-11-24', 'expected a stretch of what is known here'],
    ['from=2026-11-24&to=2027-11-24', '2026-11-22T09:30:00.000Z to 2026-12-06T09:30:00.000Z'],
    ['from=2026-01-01', 'the plan command reads any other'],
  ])('refuses %s', async (query, text) => {
    expect(await get(`/api/v1/plan?${query}`)).toMatchObject({
      status: 400,
      body: expect.stringContaining(text),
    });
  });
});

describe('anything else', () => {
  it('is told what there is', async () => {
    expect(await get('/api/v2/status?x=1')).toMatchObject({
      status: 404,
      body: expect.stringContaining('/api/v1/status'),
    });
  });
  it('cannot be written to', async () => {
    expect((await app().inject({ method: 'POST', url: '/api/v1/status' })).statusCode).toBe(404);
  });
  it('is sent with headers that keep it out of caches and other types', async () => {
    expect((await get('/metrics')).headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });
});
