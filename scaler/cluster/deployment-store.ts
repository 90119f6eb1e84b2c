// The Deployments of our namespace that could be a pool's placeholders, by name.
import { type DeploymentObject, isPlaceholderName, isSameDeployment, trimDeployment } from './deployments.ts';
import type { DeploymentView } from './snapshot.ts';
import type { Draft, Store } from './store.ts';

export interface DeploymentStore extends Store<DeploymentObject> {
  size(): number;
  get(name: string): DeploymentView | undefined;
}

/** `onChange` is told the name when something other than the resource version changed, and undefined after a swap. */
export function openDeploymentStore(onChange: (name: string | undefined) => void): DeploymentStore {
  let deployments = new Map<string, DeploymentView>();

  function draft(): Draft<DeploymentObject> {
    const gathered = new Map<string, DeploymentView>();
    return {
      apply(type, object) {
        const { name } = object.metadata;
        if (!isPlaceholderName(name)) return;
        if (type === 'DELETED') gathered.delete(name);
        else gathered.set(name, trimDeployment(object));
      },
      commit() {
        deployments = gathered;
        onChange(undefined);
      },
    };
  }

  return {
    apply(type, object) {
      const { name } = object.metadata;
      if (!isPlaceholderName(name)) return;
      const before = deployments.get(name);
      if (type === 'DELETED') {
        if (deployments.delete(name)) onChange(name);
        return;
      }
      const next = trimDeployment(object);
      deployments.set(name, next);
      if (before === undefined || !isSameDeployment(before, next)) onChange(name);
    },
    draft,
    size: () => deployments.size,
    get: (name) => deployments.get(name),
  };
}
