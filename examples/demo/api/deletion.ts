// Deleting as the API server does it: pods get their grace, a foreground deletion waits for its dependents (the
// garbage collector ends it), an orphaning one lets them go, everything else is gone at once.
import type { KubeObject, Pod, ResourceName } from './objects.ts';
import { RESOURCES } from './resources.ts';
import type { ObjectRef, Store } from './store.ts';

export type Propagation = 'Foreground' | 'Background' | 'Orphan';

export const FOREGROUND = 'foregroundDeletion';

export interface DeleteOptions {
  propagation?: Propagation;
  graceSeconds?: number;
}

/** Every object that names `uid` as an owner. */
export function dependentsOf(store: Store, uid: string): { resource: ResourceName; object: KubeObject }[] {
  return RESOURCES.flatMap(({ name: resource }) =>
    store
      .list(resource)
      .filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid))
      .map((object: KubeObject) => ({ resource, object })),
  );
}

export function deleteObject(
  store: Store,
  resource: ResourceName,
  ref: ObjectRef,
  { propagation = 'Background', graceSeconds }: DeleteOptions = {},
): void {
  const object: KubeObject | undefined = store.get(resource, ref);
  if (object === undefined) return;
  if (propagation === 'Orphan') orphanDependents(store, object.metadata.uid);
  const foreground = propagation === 'Foreground' && dependentsOf(store, object.metadata.uid).length > 0;
  const grace = resource === 'pods' ? podGrace(object as Pod, graceSeconds) : 0;
  if (!foreground && grace === 0 && !object.metadata.finalizers?.length) {
    store.remove(resource, ref);
    return;
  }
  store.change(resource, ref, ({ metadata }: KubeObject) => {
    metadata.deletionTimestamp ??= store.time();
    metadata.deletionGracePeriodSeconds ??= grace;
    if (foreground && !metadata.finalizers?.includes(FOREGROUND)) {
      metadata.finalizers = [...(metadata.finalizers ?? []), FOREGROUND];
    }
  });
}

/** A pod that never ran on a node, or is over, needs no grace. */
function podGrace(pod: Pod, asked: number | undefined): number {
  if (!pod.spec.nodeName || pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') return 0;
  return asked ?? pod.spec.terminationGracePeriodSeconds ?? 30;
}

function orphanDependents(store: Store, uid: string): void {
  for (const { resource, object } of dependentsOf(store, uid)) {
    store.change(resource, object.metadata, ({ metadata }: KubeObject) => {
      metadata.ownerReferences = metadata.ownerReferences?.filter((owner) => owner.uid !== uid);
    });
  }
}
