// The Deployment controller: one ReplicaSet per template, pods to its number, RollingUpdate with maxSurge and
// maxUnavailable (or Recreate), scaling down pending pods first, and the status with its conditions. The ReplicaSet
// controller is folded in: ReplicaSet objects exist, and own the pods, but this file makes and deletes the pods.
import { createHash } from 'node:crypto';
import { admit } from '../api/admit.ts';
import { deleteObject } from '../api/deletion.ts';
import {
  type Deployment,
  type Draft,
  hasCondition,
  type OwnerReference,
  type Pod,
  type ReplicaSet,
  withCondition,
} from '../api/objects.ts';
import type { Store } from '../api/store.ts';
import { type Controller, type Loop, reconcile } from './reconcile.ts';
import { isOver } from './room.ts';

export function startDeployments(options: Omit<Loop, 'run' | 'watches'>): Controller {
  return reconcile({
    ...options,
    watches: ['deployments', 'replicasets', 'pods', 'priorityclasses'],
    run: () => {
      for (const deployment of options.store.list('deployments')) {
        if (!deployment.metadata.deletionTimestamp) reconcileDeployment(options.store, deployment);
      }
    },
  });
}

const isReady = (pod: Pod) => hasCondition(pod.status.conditions, 'Ready');

export function reconcileDeployment(store: Store, deployment: Deployment): void {
  const { namespace } = deployment.metadata;
  const current = replicaSetOf(store, deployment);
  const sets = store.list('replicasets', namespace).filter((set) => isOwnedBy(set, deployment.metadata.uid));
  const pods = store
    .list('pods', namespace)
    .filter((pod) => !pod.metadata.deletionTimestamp && !isOver(pod))
    .filter((pod) => sets.some((set) => isOwnedBy(pod, set.metadata.uid)));
  const [fresh, old] = [
    pods.filter((pod) => isOwnedBy(pod, current.metadata.uid)),
    pods.filter((pod) => !isOwnedBy(pod, current.metadata.uid)),
  ];
  const { goal, drop } = rollOut(deployment, fresh, old);
  for (const pod of [...drop, ...surplus(fresh, goal)]) deleteObject(store, 'pods', pod.metadata);
  let failure: string | undefined;
  for (let count = fresh.length; count < goal && failure === undefined; count += 1) {
    failure = createPod(store, deployment, current);
  }
  for (const set of sets) {
    const own = set.metadata.uid === current.metadata.uid;
    store.change('replicasets', set.metadata, (copy) => {
      copy.spec.replicas = own ? goal : old.filter((pod) => isOwnedBy(pod, set.metadata.uid)).length;
      copy.status.replicas = pods.filter((pod) => isOwnedBy(pod, set.metadata.uid)).length;
    });
  }
  writeStatus(store, deployment, { current, failure });
}

/** How many pods of today's template there shall be now, and which older ones may go. */
function rollOut({ spec }: Deployment, fresh: Pod[], old: Pod[]): { goal: number; drop: Pod[] } {
  const { replicas, strategy } = spec;
  if (old.length === 0) return { goal: replicas, drop: [] };
  if (strategy.type === 'Recreate') return { goal: 0, drop: old };
  const count = (value: number | string | undefined, round: (n: number) => number) =>
    typeof value === 'string' ? round((Number.parseFloat(value) / 100) * replicas) : (value ?? 0);
  const surge = count(strategy.rollingUpdate?.maxSurge, Math.ceil);
  let unavailable = count(strategy.rollingUpdate?.maxUnavailable, Math.floor);
  if (surge === 0 && unavailable === 0) unavailable = 1;
  const least = replicas - unavailable;
  const freshReady = fresh.filter(isReady).length;
  // Old pods that are not ready go first: they serve nobody. Then ready ones, down to the least that must stay.
  const mayGo = Math.max(fresh.length + old.length - least - (fresh.length - freshReady), 0);
  const idle = old.filter((pod) => !isReady(pod)).slice(0, mayGo);
  const ready = old.filter(isReady);
  const spare = Math.max(freshReady + ready.length - least, 0);
  const drop = [...idle, ...ready.slice(0, spare)];
  const goal = Math.max(Math.min(replicas, replicas + surge - (old.length - drop.length)), 0);
  return { goal: Math.max(goal, Math.min(fresh.length, replicas)), drop };
}

