import { beforeEach, describe, expect, test } from 'vitest';
import { type FeedBody, joinSlabs } from '../../scaler/calendar/body.ts';
import type { ExpandRequest } from '../../scaler/calendar/expand.ts';
import type { FetchResult, KnownCopy } from '../../scaler/calendar/feed.ts';
import { createFeeds, type Feeds, type FeedsOptions } from '../../scaler/calendar/feeds.ts';
import type { SavedFeed } from '../../scaler/calendar/saved-feed.ts';
import type { FeedWindows } from '../../scaler/calendar/schedule.ts';
import type { Config, FeedConfig } from '../../scaler/config/schema.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A server, a reader and a clock that the test moves; a body is `data8 3 @1h` lines: count and start after 09:00. */
class World {
  clock: ManualClock = manualClock();
  answers = new Map<string, FetchResult>();
  asked: { feed: string; atMs: number; etag?: string | undefined }[] = [];
  read: ExpandRequest[] = [];
  logged: string[] = [];
  changes = 0;
  feeds!: Feeds;

  start(config: Config, saved?: Record<string, SavedFeed>): Feeds {
    const options: FeedsOptions = {
      config,
      saved,
      clock: this.clock,
      random: () => 0.5,
      log: {
        info: (_fields, sentence) => this.logged.push(`info ${sentence}`),
        warn: (_fields, sentence) => this.logged.push(`warn ${sentence}`),
      },
      fetchFeed: async (feed: FeedConfig, known: KnownCopy | undefined) => {
        this.asked.push({ feed: feed.name, atMs: this.clock.now(), etag: known?.etag });
        const answer = this.answers.get(feed.name) ?? error('feed-unreachable');
        const same = answer.kind === 'body' && answer.etag !== undefined && answer.etag === known?.etag;
        return same ? { kind: 'unchanged' } : answer;
      },
      expand: async (request) => {
        this.read.push(request);
        const text = Buffer.from(joinSlabs(request.slabs)).toString();
        if (text === 'bomb')
          return { kind: 'refused', code: 'feed-deadline', message: 'reading it took longer than 10 s' };
        const windows = windowsOf(text, request);
        const bookings = Object.values(windows).flat().length;
        return { kind: 'windows', windows, problems: [], bookings, events: bookings };
      },
    };
    this.feeds = createFeeds(options);
    this.feeds.start(() => this.changes++);
    return this.feeds;
  }

  /** What the server answers from now on. */
  says(text: string, { feed = 'team', etag }: { feed?: string; etag?: string } = {}): void {
    this.answers.set(feed, { kind: 'body', body: bodyOf(text), ...(etag === undefined ? {} : { etag }) });
  }

  fails(code = 'feed-unreachable', more: Partial<FetchResult> = {}, feed = 'team'): void {
    this.answers.set(feed, { ...error(code), ...more } as FetchResult);
  }

  booked(pool = 'data8', hoursFromNow = 0): number | undefined {
    return this.feeds.schedule().bookedAt(pool, this.clock.now() + hoursFromNow * HOUR, 0)?.count;
  }

  report(feed = 'team') {
    const report = this.feeds.reports().find(({ name }) => name === feed);
    if (report === undefined) throw new Error(`no report of ${feed}`);
    return report;
  }

  knows(pool = 'data8') {
    return this.feeds.poolCalendar(pool, this.clock.now());
  }
}

const START = manualClock().now();

function windowsOf(text: string, { settings, fromMs, toMs }: ExpandRequest): FeedWindows {
  const windows: FeedWindows = {};
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [, pool = '', count, hours] = /^(\S+) (\d+) @(-?\d+)h$/.exec(line) ?? [];
    const startMs = START + Number(hours) * HOUR;
    const endMs = startMs + HOUR;
    if (endMs <= fromMs || startMs >= toMs) continue;
    const by = [{ title: `${line}`, count: Number(count), startMs, endMs, feed: settings.feed }];
    windows[pool] = [...(windows[pool] ?? []), { startMs, endMs, core: Number(count), by }];
  }
  for (const segments of Object.values(windows)) segments.sort((a, b) => a.startMs - b.startMs);
  return windows;
}

function bodyOf(text: string): FeedBody {
  const slab = new Uint8Array(Buffer.from(text));
  return { slabs: [slab], bytes: slab.byteLength, hash: `hash of ${text.slice(0, 200)}` };
}

function error(code: string): FetchResult {
  return { kind: 'error', code, message: `example.org ${code}`, passing: true };
}

