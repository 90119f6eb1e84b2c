// List-and-watch against a real HTTP server that answers as API servers do, well and badly. Time is moved by hand.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, connect } from '../../scaler/cluster/connection.ts';
import { type Reflector, startReflector } from '../../scaler/cluster/reflector.ts';
import type { Store } from '../../scaler/cluster/store.ts';
import { eventually, turns } from '../support/eventually.ts';
import { type Kubeconfig, useKubeconfig } from '../support/kubeconfig.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { type ScriptedServer, startScriptedServer, type WatchStream } from '../support/scripted-server.ts';

interface Named {
  metadata: { name: string; resourceVersion?: string };
}
const named = (name: string, resourceVersion = '1'): Named => ({ metadata: { name, resourceVersion } });

/** Names, and how often a whole list was put in place. */
function nameStore() {
  const seen = { names: new Set<string>(), commits: 0 };
  const change = (names: Set<string>, type: string, { metadata }: Named) =>
    type === 'DELETED' ? names.delete(metadata.name) : names.add(metadata.name);
  const store: Store<Named> = {
    apply: (type, object) => void change(seen.names, type, object),
    draft() {
      const names = new Set<string>();
      return {
        apply: (type, object) => void change(names, type, object),
        commit() {
          seen.names = names;
          seen.commits++;
        },
      };
    },
  };
  return { seen, store };
}

let server: ScriptedServer;
let kubeconfig: Kubeconfig;
let connection: Connection;
let clock: ManualClock;
let reflector: Reflector;
let seen: ReturnType<typeof nameStore>['seen'];
let warnings: unknown[];
let infos: unknown[];
let states: number;

beforeEach(async () => {
  server = await startScriptedServer();
  kubeconfig = useKubeconfig(server.url);
  connection = await connect();
  clock = manualClock();
  warnings = [];
  infos = [];
  states = 0;
  const made = nameStore();
  seen = made.seen;
  reflector = startReflector({
    connection,
    clock,
    log: {
      debug() {},
      info: (fields: unknown) => void infos.push(fields),
      warn: (fields: unknown) => void warnings.push(fields),
    },
    resource: { name: 'pods', path: '/api/v1/pods', query: { fieldSelector: 'status.phase!=Failed' } },
    store: made.store,
    random: () => 0.5,
    onState: () => states++,
  });
});

afterEach(async () => {
  await reflector.stop();
  await connection.close();
  kubeconfig.remove();
  await server.close();
});

/** Reads a list of `names` at version 100 as a WatchList, and leaves its watch open. */
async function sync(...names: string[]): Promise<WatchStream> {
  const stream = (await server.next()).open();
  for (const name of names) stream.event('ADDED', named(name));
  stream.bookmark('100', 'endsList');
  await eventually(() => reflector.state().synced, 'synced');
  return stream;
}

const has =
  (...names: string[]) =>
  () =>
    [...seen.names].sort().join() === names.sort().join();
const why = () => reflector.state().broken?.why;

