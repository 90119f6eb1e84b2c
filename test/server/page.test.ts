import { describe, expect, it } from 'vitest';
import { NODE_STATES } from '../../scaler/plan/headroom.ts';
import { makeApp } from '../../scaler/server/app.ts';
import { page } from '../../scaler/server/page.ts';
import { aFeedReport, aPoolReport, aReport } from '../support/report.ts';
import { HOUR, NOW } from '../support/world.ts';
import {
  aBooking,
  aTypo,
  booked,
  calm,
  feedBroken,
  fresh,
  held,
  problems,
  SCENES,
  type Scene,
  sourceOf,
  standby,
  thousandEvents,
} from './page-scenes.ts';

const app = (scene: Scene) =>
  makeApp({
    health: () => ({ clusterRead: true, passed: true, failing: [] }),
    metrics: async () => ({ contentType: 'text/plain', text: '' }),
    status: sourceOf(scene),
  });
const get = (scene: Scene, url = '/', headers: Record<string, string> = {}) =>
  app(scene).inject({ url, headers });
/** What a person reads, without markup, style and script. */
const textOf = (scene: Scene) =>
  String(page({ source: sourceOf(scene) }))
    .replace(/<(style|script)>.*?<\/\1>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&gt;/g, '>')
    .replace(/\s+/g, ' ');

describe('the page', () => {
  it('shows of each pool what is wanted, there and booked, why, and what comes', () => {
    const text = textOf(booked);
    expect(text).toContain(
      'data8 booked wanted 3 ready 2 pending 1 booked now 4 baseline 1 nodes 5 1 with room',
    );
    expect(text).toContain(
      "event 'Night owls' books 4 until 03:30; 1 of 4 nodes has room (free 62 % cpu, 41 % memory) -> 3",
    );
    expect(text).toContain(
      'Nodes: 1 with room, 1 busy, 2 with a placeholder, 1 with room, but not for long yet.',
    );
    expect(text).toContain('00:20 - 03:30 now 4 Night owls');
    expect(text).toContain('Tue 24 Nov 08:50 - 10:30 3 Data 8 lecture 2');
  });
  it('names the zone of its times', () => {
    expect(textOf(calm)).toContain('Mon 23 Nov 2026 01:30, times in America/Los_Angeles');
    expect(textOf({ ...calm, zone: 'Europe/Berlin' })).toContain('10:30, times in Europe/Berlin');
  });
  it('says that all is well when it is', () => {
    expect(textOf(calm)).toContain('All is well');
    for (const scene of [fresh, feedBroken, held, problems])
      expect(textOf(scene)).not.toContain('All is well');
  });
  it('says that no pass has ended yet after a start, and does not call that nothing booked', () => {
    expect(textOf(fresh)).toContain('Just started: no pass has ended yet.');
    expect(textOf(fresh)).toContain('What is booked is not known yet.');
    expect(textOf(fresh)).not.toContain('Nothing is booked');
  });
  it('says that this replica stands by', () => {
    expect(textOf(standby)).toContain('This replica stands by: another one leads and writes.');
    expect(textOf(calm)).not.toContain('stands by');
  });
  it('says that nothing is written in a dry run', () => {
    expect(textOf({ ...calm, dryRun: true })).toContain('writes nothing');
  });
  it('says how old a calendar is and why it is not read', () => {
    const text = textOf(feedBroken);
    expect(text).toContain('Calendars classes, exams cannot be relied on.');
    expect(text).toContain(
      'classes old copy calendar.example.org: last read 5 h ago (Sun 22 Nov 20:30), last tried 30 s ago',
    );
    expect(text).toContain('(a login page?), status 200. The last good copy is in force.');
    expect(text).toContain(
      'exams cannot be read exams.example.org: never read, last tried 30 s ago; 0 events, 0 bookings',
    );
  });
  it('says which call to the cluster fails, and which pools are held', () => {
    expect(textOf(held)).toContain("The cluster's pods cannot be seen: GET /api/v1/pods: 403 Forbidden");
    expect(textOf(held)).toContain(
      'data8, stat20 are held: the view of the cluster is old, so nothing is lowered.',
    );
  });
  it('says that what it shows is old when passes no longer end', () => {
    const old = { ...calm, report: aReport({ startedMs: NOW - 4 * 60_000 }) };
    expect(textOf(old)).toContain(
      'The last pass was 4 min ago, expected one every 60 s: everything below is that old.',
    );
  });
  it('says which pools are set by hand', () => {
    const byHand = { ...calm, report: aReport({ pools: [aPoolReport({ reason: 'manual' })] }) };
    expect(textOf(byHand)).toContain('data8 is set by hand: an annotation on the Deployment says how many');
  });
  it('says what keeps a pool from having its placeholders', () => {
    const pools = [
      aPoolReport({ foreign: 'managed by Helm' }),
      aPoolReport({ pool: 'stat20', replicaFailure: 'exceeded quota: pods' }),
    ];
    const text = textOf({ ...calm, report: aReport({ pools }) });
    expect(text).toContain('not served');
    expect(text).toContain('A Deployment of that name belongs to someone else: managed by Helm');
    expect(text).toContain('The cluster makes no pods: exceeded quota: pods');
  });
  it('shows what maxReplicas takes away', () => {
    const scene = { ...calm, bookings: [aBooking(NOW + HOUR, 1, { count: 300 })] };
    expect(textOf(scene)).toContain('100 cut from 300');
  });
  it('says that there is no pool, or no calendar', () => {
    const text = textOf({ report: aReport({ pools: [], feeds: [] }) });
    expect(text).toContain('There is no pool yet: name one under nodePools');
    expect(text).toContain('No calendar is set: every pool keeps its baseline.');
  });
});