function config(more: Partial<Config> = {}, ...feeds: Partial<FeedConfig>[]): Config {
  const all = feeds.length === 0 ? [{}] : feeds;
  return {
    feeds: all.map((feed) => ({
      name: 'team',
      url: 'https://example.org/5ecret.ics',
      unknownPools: 'problem',
      ...feed,
    })),
    calendarOverrideEnabled: false,
    overlap: 'max',
    pollIntervalMs: MINUTE,
    feedMaxAgeMs: 7 * DAY,
    calendarLimits: { bodyBytes: 20e6, deadlineMs: 10_000, memoryMb: 512 } as Config['calendarLimits'],
    pools: [{ name: 'data8', baseline: 0, leadTimeMs: 0, holdTimeMs: 0 } as Config['pools'][number]],
    ...more,
  } as Config;
}

/** Five bookings over the next days, the first one now. */
const FIVE = [0, 24, 48, 72, 96].map((hours) => `data8 3 @${hours}h`).join('\n');

let world: World;
beforeEach(() => {
  world = new World();
});

describe('a feed that works', () => {
  test('is unread until the first try ended, then good, and its bookings are in force', async () => {
    world.says(FIVE);
    world.start(config());
    expect([world.report().state, world.knows(), world.booked()]).toEqual(['unread', 'unread', undefined]);
    await world.clock.advance(0);
    expect([world.report().state, world.knows(), world.booked()]).toEqual(['good', 'read', 3]);
    expect(world.report()).toMatchObject({
      host: 'example.org',
      events: 5,
      bookings: 5,
      lastSuccessMs: START,
      lastTryMs: START,
    });
    expect(world.changes).toBe(1);
    expect(world.logged).toEqual(['info feed read']);
  });

  test('is asked once per interval', async () => {
    world.says(FIVE);
    world.start(config({ pollIntervalMs: 5 * MINUTE }));
    await world.clock.advance(15 * MINUTE);
    expect(world.asked.map(({ atMs }) => (atMs - START) / MINUTE)).toEqual([0, 5, 10, 15]);
  });

  test('is asked at its interval also after the wall clock was set back', async () => {
    world.says(FIVE);
    world.start(config());
    await world.clock.advance(MINUTE);
    world.clock.stepWall(-30 * MINUTE);
    world.says(`${FIVE}\ndata8 7 @1h`);
    await world.clock.advance(2 * MINUTE);
    expect(world.asked).toHaveLength(4);
    expect(world.booked('data8', 2)).toBe(7);
  });

  test('starts no worker and changes nothing while it is unchanged, by its ETag or by its body', async () => {
    for (const etag of ['"v1"', undefined]) {
      world = new World();
      world.says(FIVE, etag === undefined ? {} : { etag });
      world.start(config());
      await world.clock.advance(HOUR);
      expect(world.asked.at(-1)?.etag).toBe(etag);
      expect(world.read).toHaveLength(1);
      expect(world.changes).toBe(1);
      expect(world.report().tries).toEqual({ ok: 1, unchanged: 60, error: 0, refused: 0, held: 0 });
      expect(world.report().lastSuccessMs).toBe(START + HOUR);
    }
  });

  test('is read when it changed', async () => {
    world.says(FIVE, { etag: '"v1"' });
    world.start(config());
    await world.clock.advance(0);
    world.says(`${FIVE}\ndata8 7 @1h`, { etag: '"v2"' });
    await world.clock.advance(MINUTE);
    expect(world.booked('data8', 1)).toBe(7);
    expect(world.read).toHaveLength(2);
    expect(world.logged).toEqual(['info feed read', 'info feed changed']);
  });

  test('is read 14 days ahead, and again about once a day from the kept body', async () => {
    world.says(`${FIVE}\ndata8 9 @${15 * 24}h`, { etag: '"v1"' });
    world.start(config());
    await world.clock.advance(3 * DAY + HOUR);
    expect(world.read.map(({ nowMs, toMs }) => [(nowMs - START) / DAY, (toMs - nowMs) / DAY])).toEqual([
      [0, 14],
      [expect.closeTo(1, 2), 14],
      [expect.closeTo(2, 2), 14],
      [expect.closeTo(3, 2), 14],
    ]);
    expect(world.booked('data8', 12 * 24 - 1)).toBe(9);
    expect(new Set(world.asked.slice(1).map(({ etag }) => etag))).toEqual(new Set(['"v1"']));
  });

  test('is fetched whole for the next horizon when its body was too large to keep', async () => {
    const large = `${FIVE}\n${'\n'.repeat(5_000_000)}`;
    world.says(large, { etag: '"v1"' });
    world.start(config({ pollIntervalMs: HOUR }));
    await world.clock.advance(25 * HOUR);
    expect(world.read).toHaveLength(2);
    expect(world.asked.filter(({ etag }) => etag === undefined)).toHaveLength(2);
  });
});

