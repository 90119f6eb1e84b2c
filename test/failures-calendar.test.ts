// What the service does when a calendar fails, and what an operator sees: the whole service, a served feed, the
// simulated cluster.
import { afterEach, describe, expect, it } from 'vitest';
import type { Problem } from '../scaler/problem.ts';
import type { Service } from '../scaler/service.ts';
import { type FeedServer, feedServer } from './support/feed-server.ts';
import { metric } from './support/metric.ts';
import { calendarOf, type Played, type PlayedEvent, play } from './support/played-service.ts';

const MINUTE = 60_000;
const SECOND = 1_000;
const SECRET = 'private-0123456789abcdef';
let played: Played | undefined;
let feed: FeedServer | undefined;

afterEach(async () => {
  await played?.end();
  await feed?.close();
  [played, feed] = [undefined, undefined];
});

/** A service on a calendar over HTTP; `settings` are further lines of the values. */
async function serving(settings = ''): Promise<{ play: Played; feed: FeedServer }> {
  const server = await feedServer((_, response) => response.end());
  feed = server;
  played = await play({
    values: `
calendarUrl: ${server.origin}/${SECRET}/basic.ics
pollInterval: 30s
${settings}
nodePools:
  data8:
    nodeSelector: {hub.jupyter.org/pool-name: data8}
    resources: {requests: {memory: 50Gi}}
    replicas: 1
`,
  });
  return { play: played, feed: server };
}

const says =
  (body: string, { status = 200, type = 'text/calendar' } = {}): FeedServer['answer'] =>
  (_, response) => {
    response.writeHead(status, { 'content-type': type }).end(body);
  };

/** An event of data8, in minutes from now. */
function booking(
  { clock }: Played,
  { title = 'Data 8 midterm', from = 0, to = 180, text = 'data8: 3' } = {},
): PlayedEvent {
  const now = clock.now();
  return { title, description: text, startMs: now + from * MINUTE, endMs: now + to * MINUTE };
}

function problem(service: Service, code: string): Problem | undefined {
  return service.report()?.problems.find((each) => each.code === code);
}

const lastSuccess = (service: Service) =>
  metric(service, 'feed_last_success_timestamp_seconds{feed="calendar"}');

