// The feeds with nothing replaced but the clock: real HTTP, real workers, the real reader.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Feeds, openFeeds } from '../../scaler/calendar/feeds.ts';
import type { Config } from '../../scaler/config/schema.ts';
import { LIMITS } from '../support/calendar-limits.ts';
import { calendarText } from '../support/calendar-text.ts';
import { type FeedServer, feedServer } from '../support/feed-server.ts';
import { manualClock } from '../support/manual-clock.ts';

const CALENDAR = calendarText(
  { at: '20261123T090000Z', title: 'Midterm', description: 'data8: 3\\nstat2O: 1' },
  { at: '20261124T100000Z', title: 'Lab', description: 'stat20: 2' },
);

let server: FeedServer;
let feeds: Feeds;
const clock = manualClock();

function config(limits: Partial<Config['calendarLimits']> = {}): Config {
  const pool = {
    nodeSelector: {},
    tolerations: [],
    resources: 'auto' as const,
    baseline: 0,
    maxReplicas: 100,
  };
  return {
    feeds: [{ name: 'team', url: `${server.origin}/5ecret/basic.ics?key=5ecret`, unknownPools: 'problem' }],
    calendarTimezone: 'Europe/Berlin',
    calendarLimits: { ...LIMITS, ...limits },
    pools: ['data8', 'stat20'].map((name) => ({ ...pool, name, leadTimeMs: 600_000, holdTimeMs: 0 })),
    pollIntervalMs: 60_000,
    feedMaxAgeMs: 7 * 86_400_000,
    overlap: 'max',
  } as unknown as Config;
}

const booked = (pool: string, atMs = clock.now()) => feeds.schedule().bookedAt(pool, atMs, 0)?.count;

beforeEach(async () => {
  server = await feedServer((request, response) => {
    if (request.headers['if-none-match'] === '"v1"') response.writeHead(304).end();
    else response.writeHead(200, { etag: '"v1"', 'content-type': 'text/calendar' }).end(CALENDAR);
  });
  feeds = openFeeds(config(), { clock });
});

afterEach(async () => {
  await feeds.stop();
  await server.close();
});

describe('a calendar over HTTP', () => {
  test('books its pools, names its problems, and is unchanged the next time', async () => {
    await feeds.pollOnce();
    expect([booked('data8'), booked('stat20')]).toEqual([3, undefined]);
    expect(booked('stat20', Date.UTC(2026, 10, 24, 9, 50))).toBe(2);
    const [report] = feeds.reports();
    expect(report).toMatchObject({
      state: 'good',
      events: 2,
      bookings: 2,
      host: new URL(server.origin).host,
    });
    expect(report?.problems).toMatchObject([
      { code: 'unknown-pool', feed: 'team', event: { title: 'Midterm' } },
    ]);
    await feeds.pollOnce();
    expect(feeds.reports()[0]?.tries).toMatchObject({ ok: 1, unchanged: 1 });
  });

  test.each<[string, string | undefined, string]>([
    ['a login page', '<html><form>Sign in</form></html>', 'feed-html'],
    ['a calendar cut off', CALENDAR.slice(0, -60), 'feed-incomplete'],
    ['a broken connection', undefined, 'feed-unreachable'],
  ])('keeps its last good schedule after %s, and tells nobody its address', async (_name, body, code) => {
    await feeds.pollOnce();
    server.answer = (_request, response) => (body === undefined ? response.destroy() : response.end(body));
    await feeds.pollOnce();
    expect([booked('data8'), feeds.poolCalendar('data8', clock.now())]).toEqual([3, 'read']);
    const [report] = feeds.reports();
    expect(report).toMatchObject({ state: 'stale', problems: [{ code, severity: 'warning' }, {}] });
    expect(JSON.stringify([feeds.reports(), feeds.saved()])).not.toContain('5ecret');
  });

  test('is remembered across a restart while its server is down', async () => {
    await feeds.pollOnce();
    const saved = JSON.parse(JSON.stringify(feeds.saved()));
    await feeds.stop();
    server.answer = (_request, response) => response.destroy();
    feeds = openFeeds(config(), { clock, saved });
    await feeds.pollOnce();
    expect([feeds.reports()[0]?.state, booked('data8')]).toEqual(['stale', 3]);
  });

  test('is refused when it needs more memory than it may, and the service goes on', async () => {
    const many = Array.from({ length: 30_000 }, (_, index) => ({
      at: '20261123T090000Z',
      description: `data8: ${index}`,
    }));
    server.answer = (_request, response) => response.end(calendarText(...many));
    feeds.reconfigure(config({ memoryMb: 12 }));
    await feeds.pollOnce();
    expect(feeds.reports()[0]).toMatchObject({
      state: 'failed',
      problems: [{ code: 'feed-memory', severity: 'error' }],
    });
  });
});
