// The garbage collector: an object whose owners are all gone is deleted, and an object that is being deleted in the
// foreground waits for its dependents, which go the same way.
import { deleteObject, dependentsOf, FOREGROUND } from '../api/deletion.ts';
import type { KubeObject } from '../api/objects.ts';
import { RESOURCES } from '../api/resources.ts';
import type { Store } from '../api/store.ts';
import { type Controller, type Loop, reconcile } from './reconcile.ts';

export function startGarbageCollector(options: Omit<Loop, 'run' | 'watches'>): Controller {
  return reconcile({
    ...options,
    watches: ['configmaps', 'deployments', 'replicasets', 'pods', 'leases'],
    run: () => collect(options.store),
  });
}

export function collect(store: Store): void {
  const all = RESOURCES.flatMap(({ name: resource }) =>
    store.list(resource).map((object: KubeObject) => ({ resource, object })),
  );
  const owners = new Map(all.map(({ object }) => [object.metadata.uid, object]));
  // Owners of kinds that the simulation does not keep (a DaemonSet, a Node's static pods) are taken to exist.
  const kinds = new Set(RESOURCES.map(({ kind }) => kind));
  for (const { resource, object } of all) {
    const named = (object.metadata.ownerReferences ?? []).filter(({ kind }) => kinds.has(kind));
    if (named.length === 0) continue;
    const alive = named.map(({ uid }) => owners.get(uid)).filter((owner) => owner !== undefined);
    const foreground = alive.every((owner) => owner.metadata.finalizers?.includes(FOREGROUND));
    const ends = alive.length === 0 || foreground;
    if (ends && !object.metadata.deletionTimestamp) {
      deleteObject(store, resource, object.metadata, {
        propagation: alive.length === 0 ? 'Background' : 'Foreground',
      });
    }
  }
  for (const { resource, object } of all) {
    if (!object.metadata.finalizers?.includes(FOREGROUND)) continue;
    if (dependentsOf(store, object.metadata.uid).length === 0) store.remove(resource, object.metadata);
  }
}