describe('a feed that cannot be read keeps its last good schedule, and says why', () => {
  const LOGIN = '<!doctype html><html><title>Sign in</title><form>Password</form></html>';
  const failures: [string, string, RegExp, (good: string) => FeedServer['answer']][] = [
    [
      'breaks the connection',
      'feed-unreachable',
      /127\.0\.0\.1/,
      () =>
        ({ socket }) =>
          socket.destroy(),
    ],
    ['is too slow', 'feed-slow', /within 30 s/, (good) => (_, response) => response.write(good.slice(0, 99))],
    ['is too large', 'feed-too-large', /larger than the limit/, (good) => says(good + ' '.repeat(9_000))],
    ['answers 500', 'feed-http', /got 500 Internal Server Error/, () => says('oops', { status: 500 })],
    ['shows a login page', 'feed-html', /got a login page/, () => says(LOGIN, { type: 'text/html' })],
    ['sends JSON', 'feed-json', /got JSON/, () => says('{"error": "no such calendar"}')],
    ['ends in the middle', 'feed-incomplete', /it was cut off/, (good) => says(good.slice(0, -30))],
  ];

  it.each(failures)('when it %s', async (_, code, why, failing) => {
    const { play, feed } = await serving('calendarLimits: {bodyBytes: 5000}');
    const good = calendarOf([booking(play)]);
    feed.answer = says(good);
    const service = await play.start();
    await play.until(() => play.replicas('data8') === 3, 'three placeholders');

    feed.answer = failing(good);
    await play.until(() => problem(service, code) !== undefined, 'the problem', 500);
    const before = await lastSuccess(service);
    const tried = await metric(service, 'feed_last_try_timestamp_seconds{feed="calendar"}');
    await play.pass(4 * MINUTE, SECOND);
    expect(play.replicas('data8')).toBe(3);
    expect(service.report()?.feeds[0]).toMatchObject({ state: 'stale', bookings: 1 });
    expect(problem(service, code)).toMatchObject({
      severity: 'warning',
      where: `feed 'calendar' (127.0.0.1:${new URL(feed.origin).port})`,
      message: expect.stringMatching(/the last good schedule, read .* stays in force until/),
    });
    expect(problem(service, code)?.message).toMatch(why);
    expect(before).toBeGreaterThan(0);
    expect(await lastSuccess(service)).toBe(before);
    expect(await metric(service, 'feed_last_try_timestamp_seconds{feed="calendar"}')).toBeGreaterThan(
      tried ?? 0,
    );
    expect(await metric(service, 'feed_state{feed="calendar",state="stale"}')).toBe(1);
    expect(play.log.filter(({ msg, code: told }) => msg === 'problem' && told === code)).toHaveLength(1);
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);

    feed.answer = says(good);
    await play.until(() => problem(service, code) === undefined, 'the end of the problem', 500);
    expect(await lastSuccess(service)).toBeGreaterThan(before ?? 0);
    const told = JSON.stringify([play.log, service.report()]) + (await metricsOf(service));
    expect(told).not.toContain(SECRET);
  });

  it('until feedMaxAge after the last success, counted across a restart; then the baseline', async () => {
    const { play, feed } = await serving('feedMaxAge: 10m');
    feed.answer = says(calendarOf([booking(play)]));
    const first = await play.start();
    await play.until(() => play.replicas('data8') === 3, 'three placeholders');
    feed.answer = says('oops', { status: 503 });
    await play.until(() => problem(first, 'feed-http') !== undefined, 'the problem', 500);
    const lastSuccessMs = first.report()?.feeds[0]?.lastSuccessMs ?? 0;
    await play.pass(5 * MINUTE, SECOND);
    await first.stop();
    const service = await play.start();
    await play.pass(lastSuccessMs + 10 * MINUTE - 1 - play.clock.now(), SECOND);
    expect(service.report()?.feeds[0]?.state).toBe('stale');
    expect(play.replicas('data8')).toBe(3);
    await play.until(() => play.replicas('data8') === 1, 'the baseline', 1);
    await play.until(() => problem(service, 'feed-http')?.severity === 'error', 'the problem', 500);
    expect(service.report()?.pools[0]?.decision.sentence).toContain('nothing is booked, the baseline is 1');
    expect(problem(service, 'feed-http')?.message).toContain(
      'its last good schedule is too old, so its pools are at their baseline',
    );
    expect(await metric(service, 'feed_state{feed="calendar",state="expired"}')).toBe(1);
  });
});

describe('a feed that suddenly lost most of its bookings', () => {
  /** The one that is going on, and three more to come. */
  const week = (play: Played) => [
    booking(play),
    ...[1, 2, 3].map((day) =>
      booking(play, { title: `Day ${day}`, from: day * 1_440, to: day * 1_440 + 60 }),
    ),
  ];
  const losses: [string, string, RegExp, (events: PlayedEvent[]) => PlayedEvent[]][] = [
    ['is empty', 'feed-suddenly-empty', /expected the 4 bookings .* books nothing any more/, () => []],
    ['has one of four', 'feed-suddenly-thin', /expected the 4 bookings .* 3 of them/, (all) => all.slice(3)],
  ];

  it.each(losses)('is believed after ten minutes of the same, not before, when it %s', async (...row) => {
    const [, code, why, lose] = row;
    const { play, feed } = await serving();
    const all = week(play);
    feed.answer = says(calendarOf(all));
    const service = await play.start();
    await play.until(() => play.replicas('data8') === 3, 'three placeholders');

    feed.answer = says(calendarOf(lose(all)));
    await play.until(() => problem(service, code) !== undefined, 'the problem', 500);
    expect(problem(service, code)?.message).toMatch(why);
    const heldSinceMs = service.report()?.feeds[0]?.lastTryMs ?? 0;
    await play.pass(heldSinceMs + 10 * MINUTE - 1 - play.clock.now(), SECOND);
    expect(play.replicas('data8')).toBe(3);
    expect(service.report()?.feeds[0]?.bookings).toBe(4);
    await play.until(() => play.replicas('data8') === 1, 'the baseline', 250);
    await play.until(() => problem(service, code) === undefined, 'the end of the problem', 500);
  });

  it('is believed at once when no more than half of them are gone', async () => {
    const { play, feed } = await serving();
    const all = week(play);
    feed.answer = says(calendarOf(all));
    const service = await play.start();
    await play.until(() => play.replicas('data8') === 3, 'three placeholders');
    const asked = feed.requests.length;
    feed.answer = says(calendarOf(all.slice(2)));
    await play.until(() => play.replicas('data8') === 1, 'the baseline', 250);
    expect(feed.requests.length).toBe(asked + 1);
    // The report comes when the pass has ended, a moment after its write.
    await play.until(() => service.report()?.feeds[0]?.bookings === 2, 'the report');
    expect(service.report()?.feeds[0]).toMatchObject({ state: 'good', bookings: 2, problems: [] });
  });
});