describe('a feed that fails', () => {
  test('and was never read leaves its pools unlowered', async () => {
    world.fails();
    world.start(config());
    await world.clock.advance(0);
    expect([world.report().state, world.knows(), world.report().lastError]).toEqual([
      'failed',
      'failed',
      'example.org feed-unreachable',
    ]);
    expect(world.report().problems).toMatchObject([
      {
        code: 'feed-unreachable',
        source: 'feed',
        severity: 'error',
        feed: 'team',
        where: "feed 'team' (example.org)",
        message:
          'example.org feed-unreachable; nothing is known of its bookings, so its pools are not lowered: they keep what they have until it can be read; repair its address, or remove the calendar from the values',
      },
    ]);
  });

  test('keeps its last good schedule until feedMaxAge, then its pools are at their baseline', async () => {
    world.says(`${FIVE}\ndata8 4 @167h\ndata8 4 @168h`);
    world.start(config());
    await world.clock.advance(0);
    world.fails();
    await world.clock.advance(7 * DAY - 1);
    expect([world.report().state, world.knows(), world.booked()]).toEqual(['stale', 'read', 4]);
    expect(world.report().problems).toMatchObject([
      {
        severity: 'warning',
        message:
          'example.org feed-unreachable; the last good schedule, read 2026-11-23T09:00Z, stays in force until 2026-11-30T09:00Z',
      },
    ]);
    const changes = world.changes;
    await world.clock.advance(1);
    expect([world.report().state, world.knows(), world.booked()]).toEqual(['expired', 'read', undefined]);
    expect(world.changes).toBeGreaterThan(changes);
    expect(world.logged).toEqual([
      'info feed read',
      'warn feed cannot be read, the last good schedule stays in force',
      'warn feed cannot be read, and its last good schedule is over: pools are at their baseline',
    ]);
  });

  test('works again as soon as it answers, also after it had expired, and without its old ETag', async () => {
    world.says(FIVE, { etag: '"v1"' });
    world.start(config({ feedMaxAgeMs: HOUR }));
    await world.clock.advance(0);
    world.fails();
    await world.clock.advance(2 * HOUR);
    expect(world.report().state).toBe('expired');
    world.says(FIVE, { etag: '"v1"' });
    await world.clock.advance(MINUTE);
    expect([world.report().state, world.asked.at(-1)?.etag, world.booked('data8', 22)]).toEqual([
      'good',
      undefined,
      3,
    ]);
    expect(world.report().problems).toEqual([]);
    expect(world.logged.at(-1)).toBe('info feed works again');
  });

  test('is warned of once, not with every try', async () => {
    world.fails();
    world.start(config());
    await world.clock.advance(HOUR);
    expect(world.logged).toEqual(['warn feed cannot be read, and nothing is remembered of it']);
    expect(world.changes).toBe(1);
  });

  test('is asked sooner at first, and never more often than the interval later', async () => {
    world.fails();
    world.start(config());
    await world.clock.advance(4 * MINUTE);
    expect(world.asked.map(({ atMs }) => (atMs - START) / SECOND)).toEqual([0, 5, 15, 35, 75, 135, 195]);
  });

  test('is not asked before the server allows it', async () => {
    world.fails('feed-http', { retryAtMs: START + 10 * MINUTE, passing: true } as Partial<FetchResult>);
    world.start(config());
    await world.clock.advance(10 * MINUTE - 1);
    expect(world.asked).toHaveLength(1);
    await world.clock.advance(1);
    expect(world.asked).toHaveLength(2);
  });

  test('has its kept body read for the next horizon all the same', async () => {
    world.says(`${FIVE}\ndata8 9 @${20 * 24}h`);
    world.start(config({ feedMaxAgeMs: 30 * DAY, pollIntervalMs: HOUR }));
    await world.clock.advance(0);
    world.fails();
    await world.clock.advance(20 * DAY);
    expect([world.report().state, world.booked()]).toEqual(['stale', 9]);
  });
});

describe('a body that is refused', () => {
  test('leaves the last good schedule, and is not read again with every poll', async () => {
    world.says(FIVE);
    world.start(config());
    await world.clock.advance(0);
    world.says('bomb');
    await world.clock.advance(4 * MINUTE);
    expect([world.report().state, world.booked()]).toEqual(['stale', 3]);
    expect(world.report().lastError).toBe('reading it took longer than 10 s');
    expect(world.read).toHaveLength(2);
    expect(world.report().tries).toMatchObject({ ok: 1, refused: 4 });
    await world.clock.advance(2 * MINUTE);
    expect(world.read).toHaveLength(3);
    await world.clock.advance(DAY);
    expect(world.read.length).toBeLessThan(32);
  });

  test('is forgotten when the feed says something else', async () => {
    world.says('bomb');
    world.start(config());
    await world.clock.advance(0);
    expect(world.knows()).toBe('failed');
    world.says(FIVE);
    await world.clock.advance(MINUTE);
    expect([world.report().state, world.report().problems, world.booked()]).toEqual(['good', [], 3]);
  });

  test('holds up no other feed', async () => {
    world.says('bomb');
    world.says(FIVE, { feed: 'other' });
    world.start(config({}, {}, { name: 'other', url: 'https://example.org/other.ics' }));
    await world.clock.advance(0);
    expect([world.report('other').state, world.booked()]).toEqual(['good', 3]);
  });
});

