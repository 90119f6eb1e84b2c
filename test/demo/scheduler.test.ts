import { describe, expect, it } from 'vitest';
import { scheduleAll } from '../../examples/demo/controllers/scheduler.ts';
import { addNode, addPod, apartFrom, emptyCluster, NAMESPACE, placesOf, podOf } from './builders.ts';

const NO_SCHEDULE = { key: 'dedicated', value: 'user', effect: 'NoSchedule' } as const;
const tolerated = [{ key: 'dedicated', operator: 'Equal', value: 'user', effect: 'NoSchedule' }] as const;
const placeholder = { memory: '60Gi', priorityClassName: 'placeholder', labels: { app: 'ph' } };

describe('where a pod goes', () => {
  it('is the fullest node that has room when packing, the emptiest when spreading', () => {
    for (const [scoring, node] of [
      ['pack', 'full'],
      ['spread', 'empty'],
    ] as const) {
      const { store } = emptyCluster();
      addNode(store, 'empty');
      addNode(store, 'full');
      addPod(store, 'first', { nodeName: 'full', memory: '10Gi' });
      addPod(store, 'second');
      scheduleAll(store, scoring);
      expect(placesOf(store)).toMatchObject({ second: node });
    }
  });

  it('is nowhere without room, and its condition says why in the words of the scheduler', () => {
    const { store } = emptyCluster();
    addNode(store, 'a', { taints: [NO_SCHEDULE] });
    addNode(store, 'b');
    addPod(store, 'large', { memory: '65Gi' });
    scheduleAll(store, 'pack');
    expect(podOf(store, 'large')?.status.conditions).toMatchObject([
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message:
          '0/2 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint {dedicated: user}.',
      },
    ]);
  });

  it.each([
    ['a label it selects', { nodeSelector: { pool: 'data8' } }, 'labelled'],
    [
      'a label its affinity requires',
      {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key: 'pool', operator: 'In', values: ['x', 'data8'] }] },
              ],
            },
          },
        },
      },
      'labelled',
    ],
    ['a taint it tolerates', { tolerations: [...tolerated], nodeSelector: { kind: 'tainted' } }, 'tainted'],
  ] as const)('depends on %s', (_, said, node) => {
    const { store } = emptyCluster();
    addNode(store, 'plain');
    addNode(store, 'labelled', { labels: { pool: 'data8' } });
    addNode(store, 'tainted', { labels: { kind: 'tainted' }, taints: [NO_SCHEDULE] });
    addPod(store, 'pod', structuredClone(said) as Parameters<typeof addPod>[2]);
    scheduleAll(store, 'pack');
    expect(placesOf(store)).toEqual({ pod: node });
  });

  it('is no node that is cordoned or not ready', () => {
    const { store } = emptyCluster();
    addNode(store, 'cordoned');
    store.change('nodes', { name: 'cordoned' }, ({ spec }) => {
      spec.unschedulable = true;
    });
    addPod(store, 'pod');
    scheduleAll(store, 'pack');
    expect(placesOf(store)).toEqual({ pod: '-' });
  });

  it('is another host than that of a pod it must be apart from, in either order', () => {
    const { store } = emptyCluster();
    addNode(store, 'a');
    addNode(store, 'b');
    for (const name of ['one', 'two', 'three']) {
      addPod(store, name, { labels: { app: 'ph' }, affinity: apartFrom({ app: 'ph' }) });
    }
    scheduleAll(store, 'pack');
    expect(Object.values(placesOf(store)).sort()).toEqual(['-', 'a', 'b']);
  });
});

describe('preemption', () => {
  it('leaves placeholders alone while there is room elsewhere', () => {
    const { store } = emptyCluster();
    addNode(store, 'warm');
    addNode(store, 'room');
    addPod(store, 'placeholder', { ...placeholder, nodeName: 'warm' });
    addPod(store, 'user', { memory: '20Gi' });
    scheduleAll(store, 'pack');
    expect(placesOf(store)).toEqual({ placeholder: 'warm', user: 'room' });
  });

  it('takes one placeholder for the first users of a node, at once, and nominates them for it', () => {
    const { store } = emptyCluster();
    for (const node of ['a', 'b']) {
      addNode(store, node);
      addPod(store, `placeholder-${node}`, { ...placeholder, nodeName: node });
    }
    for (const user of ['user-1', 'user-2']) addPod(store, user, { memory: '20Gi' });
    scheduleAll(store, 'pack');
    expect(Object.keys(placesOf(store)).filter((name) => name.startsWith('placeholder'))).toHaveLength(1);
    expect(podOf(store, 'user-1')?.status.nominatedNodeName).toBeDefined();
    scheduleAll(store, 'pack');
    const { 'user-1': one, 'user-2': two } = placesOf(store);
    expect(one).not.toBe('-');
    expect(two).toBe(one);
    expect(podOf(store, 'user-1')?.status.nominatedNodeName).toBeUndefined();
  });

  it('takes no more victims than needed, the least important ones', () => {
    const { store } = emptyCluster();
    addNode(store, 'a');
    addPod(store, 'normal', { memory: '30Gi', nodeName: 'a' });
    addPod(store, 'low', { memory: '30Gi', nodeName: 'a', priorityClassName: 'placeholder' });
    store.create('priorityclasses', { metadata: { name: 'high' }, value: 100 });
    addPod(store, 'high', { memory: '20Gi', priorityClassName: 'high' });
    scheduleAll(store, 'pack');
    scheduleAll(store, 'pack');
    expect(placesOf(store)).toEqual({ normal: 'a', high: 'a' });
  });

  it('never happens for a pod that must not preempt', () => {
    const { store } = emptyCluster();
    addNode(store, 'a');
    store.create('priorityclasses', { metadata: { name: 'lower' }, value: -20 });
    addPod(store, 'lower', { memory: '60Gi', nodeName: 'a', priorityClassName: 'lower' });
    addPod(store, 'placeholder', placeholder);
    scheduleAll(store, 'pack');
    expect(placesOf(store)).toEqual({ lower: 'a', placeholder: '-' });
  });

  it('keeps the room of a nominated pod from a placeholder', () => {
    const { store } = emptyCluster();
    addNode(store, 'a');
    addPod(store, 'leaving', { ...placeholder, nodeName: 'a', graceSeconds: 30 });
    addPod(store, 'user', { memory: '60Gi' });
    scheduleAll(store, 'pack');
    expect(podOf(store, 'leaving')?.metadata.deletionTimestamp).toBeDefined();
    expect(podOf(store, 'user')?.status.nominatedNodeName).toBe('a');
    // There would be room beside the pod that leaves, but not beside the one that comes.
    addPod(store, 'small', { ...placeholder, memory: '3Gi' });
    scheduleAll(store, 'pack');
    expect(placesOf(store)).toEqual({ leaving: 'a', small: '-', user: '-' });
    store.remove('pods', { namespace: NAMESPACE, name: 'leaving' });
    scheduleAll(store, 'pack');
    expect(placesOf(store)).toEqual({ small: 'a', user: 'a' });
  });
});