describe('what nobody can read in a calendar loses only itself', () => {
  it('an event with a broken date, and one with a broken rule, each told by title and date', async () => {
    const { play, feed } = await serving();
    const broken = [
      ['Moved by an import', 'DTSTART:20261399T100000Z'],
      ['Every now and then', 'DTSTART:20261123T100000Z', 'RRULE:FREQ=SOMETIMES'],
    ].flatMap(([title, ...lines]) => [
      'BEGIN:VEVENT',
      `UID:${title}`,
      'DTSTAMP:20260101T000000Z',
      ...lines,
      'DURATION:PT1H',
      `SUMMARY:${title}`,
      'DESCRIPTION:data8: 9',
      'END:VEVENT',
      '',
    ]);
    const good = calendarOf([booking(play)]);
    feed.answer = says(good.replace('BEGIN:VEVENT', `${broken.join('\r\n')}BEGIN:VEVENT`));
    const service = await play.start();
    await play.until(() => play.replicas('data8') === 3, 'three placeholders');
    const told = () => service.report()?.problems.filter(({ source }) => source === 'event') ?? [];
    await play.until(() => told().length > 0, 'the problems');
    const found = told();
    expect(found.map(({ where }) => where).sort()).toEqual([
      "event 'Every now and then' of 2026-11-23 10:00",
      "event 'Moved by an import' of 2026-13-99 10:00",
    ]);
    expect(await metric(service, 'feed_problems{feed="calendar"}')).toBe(2);
    expect(await metric(service, 'problems_total{reason="event"}')).toBe(2);
    await play.pass(3 * MINUTE, SECOND);
    expect(play.log.filter(({ msg }) => msg === 'problem')).toHaveLength(2);
  });

  it('a line that is no booking or names no pool, told with the known pools and a right example', async () => {
    const { play, feed } = await serving();
    const text = 'data8: three\\ndatta8: 2\\ndata8: 3';
    feed.answer = says(calendarOf([booking(play, { text })]));
    const service = await play.start();
    await play.until(() => play.replicas('data8') === 3, 'three placeholders');
    const told = () => service.report()?.problems.filter(({ source }) => source === 'booking') ?? [];
    await play.until(() => told().length > 0, 'the problems');
    const found = told();
    expect(found).toEqual([
      expect.objectContaining({ line: 'data8: three', message: expect.stringContaining('"three"') }),
      expect.objectContaining({ line: 'datta8: 2', example: 'data8: 2' }),
    ]);
    expect(found[0]?.example).toMatch(/^data8: \d$/);
    expect(found[1]?.message).toMatch(/no pool "datta8".*did you mean "data8".*Known pools: data8/i);
    expect(found[0]?.where).toContain("event 'Data 8 midterm' of");
    expect(await metric(service, 'problems_total{reason="booking"}')).toBe(2);
  });
});

async function metricsOf({ url }: Service): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}