describe('a feed that is suddenly empty', () => {
  beforeEach(async () => {
    world.says(FIVE, { etag: '"v1"' });
    world.start(config());
    await world.clock.advance(0);
    world.says('', { etag: '"v2"' });
    await world.clock.advance(MINUTE);
  });

  test('is held back with a problem', () => {
    expect([world.report().state, world.booked(), world.knows()]).toEqual(['stale', 3, 'read']);
    expect(world.report().problems).toMatchObject([
      {
        code: 'feed-suddenly-empty',
        severity: 'warning',
        message:
          'expected the 5 bookings still to come, got a calendar that books nothing any more; the earlier bookings stay in force for now',
        example: 'if this is right, wait: after 10 minutes it is believed',
      },
    ]);
    expect(world.logged.at(-1)).toBe(
      'warn feed lost most of its bookings, the earlier ones stay in force for now',
    );
    expect(world.report().tries.held).toBe(1);
  });

  test('is believed after ten minutes of it, without reading it again', async () => {
    await world.clock.advance(9 * MINUTE);
    expect(world.booked()).toBe(3);
    await world.clock.advance(MINUTE);
    expect([world.report().state, world.booked(), world.report().problems]).toEqual(['good', undefined, []]);
    expect(world.read).toHaveLength(2);
  });

  test('is not believed when it comes back, and the ten minutes begin anew', async () => {
    world.says(FIVE, { etag: '"v1"' });
    await world.clock.advance(MINUTE);
    expect([world.report().state, world.report().problems]).toEqual(['good', []]);
    world.says('', { etag: '"v3"' });
    await world.clock.advance(10 * MINUTE);
    expect(world.booked()).toBe(3);
    await world.clock.advance(MINUTE);
    expect(world.booked()).toBeUndefined();
  });

  test('is not believed before it said the same for ten minutes: one that says another thing begins anew', async () => {
    await world.clock.advance(8 * MINUTE);
    world.says('data8 1 @200h', { etag: '"v3"' });
    await world.clock.advance(9 * MINUTE);
    expect([world.report().state, world.booked('data8', 24)]).toEqual(['stale', 3]);
    await world.clock.advance(2 * MINUTE);
    expect([world.report().state, world.booked('data8', 24)]).toEqual(['good', undefined]);
  });

  test('goes on saying the same when only its text differs', async () => {
    for (let minute = 1; minute <= 10; minute++) {
      world.says('\n'.repeat(minute), { etag: `"${minute}"` });
      await world.clock.advance(MINUTE);
    }
    expect([world.report().state, world.booked()]).toEqual(['good', undefined]);
  });

  test('is not believed for the time in which it could not be read', async () => {
    world.fails('feed-http', { passing: false } as Partial<FetchResult>);
    await world.clock.advance(HOUR);
    world.says('', { etag: '"v2"' });
    await world.clock.advance(9 * MINUTE);
    expect(world.booked('data8', 23)).toBe(3);
    await world.clock.advance(2 * MINUTE);
    expect([world.report().state, world.booked('data8', 23)]).toEqual(['good', undefined]);
  });

  test('is not believed because of silence after it', async () => {
    world.fails();
    await world.clock.advance(HOUR);
    expect([world.report().state, world.booked('data8', 23)]).toEqual(['stale', 3]);
  });
});

test('a calendar whose every event but one is deleted is held back, one that loses a single event is not', async () => {
  world.says(FIVE);
  world.start(config());
  await world.clock.advance(0);
  world.says(FIVE.split('\n').slice(0, 4).join('\n'));
  await world.clock.advance(MINUTE);
  expect(world.report().state).toBe('good');
  world.says(FIVE.split('\n').slice(0, 1).join('\n'));
  await world.clock.advance(MINUTE);
  expect(world.report()).toMatchObject({ state: 'stale', problems: [{ code: 'feed-suddenly-thin' }] });
});

test('a calendar is not doubted because of the bookings of a pool that is no more', async () => {
  world.says(FIVE);
  world.start(config());
  await world.clock.advance(0);
  const saved = JSON.parse(JSON.stringify(world.feeds.saved()));
  await world.feeds.stop();
  world.says(FIVE.replaceAll('data8', 'cs8'));
  const pools = [{ name: 'cs8', baseline: 0, leadTimeMs: 0, holdTimeMs: 0 } as Config['pools'][number]];
  world.start(config({ pools }), saved);
  await world.clock.advance(0);
  expect([world.report().state, world.booked('cs8'), world.booked('data8')]).toEqual(['good', 3, undefined]);
});

