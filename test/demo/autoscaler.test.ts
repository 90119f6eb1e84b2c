import { describe, expect, it } from 'vitest';
import type { Store } from '../../examples/demo/api/store.ts';
import { type Autoscaler, startAutoscaler } from '../../examples/demo/controllers/autoscaler.ts';
import { startKubelets } from '../../examples/demo/controllers/kubelet.ts';
import { startScheduler } from '../../examples/demo/controllers/scheduler.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { addPod, apartFrom, emptyCluster, GROUP, NAMESPACE, placesOf } from './builders.ts';

const TIMINGS = { scanMs: 10_000, bootMs: 120_000, unneededMs: 600_000 };
const KUBELET = { readyMs: 5_000, pullMs: 20_000, startMs: 1_000, stopMs: 1_000 };

interface World {
  store: Store;
  clock: ManualClock;
  autoscaler: Autoscaler;
}

function world(limits: { min?: number; max?: number } = {}): World {
  const { store, clock } = emptyCluster();
  const autoscaler = startAutoscaler({ store, clock, groups: [{ ...GROUP, ...limits }], timings: TIMINGS });
  startKubelets({ store, clock, timings: KUBELET, bigImages: ['notebook:1'], daemons: [] });
  startScheduler({ store, clock, delayMs: 10, scoring: 'pack' });
  return { store, clock, autoscaler };
}

const spare = {
  memory: '60Gi',
  labels: { app: 'ph' },
  affinity: apartFrom({ app: 'ph' }),
  priorityClassName: 'placeholder',
};

describe('the simulated autoscaler', () => {
  it('orders one node per placeholder that fits nowhere, and they run there after boot and start', async () => {
    const { store, clock, autoscaler } = world();
    for (const name of ['one', 'two']) addPod(store, name, spare);
    await clock.advance(10_020);
    expect(autoscaler.booting()).toHaveLength(2);
    expect(store.list('nodes')).toHaveLength(0);
    await clock.advance(TIMINGS.bootMs + KUBELET.readyMs + KUBELET.startMs + 100);
    expect(store.list('pods').map((pod) => pod.status.phase)).toEqual(['Running', 'Running']);
    expect(new Set(Object.values(placesOf(store))).size).toBe(2);
  });

  it('packs small pods into as few new nodes as they need, and orders nothing twice', async () => {
    const { store, clock, autoscaler } = world();
    for (let n = 0; n < 5; n += 1) addPod(store, `user-${n}`, { memory: '16Gi' });
    await clock.advance(60_000);
    expect(autoscaler.booting()).toHaveLength(2);
  });

  it('never orders more than the group may have', async () => {
    const { store, clock, autoscaler } = world({ max: 1 });
    for (const name of ['one', 'two']) addPod(store, name, spare);
    await clock.advance(30_000);
    expect(autoscaler.booting()).toHaveLength(1);
  });

  it('orders nothing for a pod below priority -10, nor for one that no node of any group could hold', async () => {
    const { store, clock, autoscaler } = world();
    store.create('priorityclasses', { metadata: { name: 'expendable' }, value: -11 });
    addPod(store, 'expendable', { priorityClassName: 'expendable' });
    addPod(store, 'too-large', { memory: '65Gi' });
    await clock.advance(30_000);
    expect(autoscaler.booting()).toEqual([]);
  });

  it('marks an empty node at once and removes it when it stayed empty long enough, but not below the minimum', async () => {
    const { store, clock } = world({ min: 1 });
    for (const name of ['one', 'two']) addPod(store, name, spare);
    await clock.advance(140_000);
    expect(store.list('nodes')).toHaveLength(2);
    for (const name of ['one', 'two']) store.remove('pods', { namespace: NAMESPACE, name });
    await clock.advance(20_000);
    const taints = store.list('nodes').flatMap(({ spec }) => spec.taints ?? []);
    expect(taints).toMatchObject([
      { key: 'DeletionCandidateOfClusterAutoscaler', effect: 'PreferNoSchedule' },
      { key: 'DeletionCandidateOfClusterAutoscaler', effect: 'PreferNoSchedule' },
    ]);
    await clock.advance(TIMINGS.unneededMs);
    expect(store.list('nodes')).toHaveLength(1);
  });

  it('takes the mark away again when a pod comes', async () => {
    const { store, clock } = world();
    addPod(store, 'one', spare);
    await clock.advance(140_000);
    store.remove('pods', { namespace: NAMESPACE, name: 'one' });
    await clock.advance(20_000);
    addPod(store, 'user');
    await clock.advance(20_000);
    expect(store.list('nodes')[0]?.spec.taints).toEqual([]);
  });

  it('leaves a new node without its big images for a while, so that a pod that needs them waits', async () => {
    const { store, clock } = world();
    const pod = addPod(store, 'user');
    store.change('pods', pod.metadata, ({ spec }) => {
      spec.containers = [{ ...spec.containers[0], name: 'main', image: 'notebook:1' }];
    });
    await clock.advance(10_020 + TIMINGS.bootMs + KUBELET.readyMs + KUBELET.pullMs);
    expect(store.list('pods')[0]?.status.phase).toBe('Pending');
    await clock.advance(KUBELET.startMs + 100);
    expect(store.list('pods')[0]?.status.phase).toBe('Running');
  });
});
