import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SavedState } from '../../scaler/state/state.ts';
import { openStore } from '../../scaler/state/store.ts';
import { until } from '../support/eventually.ts';
import { type KubeApi, startKubeApi, status } from '../support/kube-api.ts';
import { manualClock } from '../support/manual-clock.ts';

const STATE = 'configmaps/scaler-state';
let api: KubeApi;
beforeEach(async () => {
  api = await startKubeApi();
});
afterEach(() => api.close());

function store(mayWrite: () => boolean = () => true) {
  const clock = manualClock();
  const now: Pick<SavedState, 'sizes' | 'feeds' | 'lastBusyMs'> = { sizes: {}, feeds: {}, lastBusyMs: {} };
  const collect = (): SavedState => ({ version: 1, savedAtMs: clock.now(), takeOvers: {}, ...now });
  const { core } = api.apis;
  const opened = openStore({ core, namespace: 'hub', name: 'scaler-state', clock, collect, mayWrite });
  return {
    ...opened,
    clock,
    read: () => until(opened.read(), clock),
    measure: (cpu: string) => {
      now.sizes = { data8: { cpu } };
    },
    readFeed: () => {
      now.feeds = { class: { ...FEED, lastSuccessMs: clock.now(), etag: `"${clock.now()}"` } };
    },
    seeBusy: (...nodes: string[]) => {
      now.lastBusyMs = Object.fromEntries(nodes.map((node) => [node, clock.now()]));
    },
  };
}

const FEED: SavedState['feeds'][string] = {
  bodyHash: 'a',
  lastSuccessMs: 0,
  horizonEndMs: 1,
  events: 1,
  bookings: 0,
  windows: {},
  problems: [],
  settingsHash: 'b',
  addressHash: 'c',
};

const writes = () => api.calls.filter(({ method }) => method === 'PATCH').length;
const saved = () => JSON.parse(api.get(STATE).data['state.json']);

describe('the state is read', () => {
  it('as it was saved by the run before', async () => {
    const before = store();
    await before.read();
    before.measure('7400m');
    await before.save();
    expect(await store().read()).toEqual({ answered: true, state: saved() });
  });

  it('as nothing, without a problem, at the first start ever', async () => {
    expect(await store().read()).toEqual({ answered: true });
  });

  it('as nothing from a ConfigMap that the chart made empty', async () => {
    api.make(STATE, { data: {} });
    expect(await store().read()).toEqual({ answered: true });
  });

  it('as nothing, with a problem, when it is broken; the next write mends it', async () => {
    api.make(STATE, { data: { 'state.json': '{"version":1,' } });
    const { read, save, problem } = store();
    expect(await read()).toMatchObject({ answered: true, problem: { code: 'state-unreadable' } });
    expect(await save()).toBe('saved');
    expect(problem()).toBeUndefined();
  });

  it('as nothing, with a problem that names call and status, when it may not be read', async () => {
    api.intercept(() => status(403, 'Forbidden', 'configmaps "scaler-state" is forbidden'));
    const { read } = store();
    const { problem } = await read();
    expect(problem).toMatchObject({ code: 'state-unavailable', where: 'ConfigMap hub/scaler-state' });
    expect(problem?.message).toContain('GET configmaps/scaler-state: 403 Forbidden');
    expect(api.calls).toHaveLength(5);
  });

  it('once the API server answers again, if that is within eight seconds', async () => {
    api.make(STATE, { data: { 'state.json': '{"version":1,"savedAtMs":1,"takeOvers":{"data8":4}}' } });
    api.intercept(() => (api.calls.length < 4 ? status(503, '', 'starting') : undefined));
    expect((await store().read()).state?.takeOvers).toEqual({ data8: 4 });
  });

  it('not at all after that; and what nobody has seen is not overwritten', async () => {
    api.make(STATE, { data: { 'state.json': '{"version":1,"savedAtMs":1,"takeOvers":{"data8":4}}' } });
    api.intercept(() => 'drop');
    const { read, save } = store();
    expect(await read()).toMatchObject({ answered: false, problem: { code: 'state-unavailable' } });
    api.intercept(undefined);
    expect(await save()).toBe('failed');
    expect(saved().takeOvers).toEqual({ data8: 4 });
    expect((await read()).state?.takeOvers).toEqual({ data8: 4 });
    expect(await save()).toBe('saved');
  });
});

describe('an API server that takes the question and never answers', () => {
  it('holds up the start for eight seconds, not for the time-outs of five requests', async () => {
    const clock = manualClock();
    const silent = () => new Promise<never>(() => {});
    const core = { readNamespacedConfigMap: silent, patchNamespacedConfigMap: silent };
    const collect = (): SavedState => ({
      version: 1,
      savedAtMs: 0,
      feeds: {},
      lastBusyMs: {},
      sizes: {},
      takeOvers: {},
    });
    const { read } = openStore({
      core,
      namespace: 'hub',
      name: 'scaler-state',
      clock,
      collect,
      mayWrite: () => true,
    });
    const { answered, problem } = await until(read(), clock);
    expect(answered).toBe(false);
    expect(problem?.message).toContain('no answer within 8 s');
    expect(clock.monotonic()).toBe(8_000);
  });
});