describe('several feeds', () => {
  const two = config({}, { name: 'a', pools: ['data8'] }, { name: 'b', url: 'https://example.org/b.ics' });

  test('book together', async () => {
    world.says('data8 2 @0h', { feed: 'a' });
    world.says('data8 5 @0h\nstat20 1 @0h', { feed: 'b' });
    world.start(two);
    await world.clock.advance(0);
    expect([world.booked('data8'), world.booked('stat20')]).toEqual([5, 1]);
  });

  test('concern only the pools they may book', async () => {
    world.says('stat20 1 @0h', { feed: 'b' });
    world.fails('feed-http', {}, 'a');
    world.start(two);
    await world.clock.advance(0);
    expect([world.knows('data8'), world.knows('stat20')]).toEqual(['failed', 'read']);
  });

  test('none at all are as one that was read and is empty', () => {
    world.start({ ...config(), feeds: [] });
    expect([world.knows(), world.booked(), world.feeds.reports()]).toEqual(['read', undefined, []]);
  });
});

describe('a restart', () => {
  const restarted = async (laterMs: number, next: Config = config(), down = false): Promise<void> => {
    world.says(`${FIVE}\ndata8 6 @30h`, { etag: '"v1"' });
    world.start(config());
    await world.clock.advance(0);
    const saved = JSON.parse(JSON.stringify(world.feeds.saved()));
    await world.feeds.stop();
    const { answers } = world;
    world = new World();
    world.answers = answers;
    await world.clock.advance(laterMs);
    if (down) world.fails();
    world.start(next, saved);
  };

  test('remembers the schedule before the first try', async () => {
    await restarted(30 * HOUR);
    expect([world.report().state, world.knows(), world.booked()]).toEqual(['unread', 'remembered', 6]);
    expect(world.report()).toMatchObject({ lastSuccessMs: START, events: 6, bookings: 6 });
  });

  test('and a feed that is down leaves the remembered schedule in force', async () => {
    await restarted(30 * HOUR, config(), true);
    await world.clock.advance(0);
    expect([world.report().state, world.booked()]).toEqual(['stale', 6]);
    await world.clock.advance(7 * DAY - 30 * HOUR);
    expect(world.report().state).toBe('expired');
  });

  test('knows for fifteen minutes of failed tries that the remembered schedule may be old, then goes by it', async () => {
    await restarted(30 * HOUR, config(), true);
    await world.clock.advance(15 * MINUTE - 1);
    expect([world.report().state, world.knows(), world.booked()]).toEqual(['stale', 'remembered', 6]);
    await world.clock.advance(1);
    expect([world.report().state, world.knows(), world.booked()]).toEqual(['stale', 'read', 6]);
  });

  test('goes by what it reads as soon as a try works, and by that also when the next ones fail', async () => {
    await restarted(MINUTE, config(), true);
    await world.clock.advance(MINUTE);
    expect(world.knows()).toBe('remembered');
    world.says(FIVE, { etag: '"v1"' });
    await world.clock.advance(MINUTE);
    expect([world.report().state, world.knows()]).toEqual(['good', 'read']);
    world.fails();
    await world.clock.advance(MINUTE);
    expect([world.report().state, world.knows()]).toEqual(['stale', 'read']);
  });

  test('does not go by the remembered schedule while what it reads is held back', async () => {
    await restarted(MINUTE, config(), true);
    world.says('', { etag: '"v2"' });
    await world.clock.advance(9 * MINUTE);
    expect([world.report().tries.held, world.knows()]).toEqual([9, 'remembered']);
    await world.clock.advance(2 * MINUTE);
    expect([world.report().state, world.knows()]).toEqual(['good', 'read']);
  });

  test('soon after needs no body, for the server confirms the remembered copy', async () => {
    await restarted(MINUTE);
    await world.clock.advance(0);
    expect([world.report().state, world.asked[0]?.etag, world.read.length, world.booked()]).toEqual([
      'good',
      '"v1"',
      0,
      3,
    ]);
  });

  test('a day after fetches the body for the next horizon', async () => {
    await restarted(30 * HOUR);
    await world.clock.advance(0);
    expect([world.report().state, world.asked[0]?.etag, world.read.length]).toEqual(['good', undefined, 1]);
  });

  test('after feedMaxAge waits for the first try, then is at the baseline when that fails', async () => {
    await restarted(8 * DAY, config(), true);
    expect([world.report().state, world.knows(), world.booked()]).toEqual(['unread', 'unread', undefined]);
    await world.clock.advance(0);
    expect([world.report().state, world.knows()]).toEqual(['expired', 'read']);
  });

  test('knows nothing past the remembered horizon', async () => {
    const forever = config({ feedMaxAgeMs: 60 * DAY });
    await restarted(13 * DAY, forever, true);
    await world.clock.advance(0);
    expect(world.report().state).toBe('stale');
    await world.clock.advance(DAY);
    expect([world.report().state, world.knows()]).toEqual(['expired', 'read']);
  });

  test('with another address forgets what the old one said', async () => {
    await restarted(HOUR, config({}, { url: 'https://example.org/other.ics' }));
    expect([world.knows(), world.booked('data8', 23)]).toEqual(['unread', undefined]);
  });

  test('finds what a feed said by its address, whatever its name is now', async () => {
    await restarted(HOUR, config({}, { name: 'classes' }), true);
    world.fails('feed-unreachable', {}, 'classes');
    await world.clock.advance(0);
    expect([world.report('classes').state, world.booked('data8', 23)]).toEqual(['stale', 3]);
    expect(world.feeds.schedule().bookedAt('data8', START + 24 * HOUR, 0)?.by[0]?.feed).toBe('classes');
  });

  test('without a feed passes on what it said, until feedMaxAge', async () => {
    await restarted(HOUR, { ...config(), feeds: [] });
    const later = Object.values(world.feeds.saved());
    expect(later).toMatchObject([{ bookings: 6, lastSuccessMs: START }]);
    await world.clock.advance(7 * DAY);
    expect(world.feeds.saved()).toEqual({});
  });

  test('with other settings keeps the remembered schedule until the body was read again', async () => {
    await restarted(HOUR, config({ overlap: 'sum' }));
    expect(world.booked('data8', 23)).toBe(3);
    await world.clock.advance(0);
    expect([world.asked[0]?.etag, world.read.length]).toEqual([undefined, 1]);
  });

  test.each<unknown>([
    null,
    7,
    { lastSuccessMs: 'x' },
    { windows: [[1]] },
    { windows: { data8: [{}] } },
    { windows: { data8: [{ startMs: 1, endMs: 2, by: [null] }] } },
    { problems: 'none' },
    { settingsHash: 1 },
  ])('survives a state that makes no sense: %j', async (damage) => {
    world.says(FIVE);
    world.start(config());
    await world.clock.advance(0);
    const { team } = world.feeds.saved();
    await world.feeds.stop();
    const damaged = damage !== null && typeof damage === 'object' ? { ...team, ...damage } : damage;
    world.start(config(), { team: damaged as SavedFeed });
    expect(world.knows()).toBe('unread');
    await world.clock.advance(0);
    expect(world.booked()).toBe(3);
  });
});