describe('the first read', () => {
  it('asks for a watch that begins with the list, with bookmarks, for 5 to 10 minutes', async () => {
    const { method, path, query } = await server.next();
    expect([method, path]).toEqual(['GET', '/api/v1/pods']);
    expect(Object.fromEntries(query)).toEqual({
      fieldSelector: 'status.phase!=Failed',
      watch: 'true',
      sendInitialEvents: 'true',
      resourceVersionMatch: 'NotOlderThan',
      allowWatchBookmarks: 'true',
      timeoutSeconds: '450',
    });
  });

  it('shows nothing before the list is complete, then all of it at once', async () => {
    const stream = (await server.next()).open();
    stream.event('ADDED', named('a'));
    stream.event('ADDED', named('b'));
    stream.event('DELETED', named('a'));
    stream.bookmark('90');
    await turns();
    expect([seen.names.size, reflector.state().synced]).toEqual([0, false]);
    stream.bookmark('100', 'endsList');
    await eventually(has('b'), 'the list');
    expect([seen.commits, reflector.state().synced, states]).toEqual([1, true, 1]);
  });

  it('follows the same watch afterwards', async () => {
    const stream = await sync('a');
    stream.event('ADDED', named('b', '101'));
    stream.event('DELETED', named('a', '102'));
    await eventually(has('b'), 'the events');
    expect(seen.commits).toBe(1);
  });

  it.each([400, 422])(
    'reads pages where the server has no such watch (%i), then watches from their version',
    async (status) => {
      (await server.next()).answer(status, { kind: 'Status', message: 'sendInitialEvents is forbidden' });
      const first = await server.next();
      expect(Object.fromEntries(first.query)).toEqual({
        fieldSelector: 'status.phase!=Failed',
        limit: '100',
      });
      first.answer(200, { metadata: { continue: 'token' }, items: [named('a')] });
      const second = await server.next();
      expect(second.query.get('continue')).toBe('token');
      expect(seen.names.size).toBe(0);
      second.answer(200, { metadata: { resourceVersion: '77' }, items: [named('b')] });
      const watch = await server.next();
      expect([watch.query.get('watch'), watch.query.get('resourceVersion')]).toEqual(['true', '77']);
      expect([has('a', 'b')(), reflector.state().synced, why()]).toEqual([true, true, undefined]);
    },
  );

  it('reads pages when a watch ended before its list did', async () => {
    const stream = (await server.next()).open();
    stream.event('ADDED', named('a'));
    stream.end();
    await eventually(() => reflector.state().restarts.ended === 1, 'the end');
    await clock.advance(1_000);
    const page = await server.next();
    expect(page.query.get('limit')).toBe('100');
  });

  it('goes on with the page that failed, not from the start', async () => {
    (await server.next()).answer(422, {});
    (await server.next()).answer(200, { metadata: { continue: 'token' }, items: [named('a')] });
    (await server.next()).answer(503, { message: 'overloaded' });
    await eventually(() => why() !== undefined, 'broken');
    await clock.advance(1_000);
    const again = await server.next();
    expect(again.query.get('continue')).toBe('token');
    again.answer(200, { metadata: { resourceVersion: '77' }, items: [named('b')] });
    await eventually(has('a', 'b'), 'both pages');
  });

  it('begins again when the server has forgotten the page', async () => {
    (await server.next()).answer(422, {});
    (await server.next()).answer(200, { metadata: { continue: 'token' }, items: [named('a')] });
    (await server.next()).answer(410, { message: 'continue token too old' });
    const again = await server.next();
    expect([again.query.get('limit'), again.query.get('continue')]).toEqual(['100', null]);
  });
});

describe('a watch that ends', () => {
  it('goes on at once from the last event', async () => {
    const stream = await sync('a');
    stream.event('ADDED', named('b', '101'));
    await eventually(has('a', 'b'), 'the event');
    await clock.advance(5_000);
    stream.end();
    const again = await server.next();
    expect([again.query.get('resourceVersion'), again.query.get('sendInitialEvents')]).toEqual(['101', null]);
    expect([why(), reflector.state().restarts.ended]).toEqual([undefined, 1]);
  });

  it('goes on from the last bookmark', async () => {
    const stream = await sync('a');
    stream.bookmark('250');
    await turns();
    await clock.advance(5_000);
    stream.end();
    expect((await server.next()).query.get('resourceVersion')).toBe('250');
  });

  it('is not opened in a tight loop when it ends as soon as it is opened', async () => {
    (await sync('a')).end();
    await eventually(() => reflector.state().restarts.ended === 1, 'the end');
    await turns();
    expect(server.waiting()).toBe(0);
    await clock.advance(400);
    (await server.next()).open().end();
    await eventually(() => reflector.state().restarts.ended === 2, 'the second end');
    await clock.advance(400);
    expect(server.waiting()).toBe(0);
    await clock.advance(400);
    await server.next();
  });
});

