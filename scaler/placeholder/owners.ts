// Who owns a pool's Deployment: the uid of the ConfigMap that the chart renders for the pool. Kubernetes collects the
// Deployment when that object goes, so a wrong or old uid loses the warm nodes within a second; hence it is only ever
// read from the API, kept, and read again whenever a Deployment has to be made anew.
import type { CoreV1Api } from '@kubernetes/client-node';
import type { Clock } from '../clock.ts';
import { readRefusal } from '../cluster/refusal.ts';
import type { Problem } from '../problem.ts';
import { deploymentName, ownerName } from './names.ts';

export interface Owner {
  name: string;
  /** Absent in a dry run only. */
  uid?: string;
}

export type FoundOwner = { owner: Owner; problem?: undefined } | { owner?: undefined; problem: Problem };

export interface Owners {
  /** The kept answer, or a request when there is none. A problem is never kept: the next pass asks again. */
  find(pool: string): Promise<FoundOwner>;
  /** Always asks: before a Deployment is made, or after a write about the owner was refused. */
  findAgain(pool: string): Promise<FoundOwner>;
}

export function openOwners(options: {
  core: Pick<CoreV1Api, 'readNamespacedConfigMap'>;
  namespace: string;
  release: string;
  clock: Pick<Clock, 'now'>;
}): Owners {
  const { core, namespace, release, clock } = options;
  const known = new Map<string, Owner>();

  async function findAgain(pool: string): Promise<FoundOwner> {
    const name = ownerName(release, pool);
    known.delete(pool);
    try {
      const { metadata } = await core.readNamespacedConfigMap({ name, namespace });
      if (metadata?.deletionTimestamp !== undefined)
        return { problem: missing(pool, name, namespace, 'is being deleted') };
      const owner = { name, uid: metadata?.uid ?? '' };
      known.set(pool, owner);
      return { owner };
    } catch (error) {
      const refusal = readRefusal(`GET configmaps/${name}`, error, clock.now());
      if (refusal.status === 404) return { problem: missing(pool, name, namespace, 'does not exist') };
      return {
        problem: {
          code: 'owner-unreadable',
          source: 'write',
          severity: 'error',
          pool,
          where: `ConfigMap ${namespace}/${name}`,
          message: `expected to read the owner of the placeholders of pool ${pool}, got ${refusal.message}`,
        },
      };
    }
  }

  return {
    async find(pool) {
      const owner = known.get(pool);
      return owner === undefined ? findAgain(pool) : { owner };
    },
    findAgain,
  };
}

/** For a dry run: nothing is written, so nothing needs an owner. */
export function noOwners(release: string): Owners {
  const find = async (pool: string) => ({ owner: { name: ownerName(release, pool) } });
  return { find, findAgain: find };
}

function missing(pool: string, name: string, namespace: string, state: string): Problem {
  return {
    code: 'no-owner',
    source: 'write',
    severity: 'error',
    pool,
    where: `ConfigMap ${namespace}/${name}`,
    message:
      `expected the ConfigMap that owns ${deploymentName(pool)}, but it ${state}; the Deployment would stay behind ` +
      'for ever, or be collected at once, so it is not written. The chart makes this ConfigMap with the pool',
    example: 'helm upgrade, with the pool under nodePools',
  };
}