describe('what is saved', () => {
  test('has no part of the address in it', async () => {
    world.says(FIVE);
    world.start(config());
    await world.clock.advance(0);
    world.fails();
    await world.clock.advance(MINUTE);
    const shown = JSON.stringify([world.feeds.saved(), world.feeds.reports(), world.logged]);
    expect(shown).not.toContain('5ecret');
  });

  test('stays under half a mebibyte, nearest bookings first, and its horizon ends where something was left out', async () => {
    const many = Array.from({ length: 300 }, (_, hour) => `data8 ${hour + 1} @${hour}h`);
    const pools = Array.from({ length: 40 }, (_, index) =>
      many.map((line) => line.replace('data8', `pool-${index}`)),
    );
    world.says(pools.flat().join('\n'));
    world.start(config());
    await world.clock.advance(0);
    const saved = world.feeds.saved().team;
    const bytes = JSON.stringify(saved).length;
    expect(bytes).toBeGreaterThan(400_000);
    expect(bytes).toBeLessThan(524_288);
    const ends = Object.values(saved?.windows ?? {}).map((segments) => segments.at(-1)?.endMs ?? 0);
    expect(Object.keys(saved?.windows ?? {})).toHaveLength(40);
    expect(Math.max(...ends)).toBeLessThanOrEqual((saved?.horizonEndMs ?? 0) + HOUR);
    expect(saved?.horizonEndMs).toBeLessThan(START + 14 * DAY);
  });
});