describe('a problem on the page', () => {
  it('has its event, date and line, what was expected, and what to write', () => {
    expect(textOf(problems)).toContain(
      'error Data 8 lab Tue 24 Nov 09:00 - 10:00, line 2, calendar classes typed: datta8: 3 no pool "datta8"; did you mean "data8"? Known pools: data8, stat20 write: data8: 3',
    );
  });
  it('without an event has the place', () => {
    expect(textOf(problems)).toContain('warning nodePools.data8.maxReplicas pool data8 300 placeholders');
  });
  it('comes before those that are only warnings, and is counted at the top', () => {
    const text = textOf(problems);
    expect(text.indexOf('datta8: 3')).toBeLessThan(text.indexOf('stat20: 1'));
    expect(text).toContain('There are 4 problems.');
  });
  it('shows an example of several lines as one that means the same', () => {
    const example = 'nodePools:\n  data8:\n    replicas: 1';
    expect(textOf({ ...calm, report: aReport({ problems: [{ ...aTypo, example }] }) })).toContain(
      'write: {nodePools: {data8: {replicas: 1}}}',
    );
  });
  it('is not repeated for ever: a hundred are listed, the others counted', () => {
    const many = Array.from({ length: 130 }, () => aTypo);
    expect(textOf({ ...calm, report: aReport({ problems: many }) })).toContain(
      'and 30 more; the log has them all.',
    );
  });
});

