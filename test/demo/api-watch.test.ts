import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiServer, startApiServer } from '../../examples/demo/api/server.ts';
import type { Store } from '../../examples/demo/api/store.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { addPod, emptyCluster, NAMESPACE } from './builders.ts';
import { type Watching, watch } from './watching.ts';

let store: Store;
let clock: ManualClock;
let api: ApiServer;
let open: Watching[];

beforeEach(async () => {
  ({ store, clock } = emptyCluster());
  api = await startApiServer({ store, clock });
  open = [];
});
afterEach(async () => {
  for (const each of open) each.close();
  await api.stop();
});

const pods = () => `${api.url}/api/v1/pods`;
async function watching(query: string): Promise<Watching> {
  const found = await watch(`${pods()}?watch=true&${query}`);
  open.push(found);
  return found;
}
const said = (events: Awaited<ReturnType<Watching['next']>>) =>
  events.map((e) => `${e.type} ${e.object.metadata.name}`);
const LIST_FIRST = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';

describe('a watch of the simulated API server', () => {
  it('goes on after the version it is given, and misses nothing in between', async () => {
    addPod(store, 'a');
    const from = store.revision();
    addPod(store, 'b');
    const seen = await watching(`resourceVersion=${from}`);
    addPod(store, 'c');
    store.remove('pods', { namespace: NAMESPACE, name: 'a' });
    expect(said(await seen.next(3))).toEqual(['ADDED b', 'ADDED c', 'DELETED a']);
  });

  it('carries the version of the deletion in a DELETED event, so that it is not seen twice', async () => {
    addPod(store, 'a');
    const seen = await watching(`resourceVersion=${store.revision()}`);
    store.remove('pods', { namespace: NAMESPACE, name: 'a' });
    const [event] = await seen.next(1);
    expect(event?.object.metadata.resourceVersion).toBe(String(store.revision()));
  });

  it('starts with everything there is when it names no version', async () => {
    addPod(store, 'a');
    expect(said(await (await watching('')).next(1))).toEqual(['ADDED a']);
  });

  it('answers a WatchList with the list, then a bookmark that says the list is over, then what happens', async () => {
    addPod(store, 'a');
    const seen = await watching(LIST_FIRST);
    const [first, bookmark] = await seen.next(2);
    expect(first?.object.metadata.name).toBe('a');
    expect(bookmark?.type).toBe('BOOKMARK');
    expect(bookmark?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
    expect(bookmark?.object.metadata.resourceVersion).toBe(String(store.revision()));
    addPod(store, 'b');
    expect(said(await seen.next(1))).toEqual(['ADDED b']);
  });

  it('refuses a WatchList with 422 when it lacks the feature, or when the version match is missing', async () => {
    expect((await watching('sendInitialEvents=true')).status).toBe(422);
    const old = await startApiServer({ store, clock, watchList: false });
    const refused = await watch(`${old.url}/api/v1/pods?watch=true&${LIST_FIRST}`);
    await old.stop();
    expect(refused.status).toBe(422);
  });

  it('says 410 inside the stream and ends when the version is older than what it holds', async () => {
    const from = store.revision();
    addPod(store, 'a');
    store.forgetHistory();
    const seen = await watching(`resourceVersion=${from}`);
    const [event] = await seen.next(1);
    expect(event).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
    expect(await seen.ended()).toBe('end');
  });

  it('tells a watcher with a selector that an object left it as DELETED, and that it came back as ADDED', async () => {
    addPod(store, 'a');
    const running = `fieldSelector=${encodeURIComponent('status.phase!=Succeeded,status.phase!=Failed')}`;
    const seen = await watching(`resourceVersion=${store.revision()}&${running}`);
    const phase = (to: 'Succeeded' | 'Running') =>
      store.change('pods', { namespace: NAMESPACE, name: 'a' }, ({ status }) => {
        status.phase = to;
      });
    phase('Succeeded');
    phase('Running');
    expect(said(await seen.next(2))).toEqual(['DELETED a', 'ADDED a']);
  });

  it('sends a bookmark every minute, and ends at its timeout', async () => {
    const seen = await watching('resourceVersion=0&allowWatchBookmarks=true&timeoutSeconds=90');
    await clock.advance(60_000);
    const [bookmark] = await seen.next(1);
    expect(bookmark?.object.metadata.resourceVersion).toBe(String(store.revision()));
    await clock.advance(30_000);
    expect(await seen.ended()).toBe('end');
    expect(clock.waiting()).toBe(0);
  });

  it('can be ended, broken, silenced and made to expire from outside', async () => {
    const ends = await watching('');
    api.breakWatches('end');
    expect(await ends.ended()).toBe('end');

    const breaks = await watching('');
    api.breakWatches('reset', 'nodes');
    expect(api.openWatches()).toEqual(['pods']);
    api.breakWatches('reset', 'pods');
    expect(await breaks.ended()).toBe('broken');

    const silent = await watching('allowWatchBookmarks=true');
    api.breakWatches('silent');
    addPod(store, 'a');
    await clock.advance(120_000);
    api.breakWatches('end');
    await silent.ended();
    await expect(silent.next(1)).rejects.toThrow('expected 1 events, got []');

    const from = store.revision() - 1;
    api.breakWatches('expired');
    expect((await (await watching(`resourceVersion=${from}`)).next(1))[0]?.type).toBe('ERROR');
  });
});