describe('other settings', () => {
  beforeEach(async () => {
    world.says(FIVE, { etag: '"v1"' });
    world.start(config());
    await world.clock.advance(0);
  });

  test('make the windows again at once, from the kept body, also while the feed is down', async () => {
    world.fails();
    world.feeds.reconfigure(config({ overlap: 'sum' }));
    await world.clock.advance(0);
    expect(world.read.map(({ settings }) => settings.overlap)).toEqual(['max', 'sum']);
    expect([world.report().state, world.booked()]).toEqual(['stale', 3]);
  });

  test('leave the windows made with the old ones no more than remembered, until they are made again', async () => {
    world.feeds.reconfigure(config({ overlap: 'sum' }));
    expect([world.knows(), world.booked()]).toEqual(['remembered', 3]);
    await world.clock.advance(0);
    expect([world.knows(), world.booked()]).toEqual(['read', 3]);
  });

  test('are waited for fifteen minutes when nothing is there to make the windows from, then the old ones count', async () => {
    world.says(`${FIVE}\n${'\n'.repeat(5_000_000)}`, { etag: '"v2"' });
    await world.clock.advance(MINUTE);
    world.fails();
    await world.clock.advance(HOUR);
    world.feeds.reconfigure(config({ overlap: 'sum' }));
    await world.clock.advance(15 * MINUTE - 1);
    expect([world.report().state, world.knows()]).toEqual(['stale', 'remembered']);
    await world.clock.advance(1);
    expect(world.knows()).toBe('read');
  });

  test('that change nothing for a feed leave it alone', async () => {
    world.feeds.reconfigure(config({ cpuThreshold: 0.5 }));
    await world.clock.advance(0);
    expect([world.read.length, world.asked.length]).toEqual([1, 1]);
  });

  test('with another address forget what the old one said, and read the new one at once', async () => {
    world.says('data8 8 @0h');
    world.feeds.reconfigure(config({}, { url: 'https://example.org/new.ics' }));
    expect([world.knows(), world.booked()]).toEqual(['unread', undefined]);
    await world.clock.advance(0);
    expect([world.knows(), world.booked()]).toEqual(['read', 8]);
  });

  test.each([
    ['is renamed', [config({}, { name: 'classes' })]],
    ['is taken away and brought back', [{ ...config(), feeds: [] }, config({}, { name: 'classes' })]],
    [
      'gets its new name beside the old one first',
      [config({}, {}, { name: 'classes' }), config({}, { name: 'classes' })],
    ],
    [
      'had another address for a while',
      [config({}, { url: 'https://example.org/new.ics' }), config({}, { name: 'classes' })],
    ],
  ])('leave the last good schedule to a feed that is down and %s', async (_what, steps) => {
    world.fails();
    world.fails('feed-unreachable', {}, 'classes');
    for (const step of steps) {
      world.feeds.reconfigure(step);
      await world.clock.advance(MINUTE);
      expect(Object.values(world.feeds.saved()).some(({ bookings }) => bookings === 5)).toBe(true);
    }
    expect([world.report('classes').state, world.knows(), world.booked()]).toEqual([
      'stale',
      'remembered',
      3,
    ]);
    expect(world.feeds.schedule().bookedAt('data8', START, 0)?.by[0]?.feed).toBe('classes');
    expect(Object.keys(world.feeds.saved())).toEqual(['classes']);
    await world.clock.advance(7 * DAY);
    expect(world.report('classes').state).toBe('expired');
  });

  test('leave to a feed of fewer pools only what it may book', async () => {
    world.fails('feed-unreachable', {}, 'classes');
    world.feeds.reconfigure(config({}, { name: 'classes', pools: ['stat20'] }));
    expect(world.booked()).toBeUndefined();
  });

  test('of a ninth calendar in a row that is taken away forget the first, also where nothing is saved', async () => {
    const calendars = Array.from({ length: 9 }, (_, at) =>
      config({}, { url: `https://example.org/${at}.ics` }),
    );
    for (const each of [...calendars, { ...config(), feeds: [] }]) {
      world.feeds.reconfigure(each);
      await world.clock.advance(MINUTE);
    }
    world.fails();
    const [first, second] = calendars as [Config, Config];
    world.feeds.reconfigure(second);
    expect([world.knows(), world.report().bookings]).toEqual(['remembered', 5]);
    world.feeds.reconfigure(first);
    expect([world.knows(), world.report().bookings]).toEqual(['unread', 0]);
  });

  test('with other credentials are tried at once', async () => {
    world.feeds.reconfigure(config({}, { auth: { token: 'new' } }));
    await world.clock.advance(0);
    expect([world.asked.length, world.read.length]).toEqual([2, 1]);
    expect(world.booked()).toBe(3);
  });

  test('a feed whose Secret was missing lowers no pool, and is read when the Secret is there', async () => {
    const missingSecret = { secret: 'calendars', key: 'url' };
    world.fails('feed-secret');
    world.start(config({}, { url: '', missingSecret }));
    await world.clock.advance(SECOND);
    expect(world.knows()).toBe('failed');
    expect(world.report()).toMatchObject({ state: 'failed', host: 'no address' });
    world.says(FIVE);
    world.feeds.reconfigure(config());
    await world.clock.advance(SECOND);
    expect(world.knows()).toBe('read');
    expect(world.booked()).toBe(3);
  });

  test('bring and take away feeds', async () => {
    world.says('data8 8 @0h', { feed: 'second' });
    world.feeds.reconfigure(config({}, {}, { name: 'second', url: 'https://example.org/second.ics' }));
    await world.clock.advance(0);
    expect([world.feeds.reports().map(({ name }) => name), world.booked()]).toEqual([['team', 'second'], 8]);
    world.feeds.reconfigure(config());
    expect([world.feeds.reports().map(({ name }) => name), world.booked()]).toEqual([['team'], 3]);
    const asked = world.asked.filter(({ feed }) => feed === 'second').length;
    await world.clock.advance(HOUR);
    expect(world.asked.filter(({ feed }) => feed === 'second')).toHaveLength(asked);
  });
});

