import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeploymentView } from '../../scaler/cluster/snapshot.ts';
import { openOwners } from '../../scaler/placeholder/owners.ts';
import { openTakeOvers } from '../../scaler/placeholder/take-over.ts';
import { openWriter, type WriteResult } from '../../scaler/placeholder/writer.ts';
import type { Change } from '../../scaler/plan/changes.ts';
import type { SavedState } from '../../scaler/state/state.ts';
import { openStore } from '../../scaler/state/store.ts';
import { until } from '../support/eventually.ts';
import { type Interceptor, type KubeApi, startKubeApi, status } from '../support/kube-api.ts';
import { manualClock } from '../support/manual-clock.ts';
import { manifestOf } from './manifest.ts';

const DATA8 = 'deployments/data8-placeholder';
const STATE = 'configmaps/scaler-state';
let api: KubeApi;
beforeEach(async () => {
  api = await startKubeApi();
  api.make('configmaps/scaler-pool-data8', { kind: 'ConfigMap' });
});
afterEach(() => api.close());

/** As the original leaves it: no pool in its selector. */
function originalMakes(replicas: number): void {
  const labels = { app: 'node-placeholder-scaler', component: 'placeholder' };
  api.make(DATA8, {
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels } } },
  });
}

/** The last pod of the deleted Deployment goes when our apply has been refused this often. */
function podsGoAfter(refusals: number): Interceptor {
  let applies = 0;
  return ({ method, target }) => {
    const going = api.get(DATA8)?.metadata.deletionTimestamp !== undefined;
    if (method === 'PATCH' && target === DATA8 && going && applies++ >= refusals) api.vanish(DATA8);
    return undefined;
  };
}

/** One run of the scaler, from its start to its end or its death. */
async function startRun(options: { alive?: () => boolean; maxReplicas?: number } = {}) {
  const { alive = () => true, maxReplicas = 100 } = options;
  const clock = manualClock();
  const { apps, core } = api.apis;
  const collect = (): SavedState => {
    return {
      version: 1,
      savedAtMs: clock.now(),
      feeds: {},
      lastBusyMs: {},
      sizes: {},
      takeOvers: takeOvers.all(),
    };
  };
  const store = openStore({ core, namespace: 'hub', name: 'scaler-state', clock, collect, mayWrite: alive });
  const takeOvers = openTakeOvers(store.save);
  const owners = openOwners({ core, namespace: 'hub', release: 'scaler', clock });
  const writer = openWriter({
    apps,
    owners,
    takeOvers,
    clock,
    mayWrite: alive,
    maxReplicas: () => maxReplicas,
  });
  takeOvers.adopt((await until(store.read(), clock)).state?.takeOvers ?? {});

  return {
    takeOvers,
    stop: () => until(store.save(), clock),
    /** What a pass does for this pool; the calendar asks for one placeholder. */
    async pass(): Promise<WriteResult | undefined> {
      const watched = watchedDeployment();
      const wanted = manifestOf('data8', 1);
      const change = takeOvers.next('data8', wanted, watched) ?? plan(watched, wanted);
      return change === undefined ? undefined : until(writer.write(change), clock);
    },
  };
}

function plan(watched: DeploymentView | undefined, manifest: Change['manifest']): Change | undefined {
  if (watched === undefined) return { kind: 'apply', pool: 'data8', manifest, why: ['create'], to: 1 };
  if (isOurs(watched)) return undefined;
  return { kind: 'take-over', pool: 'data8', manifest, uid: watched.uid, from: watched.replicas, to: 1 };
}

function watchedDeployment(): DeploymentView | undefined {
  const there = api.get(DATA8);
  if (there === undefined) return undefined;
  const { metadata, spec } = there;
  const { uid, resourceVersion, deletionTimestamp } = metadata;
  const counts = { generation: 1, replicas: spec.replicas, readyReplicas: spec.replicas };
  const deleting = deletionTimestamp !== undefined;
  return {
    name: 'data8-placeholder',
    uid,
    resourceVersion,
    ...counts,
    labels: {},
    annotations: {},
    spec,
    deleting,
    ownerUids: [],
  };
}

function isOurs(watched: DeploymentView | undefined): boolean {
  const selector = watched?.spec.selector as { matchLabels: Record<string, string> } | undefined;
  return selector?.matchLabels['node-placeholder-scaler/pool'] === 'data8';
}

const savedTakeOvers = () => JSON.parse(api.get(STATE).data['state.json']).takeOvers;
const methods = () => api.calls.filter(({ target }) => target === DATA8).map(({ method }) => method);