describe('what was missed (410)', () => {
  it('is read again beside the old, which stays until the new is complete', async () => {
    const stream = await sync('old');
    await clock.advance(5_000);
    stream.end();
    (await server.next()).answer(410, { kind: 'Status', code: 410, reason: 'Expired' });
    const list = await server.next();
    expect(list.query.get('sendInitialEvents')).toBe('true');
    expect(why()).toBe('GET /api/v1/pods: 410 Gone, reading the list again');
    const fresh = list.open();
    fresh.event('ADDED', named('new'));
    await turns();
    expect([...seen.names]).toEqual(['old']);
    fresh.bookmark('300', 'endsList');
    await eventually(has('new'), 'the new list');
    expect([why(), reflector.state().restarts.expired]).toEqual([undefined, 1]);
    expect([warnings, infos]).toEqual([[], []]);
  });

  it('is also said by an event', async () => {
    const stream = await sync('old');
    stream.event('ERROR', {
      kind: 'Status',
      code: 410,
      reason: 'Expired',
      message: 'too old resource version',
    });
    expect((await server.next()).query.get('sendInitialEvents')).toBe('true');
  });

  it('is read again at once also when the server was away before, and after a wait when that too has expired', async () => {
    const stream = await sync('old');
    await clock.advance(5_000);
    stream.end();
    for (const [before, waitMs] of [400, 800, 1_600, 3_200].entries()) {
      (await server.next()).answer(503, { message: 'starting' });
      await eventually(() => reflector.state().restarts.refused > before, 'refused');
      await clock.advance(waitMs);
    }
    (await server.next()).answer(410, { kind: 'Status', code: 410, reason: 'Expired' });
    const list = await server.next();
    expect(list.query.get('sendInitialEvents')).toBe('true');
    list.answer(410, { kind: 'Status', code: 410, reason: 'Expired' });
    await eventually(() => reflector.state().restarts.expired === 2, 'the second');
    await turns();
    expect(server.waiting()).toBe(0);
    await clock.advance(30_000);
    await server.next();
  });

  it('is assumed when the server, restored from a backup, is behind us', async () => {
    const stream = await sync('old');
    await clock.advance(5_000);
    stream.end();
    (await server.next()).answer(504, { message: 'Too large resource version: 100, current: 40' });
    expect((await server.next()).query.get('sendInitialEvents')).toBe('true');
  });
});

describe('silence', () => {
  it('of 90 s has everything read again, and is no fault of a server that answers', async () => {
    await sync('a', 'gone meanwhile');
    await clock.advance(89_000);
    expect(server.connections()).toBe(1);
    await clock.advance(1_500);
    const again = await server.next();
    expect(again.query.get('sendInitialEvents')).toBe('true');
    const stream = again.open();
    stream.event('ADDED', named('a'));
    await clock.advance(4_000);
    stream.bookmark('101', 'endsList');
    await eventually(has('a'), 'the list as it is now');
    await clock.advance(60_000);
    expect([why(), states, warnings]).toEqual([undefined, 1, []]);
    expect(reflector.state().restarts).toMatchObject({ silent: 1, asked: 0 });
  });

  it('that goes on for 5 s more makes the view stale since the last byte, until the list is complete', async () => {
    await sync('a');
    const heardMs = clock.now();
    await clock.advance(90_000);
    const stream = (await server.next()).open();
    stream.event('ADDED', named('b'));
    await clock.advance(4_900);
    expect(why()).toBeUndefined();
    await clock.advance(100);
    const silent = 'GET /api/v1/pods: silent for 90 s';
    expect(reflector.state().broken).toEqual({ sinceMs: heardMs, why: silent });
    expect(warnings).toEqual([{ resource: 'pods', why: silent }]);
    expect(has('a')()).toBe(true);
    stream.bookmark('101', 'endsList');
    await eventually(() => why() === undefined, 'mended');
    expect(has('b')()).toBe(true);
  });

  it('after which the server refuses is its refusal, and said once', async () => {
    await sync('a');
    await clock.advance(90_000);
    (await server.next()).answer(503, {});
    await eventually(() => why() !== undefined, 'broken');
    await clock.advance(6_000);
    expect(why()).toBe('GET /api/v1/pods: 503 Service Unavailable');
    expect(warnings).toHaveLength(1);
  });

  it('is not counted while bookmarks come', async () => {
    const stream = await sync('a');
    for (let minute = 0; minute < 5; minute++) {
      await clock.advance(60_000);
      stream.bookmark(String(200 + minute));
      const heardMs = clock.now();
      await eventually(() => reflector.state().lastHeardMs === heardMs, 'heard');
    }
    expect([why(), server.connections()]).toEqual([undefined, 1]);
  });

  it('after the connection was accepted but never answered is noticed too', async () => {
    await server.next();
    await clock.advance(90_000);
    await server.next();
    expect(why()).toBe('GET /api/v1/pods: silent for 90 s');
  });
});