/** Pods to delete to come down to `goal`: those without a node first, then not ready, then the youngest. */
function surplus(pods: Pod[], goal: number): Pod[] {
  const rank = (pod: Pod) => (pod.spec.nodeName ? 2 : 0) + (isReady(pod) ? 1 : 0);
  const age = (pod: Pod) => Date.parse(pod.metadata.creationTimestamp);
  const ordered = [...pods].sort((a, b) => rank(a) - rank(b) || age(b) - age(a));
  return ordered.slice(0, Math.max(pods.length - goal, 0));
}

const isOwnedBy = (object: Pod | ReplicaSet, uid: string) =>
  object.metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false;

const ownerOf = (object: Deployment | ReplicaSet): OwnerReference => ({
  apiVersion: 'apps/v1',
  kind: object.kind,
  name: object.metadata.name,
  uid: object.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});

function replicaSetOf(store: Store, deployment: Deployment): ReplicaSet {
  const { namespace, name } = deployment.metadata;
  const { template, selector } = deployment.spec;
  const hash = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 10);
  const found = store.get('replicasets', { namespace, name: `${name}-${hash}` });
  if (found && isOwnedBy(found, deployment.metadata.uid)) return found;
  if (found) store.remove('replicasets', found.metadata);
  const labels = { ...template.metadata?.labels, 'pod-template-hash': hash };
  const draft: Draft<ReplicaSet> = {
    metadata: { namespace, name: `${name}-${hash}`, labels, ownerReferences: [ownerOf(deployment)] },
    spec: {
      replicas: 0,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, 'pod-template-hash': hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: {},
  };
  return store.create('replicasets', draft);
}

/** Why the pod could not be made, or undefined when it was. */
function createPod(
  store: Store,
  { metadata: { namespace } }: Deployment,
  set: ReplicaSet,
): string | undefined {
  const name = `${set.metadata.name}-${Math.random().toString(36).slice(2, 7).padEnd(5, '0')}`;
  const pod = {
    metadata: {
      namespace,
      name,
      labels: set.spec.template.metadata?.labels,
      annotations: set.spec.template.metadata?.annotations,
      ownerReferences: [ownerOf(set)],
    },
    spec: structuredClone(set.spec.template.spec),
    status: { phase: 'Pending' },
  } as Pod;
  try {
    admit('pods', { object: pod, store });
    store.create('pods', pod);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function writeStatus(
  store: Store,
  { metadata, spec }: Deployment,
  { current, failure }: { current: ReplicaSet; failure: string | undefined },
): void {
  const sets = store.list('replicasets', metadata.namespace).filter((set) => isOwnedBy(set, metadata.uid));
  const pods = store
    .list('pods', metadata.namespace)
    .filter((pod) => !pod.metadata.deletionTimestamp && sets.some((set) => isOwnedBy(pod, set.metadata.uid)));
  const ready = pods.filter(isReady).length;
  const enough = ready >= spec.replicas;
  store.change('deployments', metadata, (copy) => {
    const lastTransitionTime = store.time();
    const conditions = withCondition(copy.status.conditions, {
      type: 'Available',
      status: enough ? 'True' : 'False',
      reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      lastTransitionTime,
    });
    copy.status = {
      observedGeneration: copy.metadata.generation,
      replicas: pods.length,
      updatedReplicas: pods.filter((pod) => isOwnedBy(pod, current.metadata.uid)).length,
      readyReplicas: ready,
      availableReplicas: ready,
      unavailableReplicas: Math.max(spec.replicas - ready, 0),
      conditions: failure
        ? withCondition(conditions, {
            type: 'ReplicaFailure',
            status: 'True',
            reason: 'FailedCreate',
            message: failure,
            lastTransitionTime,
          })
        : conditions.filter((c) => c.type !== 'ReplicaFailure'),
    };
  });
}