describe('a Deployment that the original left behind', () => {
  it('is deleted foreground by its uid, and ours follows with as many placeholders as it had', async () => {
    originalMakes(4);
    const { uid } = api.get(DATA8).metadata;
    api.intercept(podsGoAfter(0));
    const run = await startRun();
    const result = await run.pass();
    expect(result).toMatchObject({ ok: true, note: 'taken over from the original with 4 placeholders' });
    expect(methods()).toEqual(['DELETE', 'PATCH']);
    const removal = api.calls.find(({ method }) => method === 'DELETE');
    expect(removal?.body).toEqual({ propagationPolicy: 'Foreground', preconditions: { uid } });
    expect(api.get(DATA8).spec.replicas).toBe(4);
    expect(isOurs(watchedDeployment())).toBe(true);
    expect(savedTakeOvers()).toEqual({});
  });

  it('has its count saved before it is deleted', async () => {
    originalMakes(4);
    let savedBeforeDelete: unknown;
    api.intercept(({ method }) => {
      if (method === 'DELETE') savedBeforeDelete = savedTakeOvers();
      return undefined;
    });
    await (await startRun()).pass();
    expect(savedBeforeDelete).toEqual({ data8: 4 });
  });

  it('is not deleted while the count cannot be saved because the API server is in trouble', async () => {
    originalMakes(4);
    api.intercept(({ method, target }) =>
      method === 'PATCH' && target === STATE ? status(503, '', 'later') : undefined,
    );
    const run = await startRun();
    const result = await run.pass();
    expect(result).toMatchObject({
      ok: false,
      message: expect.stringContaining('4 placeholders could not be noted down'),
    });
    expect(methods()).toEqual([]);
    expect(run.takeOvers.all()).toEqual({});
  });

  it('is taken over all the same when the state may never be written', async () => {
    originalMakes(4);
    const pods = podsGoAfter(1);
    api.intercept((call) => {
      pods(call);
      return call.method === 'PATCH' && call.target === STATE ? status(403, 'Forbidden', 'no') : undefined;
    });
    await (await startRun()).pass();
    expect(api.get(DATA8).spec.replicas).toBe(4);
  });

  it('is waited for at most three seconds in one pass, and finished by a later one', async () => {
    originalMakes(4);
    const run = await startRun();
    const first = await run.pass();
    expect(first).toMatchObject({ ok: false, status: 422, retryAfterMs: 1_000 });
    expect(!first?.ok && first?.message).toContain('the Deployment of the original is not gone yet');
    expect(methods().length).toBeLessThanOrEqual(14);
    api.vanish(DATA8);
    expect(await run.pass()).toMatchObject({ ok: true });
    expect(api.get(DATA8).spec.replicas).toBe(4);
    expect(await run.pass()).toBeUndefined();
  });

  it('is deleted again when the original makes it anew while it shuts down, and the first count stays', async () => {
    originalMakes(4);
    const run = await startRun();
    await run.pass();
    api.vanish(DATA8);
    originalMakes(2);
    api.intercept(podsGoAfter(1));
    await run.pass();
    expect(methods().filter((method) => method === 'DELETE')).toHaveLength(2);
    expect(api.get(DATA8).spec.replicas).toBe(4);
    expect(isOurs(watchedDeployment())).toBe(true);
  });

  it('is left alone if it was made anew after the pass looked: only the object that was seen is deleted', async () => {
    originalMakes(4);
    const run = await startRun();
    api.intercept(({ method }) => {
      if (method === 'DELETE') originalMakes(2);
      return undefined;
    });
    expect(await run.pass()).toMatchObject({ ok: false, status: 409 });
    expect(api.get(DATA8).metadata.deletionTimestamp).toBeUndefined();
  });

  it('with more placeholders than maxReplicas is taken over with maxReplicas', async () => {
    originalMakes(30);
    api.intercept(podsGoAfter(0));
    await (await startRun({ maxReplicas: 20 })).pass();
    expect(api.get(DATA8).spec.replicas).toBe(20);
  });

  it('whose delete is refused is asked for its count again when the right is granted', async () => {
    originalMakes(4);
    const run = await startRun();
    api.intercept(({ method }) =>
      method === 'DELETE' ? status(403, 'Forbidden', 'cannot delete') : undefined,
    );
    expect(await run.pass()).toMatchObject({ ok: false, status: 403 });
    expect(run.takeOvers.all()).toEqual({});
    originalMakes(7);
    api.intercept(podsGoAfter(0));
    await run.pass();
    expect(api.get(DATA8).spec.replicas).toBe(7);
  });
});

describe('a scaler that is killed during a take-over', () => {
  // The calls of an undisturbed run: read state, owner, note, delete, apply (refused twice, accepted), forget.
  const CALLS = 8;
  const moments = Array.from({ length: CALLS }, (_, i) => [i + 1, 'drop'] as const).concat(
    Array.from({ length: CALLS }, (_, i) => [i + 1, 'lose'] as never),
  );

  it.each(moments)(
    'at call %i (%s) ends, after a restart, with as many placeholders as there were',
    async (at, how) => {
      originalMakes(4);
      const pods = podsGoAfter(2);
      let calls = 0;
      let alive = true;
      api.intercept((call) => {
        if (!alive) return 'drop';
        if (++calls === at) {
          alive = false;
          return how;
        }
        pods(call);
        return undefined;
      });
      await (await startRun({ alive: () => alive })).pass();
      expect(alive).toBe(false);

      api.intercept(pods);
      const next = await startRun();
      for (let pass = 0; pass < 4 && (await next.pass()) !== undefined; pass++);
      expect(isOurs(watchedDeployment())).toBe(true);
      expect(api.get(DATA8).spec.replicas).toBe(4);
      expect(api.get(DATA8).metadata.deletionTimestamp).toBeUndefined();
      expect(next.takeOvers.all()).toEqual({});
      await next.stop();
      const afterRestart = await startRun();
      expect(afterRestart.takeOvers.remembered('data8')).toBeUndefined();
    },
  );
});

describe('going on with a take-over', () => {
  const wanted = manifestOf('data8', 1);
  const remembering = () => {
    const takeOvers = openTakeOvers(async () => 'saved');
    takeOvers.adopt({ data8: 4 });
    return takeOvers;
  };

  it('leaves a Deployment of that name that came meanwhile to be judged first', () => {
    originalMakes(2);
    expect(remembering().next('data8', wanted, watchedDeployment())).toBeUndefined();
  });

  it('has nothing to do where none was begun', () => {
    expect(openTakeOvers(async () => 'saved').next('data8', wanted, undefined)).toBeUndefined();
  });

  it('keeps what this run noted down over what was saved', () => {
    const takeOvers = remembering();
    takeOvers.adopt({ data8: 9, stat20: 2 });
    expect(takeOvers.all()).toEqual({ data8: 4, stat20: 2 });
  });
});