test('an error that nobody foresaw is a failed try, without its text', async () => {
  world.start({ ...config(), feeds: [] });
  world.feeds = createFeeds({
    config: config(),
    clock: world.clock,
    random: () => 0.5,
    fetchFeed: () => Promise.reject(new RangeError('https://example.org/5ecret.ics')),
    expand: () => Promise.reject(new Error('never called')),
  });
  await world.feeds.pollOnce();
  expect(world.report()).toMatchObject({
    state: 'failed',
    lastError: 'reading it failed unexpectedly (RangeError)',
  });
});

describe('a replica that begins to lead', () => {
  /** What the leader before had read last, and saved. */
  let saved: Record<string, SavedFeed>;
  beforeEach(async () => {
    world.says(FIVE, { etag: '"v1"' });
    world.start(config());
    await world.clock.advance(0);
    world.fails();
    await world.clock.advance(HOUR);
    const leader = new World();
    await leader.clock.advance(30 * MINUTE);
    leader.says(`${FIVE}\ndata8 8 @1h`, { etag: '"v2"' });
    leader.start(config());
    await leader.clock.advance(0);
    saved = JSON.parse(JSON.stringify(leader.feeds.saved()));
    await leader.feeds.stop();
  });

  test('goes on with the later copy of the leader before while its own tries fail, as with a remembered one', async () => {
    expect([world.knows(), world.booked()]).toEqual(['read', undefined]);
    const { changes } = world;
    world.feeds.inherit(saved);
    expect([world.report().state, world.knows(), world.booked()]).toEqual(['stale', 'remembered', 8]);
    expect(world.changes).toBe(changes + 1);
    await world.clock.advance(15 * MINUTE);
    expect([world.report().state, world.knows(), world.booked()]).toEqual(['stale', 'read', 8]);
  });

  test('keeps its own later copy, which may lack the last change all the same while its tries fail', async () => {
    const late = { team: { ...saved.team, lastSuccessMs: START - HOUR } as SavedFeed };
    world.feeds.inherit(late);
    expect([world.knows(), world.report().bookings]).toEqual(['remembered', 5]);
  });

  test('asks at once when the leader before had read later, though its own last try worked', async () => {
    world.says(FIVE, { etag: '"v1"' });
    await world.clock.advance(MINUTE);
    world.says(`${FIVE}\ndata8 9 @1h`, { etag: '"v3"' });
    const asked = world.asked.length;
    const later = { team: { ...saved.team, lastSuccessMs: world.clock.now() + 1 } as SavedFeed };
    world.feeds.inherit(later);
    expect([world.knows(), world.booked()]).toEqual(['remembered', 8]);
    await world.clock.advance(0);
    expect([world.asked.length, world.knows(), world.booked()]).toEqual([asked + 1, 'read', 9]);
  });

  test('passes on what the leader before remembered of calendars that no feed has', () => {
    const other = { ...saved.team, addressHash: 'of another calendar' } as SavedFeed;
    world.feeds.inherit({ other });
    expect(Object.keys(world.feeds.saved())).toEqual(['team', 'of another calendar']);
  });

  test('changes nothing where its own tries work and are the latest', async () => {
    world.says(FIVE, { etag: '"v1"' });
    await world.clock.advance(MINUTE);
    const before = [world.asked.length, world.changes];
    world.feeds.inherit(saved);
    expect(world.knows()).toBe('read');
    await world.clock.advance(0);
    expect([world.asked.length, world.changes]).toEqual(before);
  });
});

describe('reading once and stopping', () => {
  test('pollOnce reads every feed without starting to poll', async () => {
    world.says(FIVE);
    const feeds = world.start({ ...config(), feeds: [] });
    await feeds.stop();
    world.feeds = createFeeds({
      config: config(),
      clock: world.clock,
      random: () => 0.5,
      fetchFeed: async () => ({ kind: 'body', body: bodyOf(FIVE) }),
      expand: async (request) => ({
        kind: 'windows',
        windows: windowsOf(FIVE, request),
        problems: [],
        bookings: 5,
        events: 5,
      }),
    });
    await world.feeds.pollOnce();
    expect([world.booked(), world.clock.waiting()]).toEqual([3, 0]);
  });

  test('stop leaves no timer and calls nobody', async () => {
    world.says(FIVE);
    world.start(config());
    await world.clock.advance(0);
    world.fails();
    await world.clock.advance(MINUTE);
    const { changes } = world;
    await world.feeds.stop();
    expect(world.clock.waiting()).toBe(0);
    await world.clock.advance(30 * DAY);
    expect(world.changes).toBe(changes);
  });
});