describe('what strangers wrote', () => {
  const EVIL = `"'><script>alert(1)</script><img src=x onerror=alert(2)>\u202e&lt;\u0000\`</title></style>`;
  const evil: Scene = {
    ...booked,
    bookings: [
      aBooking(NOW - HOUR, 3, { title: EVIL, feed: EVIL }),
      aBooking(NOW, 1, { title: EVIL, count: 9 }),
    ],
    report: aReport({
      pools: [
        aPoolReport({
          foreign: EVIL,
          replicaFailure: EVIL,
          resizeWaits: { from: { [EVIL]: EVIL }, to: { memory: EVIL } },
          decision: { ...aPoolReport().decision, sentence: EVIL },
          change: { kind: 'apply', why: ['replicas'] } as never,
          result: { ok: false, message: EVIL } as never,
        }),
      ],
      feeds: [aFeedReport({ name: EVIL, host: EVIL, state: 'stale', lastError: EVIL })],
      cluster: {
        watches: [{ resource: 'pods', synced: true, objects: 1, restarts: {}, failing: EVIL }],
        driftFound: 0,
      },
      problems: [
        {
          ...aTypo,
          where: EVIL,
          message: EVIL,
          line: EVIL,
          example: EVIL,
          feed: EVIL,
          pool: EVIL,
          event: { uid: EVIL, title: EVIL, startMs: NOW, endMs: NOW + HOUR },
        },
        { ...aTypo, event: undefined as never, where: EVIL },
      ],
    }),
    zone: 'UTC',
  };

  it('is text on the page, never markup', () => {
    const markup = String(page({ source: sourceOf(evil), token: EVIL }));
    const tags = new Set([...markup.matchAll(/<\/?([^\s>/]+)/g)].map(([, tag]) => tag));
    const known =
      String(page({ source: sourceOf(feedBroken) })) + String(page({ source: sourceOf(problems) }));
    expect([...tags].filter((tag) => !known.includes(`<${tag}`) && !known.includes(`</${tag}`))).toEqual([]);
    expect(markup.match(/<script/g)).toHaveLength(1);
    expect(markup).not.toMatch(/<img|onerror=alert\(2\)>[^&]/);
    expect(['\u202e', '\u0000'].filter((mark) => markup.includes(mark))).toEqual([]);
    expect(markup.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(15);
  });
  it('cannot leave an attribute: every attribute is in double quotes, and no text holds one', () => {
    const markup = String(page({ source: sourceOf(evil) })).replace(/<(style|script)>.*?<\/\1>/gs, '');
    const odd = [...markup.matchAll(/<[a-zA-Z][^>]*>/g)]
      .map(([tag]) => tag)
      .filter(
        (tag) =>
          !/^<[a-zA-Z][a-zA-Z0-9]*(\s+[a-zA-Z-]+(="[^"<>`]*")?)*\s*\/?>$/.test(tag) && !/^<!/.test(tag),
      );
    expect(odd).toEqual([]);
  });
});

describe('the answer over HTTP', () => {
  it('lets a browser run what the page itself brings and nothing else', async () => {
    const { headers, statusCode } = await get(calm);
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; script-src 'sha256-[\w+/]{43}='; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  });
  it('asks for nothing from anywhere else', async () => {
    const { body } = await get(feedBroken);
    const addresses = [...body.matchAll(/(?:href|src|srcset|action|url)\s*[=(]\s*"?([^"\s)>]+)/g)].map(
      ([, to]) => to,
    );
    expect(addresses.filter((to) => !/^(#|data:image|calendar\.ics)/.test(to ?? ''))).toEqual([]);
    expect(body).not.toMatch(/@import|url\(|<link rel="stylesheet|<iframe|<form/);
  });
  it('is made for every situation', async () => {
    for (const scene of Object.values(SCENES)) expect((await get(scene)).statusCode).toBe(200);
  });
  it('is no longer for a pool of a thousand nodes than for one of a few', async () => {
    const sized = async (nodes: number) => {
      const states = Object.fromEntries(NODE_STATES.map((state) => [state, nodes])) as Record<string, number>;
      const pool = aPoolReport();
      const headroom = { ...pool.headroom, states: states as never, nodes: nodes * 8, free: nodes };
      const decision = { ...pool.decision, headroom };
      return (await get({ ...calm, report: aReport({ pools: [{ ...pool, headroom, decision }] }) })).body
        .length;
    };
    expect(await sized(1_000)).toBeLessThan((await sized(1)) + 100);
  });
  it('stays below 100 kB with a thousand events of one pool', async () => {
    expect((await get(thousandEvents)).body.length).toBeLessThan(100_000);
  });
  it('is made once a second, however often it is asked for', async () => {
    let made = 0;
    const source = sourceOf(calm);
    const counting = makeApp({
      health: () => ({ clusterRead: true, passed: true, failing: [] }),
      metrics: async () => ({ contentType: 'text/plain', text: '' }),
      status: {
        ...source,
        schedule() {
          made += 1;
          return source.schedule();
        },
      },
    });
    for (let ask = 0; ask < 5; ask++) await counting.inject('/');
    expect(made).toBe(1);
  });
});

describe('the answer calendar over HTTP', () => {
  it('is a calendar with every window and problem', async () => {
    const { headers, body } = await get({ ...calm, report: aReport({ problems: [aTypo] }) }, '/calendar.ics');
    expect(headers['content-type']).toBe('text/calendar; charset=utf-8');
    expect(body).toContain("SUMMARY:data8: 12 nodes from 13:50\\, asked by 'Data 8 midterm'");
    expect(body).toContain("SUMMARY:not understood: 'datta8: 3'\\; write data8: 3");
  });
  it('is of one pool when asked for it, and names the pools when it is none', async () => {
    const { body } = await get(calm, '/calendar.ics?pool=stat20');
    expect(body.match(/SUMMARY:.*/g)).toEqual([expect.stringMatching(/^SUMMARY:stat20: 0 nodes from 09:00/)]);
    expect(await get(calm, '/calendar.ics?pool=data9')).toMatchObject({
      statusCode: 404,
      body: 'pool: expected one of data8, stat20\n',
    });
    expect((await get(calm, '/calendar.ics?pool=data8&pool=stat20')).statusCode).toBe(404);
  });
  it('is not sent again while nothing changed', async () => {
    let now = NOW;
    const made = makeApp({
      health: () => ({ clusterRead: true, passed: true, failing: [] }),
      metrics: async () => ({ contentType: 'text/plain', text: '' }),
      status: { ...sourceOf(calm), now: () => now },
    });
    const first = await made.inject('/calendar.ics');
    now += 5 * HOUR;
    const again = await made.inject('/calendar.ics');
    expect(again.body).toBe(first.body);
    const etag = String(first.headers.etag);
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const { statusCode, body } = await made.inject({
        url: '/calendar.ics',
        headers: { 'if-none-match': tag },
      });
      expect([statusCode, body]).toEqual([304, '']);
    }
    const other = await made.inject({ url: '/calendar.ics', headers: { 'if-none-match': '"other"' } });
    expect(other.statusCode).toBe(200);
  });
});