describe('the state is written', () => {
  it('by an apply that names the scaler', async () => {
    const { clock, read, save } = store();
    await read();
    await save();
    const call = api.calls.at(-1);
    expect(call).toMatchObject({
      method: 'PATCH',
      target: STATE,
      contentType: 'application/apply-patch+yaml',
    });
    expect(call?.query.get('fieldManager')).toBe('node-placeholder-scaler');
    expect(saved()).toMatchObject({ version: 1, savedAtMs: clock.now() });
  });

  it('at most every five minutes, however often it changes and is offered', async () => {
    const { clock, read, offer, measure } = store();
    await read();
    for (let minute = 0; minute < 10; minute++) {
      measure(`${minute}`);
      await offer();
      await clock.advance(60_000);
    }
    expect(writes()).toBe(2);
  });

  it('once an hour when nothing is new: the feed was read again, the busy node is busy still', async () => {
    const { clock, read, offer, readFeed, seeBusy } = store();
    await read();
    for (let minute = 0; minute < 120; minute++) {
      readFeed();
      seeBusy('node-a');
      await offer();
      await clock.advance(60_000);
    }
    expect(writes()).toBe(2);
    seeBusy('node-a', 'node-b');
    expect(await offer()).toBe('saved');
    seeBusy();
    await clock.advance(300_000);
    expect(await offer()).toBe('saved');
  });

  it('with the latest times when it stops', async () => {
    const { clock, read, offer, readFeed, stop } = store();
    await read();
    readFeed();
    await offer();
    await clock.advance(600_000);
    readFeed();
    await until(stop(), clock);
    expect(saved().feeds.class.lastSuccessMs).toBe(clock.now());
  });

  it('at once when it matters', async () => {
    const { read, offer, save, measure } = store();
    await read();
    await offer();
    measure('1');
    expect(await offer()).toBe('unchanged');
    expect(await save()).toBe('saved');
    expect(saved().sizes).toEqual({ data8: { cpu: '1' } });
  });

  it('only when it changed: the time of saving is no change', async () => {
    const { clock, read, offer, save } = store();
    await read();
    await save();
    await clock.advance(3_600_000);
    expect(await offer()).toBe('unchanged');
    expect(await save()).toBe('unchanged');
    expect(writes()).toBe(1);
  });

  it('one write after the other, the later with what has changed since', async () => {
    const { read, save, measure } = store();
    await read();
    measure('1');
    api.intercept(({ method }) => {
      if (method === 'PATCH') measure('2');
      return undefined;
    });
    expect(await Promise.all([save(), save(), save()])).toEqual(['saved', 'saved', 'unchanged']);
    expect(saved().sizes).toEqual({ data8: { cpu: '2' } });
  });

  it('never by a replica that does not lead', async () => {
    const { read, save } = store(() => false);
    await read();
    expect(await save()).toBe('failed');
    expect(writes()).toBe(0);
  });
});

describe('stopping', () => {
  it('writes what has changed since', async () => {
    const { clock, read, offer, measure, stop } = store();
    await read();
    await offer();
    measure('1');
    await until(stop(), clock);
    expect(saved().sizes).toEqual({ data8: { cpu: '1' } });
  });

  it('waits for a silent API server no longer than two seconds', async () => {
    const clock = manualClock();
    const core = {
      readNamespacedConfigMap: async () => ({}),
      patchNamespacedConfigMap: () => new Promise<never>(() => {}),
    };
    const collect = (): SavedState => ({
      version: 1,
      savedAtMs: 0,
      feeds: {},
      lastBusyMs: {},
      sizes: {},
      takeOvers: {},
    });
    const silent = openStore({
      core,
      namespace: 'hub',
      name: 'scaler-state',
      clock,
      collect,
      mayWrite: () => true,
    });
    await until(silent.read(), clock);
    const began = clock.monotonic();
    await until(silent.stop(), clock);
    expect(clock.monotonic() - began).toBe(2_000);
  });
});

describe('a write that fails', () => {
  it('is a problem, and is tried again after half a minute', async () => {
    const { clock, read, offer, problem } = store();
    await read();
    api.intercept(() => status(500, 'InternalError', 'etcd is slow'));
    expect(await offer()).toBe('failed');
    expect(problem()?.message).toContain('PATCH configmaps/scaler-state: 500 InternalError: etcd is slow');
    expect(await offer()).toBe('unchanged');
    api.intercept(undefined);
    await clock.advance(30_000);
    expect(await offer()).toBe('saved');
    expect(problem()).toBeUndefined();
  });

  it('is tried again after two minutes, however long the server asks for', async () => {
    const { clock, read, offer } = store();
    await read();
    api.intercept(() => ({
      ...status(429, 'TooManyRequests', 'later'),
      headers: { 'retry-after': '86400' },
    }));
    expect(await offer()).toBe('failed');
    api.intercept(undefined);
    await clock.advance(119_000);
    expect(await offer()).toBe('unchanged');
    await clock.advance(1_000);
    expect(await offer()).toBe('saved');
  });

  it('because it is not allowed is told apart, and tried every five minutes', async () => {
    const { clock, read, offer } = store();
    await read();
    api.intercept(() => status(403, 'Forbidden', 'no'));
    expect(await offer()).toBe('refused');
    await clock.advance(299_000);
    expect(await offer()).toBe('unchanged');
    await clock.advance(1_000);
    expect(await offer()).toBe('refused');
  });
});
