// Events made in a real calendar server, over CalDAV, and read from it as a feed with a password from a Secret.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { radicaleForTest } from '../tools/radicale.ts';
import { howToBuild } from '../tools/tools.ts';
import type { Answer } from './api.ts';
import { inSeconds } from './calendar.ts';
import { type Cluster, canStart, clusterForTests } from './for-tests.ts';
import { until } from './processes.ts';
import { type CalendarServer, openRadicale, PASSWORD, USER } from './radicale.ts';
import type { ScalerPod } from './scaler-pod.ts';
import { openTheme, type Theme } from './theme.ts';

const python = radicaleForTest();
const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;

const title = `a calendar server${canStart && python !== undefined ? '' : ` (${howToBuild()})`}`;
describe.skipIf(!canStart || python === undefined)(title, () => {
  let cluster: Cluster;
  let hub: Theme;
  let server: CalendarServer;
  let scaler: ScalerPod;
  /** Of the occurrence that is under way. */
  const startMs = inSeconds(-120);

  beforeAll(async () => {
    cluster = await clusterForTests();
    hub = await openTheme(cluster, { name: 'caldav' });
    server = await openRadicale(python as string, join(cluster.folder, 'radicale'));
    await cluster.call('POST', `/api/v1/namespaces/${hub.namespace}/secrets`, {
      body: { metadata: { name: 'calendar' }, stringData: { username: USER, password: PASSWORD } },
    });
    await server.put('lab', lab('data8: 2'));
    await server.put('lecture', [
      ...event('lecture', { books: 'data8: 1', startMs: startMs - WEEK, more: ['RRULE:FREQ=WEEKLY'] }),
      ...event('lecture', {
        books: 'data8: 1',
        startMs: startMs + WEEK + 3 * HOUR,
        more: [`RECURRENCE-ID:${stamp(startMs + WEEK)}`],
      }),
    ]);
    const from = (key: string) => ({ secret: 'calendar', key });
    const calendars = [
      { name: 'team', url: server.url, usernameFrom: from('username'), passwordFrom: from('password') },
    ];
    hub.helm('install', [hub.values({ calendarUrl: null, calendars })]);
    [scaler] = (await hub.startScaler()) as [ScalerPod];
  });
  afterAll(async () => {
    await hub?.close();
    await server?.stop();
    await cluster?.close();
  });

  /** Weekly since last week, but not next week. */
  const lab = (books: string) =>
    event('lab', {
      books,
      startMs: startMs - WEEK,
      more: ['RRULE:FREQ=WEEKLY', `EXDATE:${stamp(startMs + WEEK)}`],
    });

  test('books what its weekly events ask, without what was cancelled and with what was moved', async () => {
    await hub.warm(2);
    const query = `from=${new Date(startMs + WEEK - HOUR).toISOString()}&to=${new Date(startMs + WEEK + 8 * HOUR).toISOString()}`;
    const { windows } = JSON.parse((await scaler.get(`/api/v1/plan?${query}`)).text) as Answer;
    const seen = (windows as Answer[]).map(({ start, end, count }) => [
      Date.parse(start),
      Date.parse(end),
      count,
    ]);
    expect(seen).toEqual([[startMs + WEEK + 3 * HOUR, startMs + WEEK + 5 * HOUR, 1]]);
  });

  test('is followed while it is edited', { timeout: 120_000 }, async () => {
    await server.put('lab', lab('data8: 3'));
    await hub.warm(3);
    await server.remove('lab');
    await hub.warm(1);
    await server.put('lab', lab('data8: 2'));
    await hub.warm(2);
  });

  test('may be stopped and started again: what it said stands', { timeout: 120_000 }, async () => {
    const lowest = hub.lowestReplicas();
    await server.stop();
    const problems = async () => ((await scaler.status())?.problems ?? []) as Answer[];
    await until(
      'it to be missed',
      async () => (await problems()).some(({ feed }) => feed === 'team') || undefined,
      {
        seen: problems,
      },
    );
    await server.start();
    await until('it to be read again', async () => (await problems()).length === 0 || undefined, {
      seen: problems,
    });
    expect(lowest()).toBe(2);
  });

  test('its password is nowhere to be seen', async () => {
    const seen = [
      scaler.process().output(),
      (await scaler.get('/api/v1/status')).text,
      (await scaler.get('/metrics')).text,
    ];
    for (const text of seen) expect(text).not.toContain(PASSWORD);
  });
});

function event(
  uid: string,
  { books, startMs, more }: { books: string; startMs: number; more: string[] },
): string[] {
  return [
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20260101T000000Z',
    `DTSTART:${stamp(startMs)}`,
    `DTEND:${stamp(startMs + 2 * HOUR)}`,
    `SUMMARY:${uid}`,
    `DESCRIPTION:${books}`,
    ...more,
    'END:VEVENT',
  ];
}

function stamp(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');
}