describe('a process that was stopped', () => {
  const silent = 'GET /api/v1/pods: silent for 90 s';

  it('knows as it wakes that its view is old, before any timer fires, until the whole list is read', async () => {
    await sync('a');
    const heardMs = clock.now();
    clock.stall(95_000);
    expect(why()).toBeUndefined();
    clock.stall(1);
    expect(reflector.state().broken).toEqual({ sinceMs: heardMs, why: silent });
    await clock.advance(0);
    const stream = (await server.next()).open();
    stream.event('ADDED', named('b'));
    await turns();
    expect([why(), has('a')()]).toEqual([silent, true]);
    const told = states;
    stream.bookmark('101', 'endsList');
    await eventually(() => why() === undefined, 'fresh');
    expect([has('b')(), states]).toEqual([true, told + 1]);
  });

  it('knows it also when only the wall clock went on, as on a suspended machine, until the watch is heard', async () => {
    const stream = await sync('a');
    clock.stepWall(10 * 60_000);
    expect(why()).toBe(silent);
    stream.bookmark('101');
    await eventually(() => why() === undefined, 'fresh');
  });

  it('is not taken for one whose wall clock was set back, nor hidden by it', async () => {
    await sync('a');
    clock.stepWall(-30 * 60_000);
    expect(why()).toBeUndefined();
    clock.stepWall(10 * 60_000);
    expect(why()).toBe(silent);
    clock.stepWall(-10 * 60_000);
    expect(why()).toBeUndefined();
    clock.stall(95_001);
    expect(why()).toBe(silent);
  });
});

