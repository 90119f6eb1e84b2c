import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../examples/demo/api/objects.ts';
import type { Store } from '../../examples/demo/api/store.ts';
import { reconcileDeployment } from '../../examples/demo/controllers/deployments.ts';
import { addDeployment, deployment, emptyCluster, NAMESPACE, runPod } from './builders.ts';

const live = (store: Store, name = 'data8') =>
  store.get('deployments', { namespace: NAMESPACE, name }) as Deployment;
const step = (store: Store) => reconcileDeployment(store, live(store));
const podNames = (store: Store) => store.list('pods').map((pod) => pod.metadata.name);
function scale(store: Store, replicas: number): void {
  store.change('deployments', { namespace: NAMESPACE, name: 'data8' }, ({ spec }) => {
    spec.replicas = replicas;
  });
  step(store);
}

describe('a Deployment in the simulated cluster', () => {
  it('gets its pods, owned by a ReplicaSet that it owns', () => {
    const { store } = emptyCluster();
    const { metadata } = addDeployment(store, 'data8', { replicas: 2 });
    step(store);
    const [set] = store.list('replicasets');
    expect(set?.metadata.ownerReferences).toMatchObject([{ kind: 'Deployment', uid: metadata.uid }]);
    expect(store.list('pods').map((pod) => pod.metadata.ownerReferences)).toMatchObject([
      [{ kind: 'ReplicaSet', uid: set?.metadata.uid }],
      [{ kind: 'ReplicaSet', uid: set?.metadata.uid }],
    ]);
  });

  it('counts its pods in the status, and says when they are all available', () => {
    const { store } = emptyCluster();
    addDeployment(store, 'data8', { replicas: 2 });
    step(store);
    runPod(store, podNames(store)[0] ?? '');
    step(store);
    expect(live(store).status).toMatchObject({ replicas: 2, readyReplicas: 1, observedGeneration: 1 });
    expect(live(store).status.conditions).toMatchObject([{ type: 'Available', status: 'False' }]);
    runPod(store, podNames(store)[1] ?? '');
    step(store);
    expect(live(store).status.conditions).toMatchObject([{ type: 'Available', status: 'True' }]);
  });

  it('loses the pods without a node first when it is scaled down', () => {
    const { store } = emptyCluster();
    addDeployment(store, 'data8', { replicas: 3 });
    step(store);
    const kept = podNames(store)[1] ?? '';
    store.change('pods', { namespace: NAMESPACE, name: kept }, ({ spec }) => {
      spec.nodeName = 'a';
    });
    scale(store, 1);
    expect(podNames(store)).toEqual([kept]);
  });

  it('with maxSurge 0 loses an old pod before it gets a new one, one at a time', () => {
    const { store } = emptyCluster();
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };
    addDeployment(store, 'data8', { replicas: 3, strategy });
    step(store);
    for (const name of podNames(store)) runPod(store, name);
    const old = new Set(podNames(store));
    const template = deployment('data8', { memory: '40Gi' }).spec.template;
    store.change('deployments', { namespace: NAMESPACE, name: 'data8' }, ({ spec }) => {
      spec.template = template;
    });
    const counts: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      step(store);
      step(store);
      const names = podNames(store);
      counts.push(
        `${names.filter((name) => old.has(name)).length} old, ${names.filter((name) => !old.has(name)).length} new`,
      );
      for (const name of names) runPod(store, name);
    }
    expect(counts).toEqual(['2 old, 1 new', '1 old, 2 new', '0 old, 3 new']);
  });

  it('says ReplicaFailure when its pods cannot be made, until they can', () => {
    const { store } = emptyCluster();
    addDeployment(store, 'data8', { priorityClassName: 'missing' });
    step(store);
    const failure = () => live(store).status.conditions?.find(({ type }) => type === 'ReplicaFailure');
    expect(failure()?.message).toContain('no PriorityClass with name missing was found');
    store.create('priorityclasses', { metadata: { name: 'missing' }, value: -10 });
    step(store);
    expect(failure()).toBeUndefined();
    expect(store.list('pods')).toHaveLength(1);
  });

  it('is left alone once it is as it should be', () => {
    const { store } = emptyCluster();
    addDeployment(store, 'data8', { replicas: 2 });
    step(store);
    step(store);
    const before = store.revision();
    step(store);
    expect(store.revision()).toBe(before);
  });
});