describe('a refusal', () => {
  it.each([
    [401, { message: 'Unauthorized' }, 'GET /api/v1/pods: 401 Unauthorized: Unauthorized'],
    [
      403,
      { message: 'pods is forbidden: User "x" cannot list' },
      'GET /api/v1/pods: 403 Forbidden: pods is forbidden: User "x" cannot list',
    ],
    [500, '<html><b>nginx</b></html>', 'GET /api/v1/pods: 500 Internal Server Error: nginx'],
    [503, '', 'GET /api/v1/pods: 503 Service Unavailable'],
  ])('with %i is named with method, path and status', async (status, body, text) => {
    (await server.next()).answer(status, body);
    if (status === 401) (await server.next()).answer(status, body);
    await eventually(() => why() !== undefined, 'broken');
    expect(why()).toBe(text);
    expect(warnings).toEqual([{ resource: 'pods', why: text }]);
  });

  it('is tried again after a wait that doubles, and said once', async () => {
    for (const [before, waitMs] of [400, 800, 1_600].entries()) {
      (await server.next()).answer(503, { message: 'overloaded' });
      await eventually(() => reflector.state().restarts.refused > before, 'refused');
      await clock.advance(waitMs - 1);
      expect(server.waiting()).toBe(0);
      await clock.advance(1);
    }
    await sync('a');
    expect([why(), warnings.length, infos.length, reflector.state().restarts.refused]).toEqual([
      undefined,
      1,
      1,
      3,
    ]);
  });

  it('waits as long as the server asks', async () => {
    (await server.next()).answer(429, {}, { 'retry-after': '7' });
    await eventually(() => reflector.state().restarts.refused === 1, 'refused');
    await clock.advance(7_000);
    await turns();
    expect(server.waiting()).toBe(0);
    await clock.advance(100);
    await server.next();
  });

  /** Answers like this so often, one after the other, with half the longest wait after each. */
  async function refuse(status: number, waits: number[]): Promise<void> {
    for (const waitMs of waits) {
      const { refused } = reflector.state().restarts;
      (await server.next()).answer(status, {});
      await eventually(() => reflector.state().restarts.refused > refused, 'refused');
      await clock.advance(waitMs - 1);
      expect(server.waiting()).toBe(0);
      await clock.advance(1);
    }
  }

  it('comes to be asked once a minute where it is forbidden', async () => {
    await refuse(403, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    await server.next();
  });

  it('by a server that was away and reads its roles is asked again after half a second, not a minute', async () => {
    await refuse(503, [400, 800, 1_600, 3_200, 6_400, 12_800, 15_000]);
    await refuse(403, [500, 1_000, 2_000]);
    await sync('a');
    expect(why()).toBeUndefined();
  });

  it('by an ERROR event ends the watch, which goes on from the last version after a wait', async () => {
    const stream = await sync('a');
    stream.event('ERROR', { kind: 'Status', code: 500, message: 'etcdserver: leader changed' });
    await eventually(() => why() !== undefined, 'broken');
    expect(why()).toBe('GET /api/v1/pods: 500 Internal Server Error: etcdserver: leader changed');
    await clock.advance(400);
    const again = await server.next();
    expect(again.query.get('resourceVersion')).toBe('100');
    again.open();
    await eventually(() => why() === undefined, 'mended');
  });

  it('of a version that the server does not understand leads to a whole read', async () => {
    const stream = await sync('a');
    await clock.advance(5_000);
    stream.end();
    (await server.next()).answer(400, { message: 'invalid resource version' });
    await eventually(() => why() !== undefined, 'broken');
    await clock.advance(1_000);
    expect((await server.next()).query.get('sendInitialEvents')).toBe('true');
  });
});

describe('a lost connection', () => {
  it('keeps what was read, says so, and goes on from the last version', async () => {
    const stream = await sync('a');
    stream.drop();
    await eventually(() => why() !== undefined, 'broken');
    expect(why()).toMatch(/^GET \/api\/v1\/pods: /);
    expect([...seen.names]).toEqual(['a']);
    await clock.advance(400);
    const again = await server.next();
    expect(again.query.get('resourceVersion')).toBe('100');
    again.open();
    await eventually(() => why() === undefined, 'mended');
    expect(reflector.state().restarts.unreachable).toBe(1);
  });

  it('before any answer is tried again after a wait', async () => {
    (await server.next()).drop();
    await eventually(() => why() !== undefined, 'broken');
    expect(why()).toMatch(/^GET \/api\/v1\/pods: no answer: /);
    await clock.advance(400);
    await server.next();
  });

  it('and an answer that is no watch are the same', async () => {
    (await server.next()).answer(200, '<html>log in</html>\n', { 'content-type': 'text/html' });
    await eventually(() => why() !== undefined, 'broken');
    expect(why()).toMatch(/^GET \/api\/v1\/pods: Unexpected token/);
  });
});

it('is read again when asked, and counts as broken until that is done', async () => {
  await sync('old');
  reflector.readAgain('settings changed');
  const list = await server.next();
  expect([list.query.get('sendInitialEvents'), why()]).toEqual(['true', 'settings changed']);
  const stream = list.open();
  stream.event('ADDED', named('new'));
  stream.bookmark('200', 'endsList');
  await eventually(has('new'), 'the new list');
  expect(why()).toBeUndefined();
});

it('closes its connection when stopped, and asks no more', async () => {
  const asked = await server.next();
  asked.open();
  await reflector.stop();
  await eventually(asked.isGone, 'closed');
  await clock.advance(600_000);
  expect([server.waiting(), clock.waiting()]).toEqual([0, 0]);
});
