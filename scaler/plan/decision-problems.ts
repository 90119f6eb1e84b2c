// What a person must hear about a decision beyond its sentence: it was cut, or the cluster refuses to make the pods.
import type { DeploymentView } from '../cluster/snapshot.ts';
import type { PoolConfig } from '../config/schema.ts';
import type { Problem } from '../problem.ts';

export function overMaxReplicas({ name, maxReplicas }: PoolConfig, asked: number): Problem {
  return {
    code: 'over-max-replicas',
    source: 'booking',
    severity: 'error',
    pool: name,
    where: `nodePools.${name}.maxReplicas`,
    message: `expected at most ${maxReplicas} placeholders, got ${asked} asked for; it is cut to the maximum`,
    example: `maxReplicas: ${asked}  (or book ${maxReplicas} or fewer)`,
  };
}

export function noPods(pool: string, { name }: DeploymentView, why: string): Problem {
  return {
    code: 'replica-failure',
    source: 'cluster',
    severity: 'error',
    pool,
    where: `Deployment ${name}`,
    message: `expected the cluster to make the placeholder pods, got: ${why}`,
    example: `kubectl describe replicasets -l node-placeholder-scaler/pool=${pool}  (then raise the quota, or allow them)`,
  };
}

/** Why the Deployment cannot make pods, without the name of the pod that was tried: each try has another. */
export function whyNoPods(deployment: DeploymentView | undefined): string | undefined {
  const message = deployment?.replicaFailure
    ?.replace(/^pods "[^"]*" is /, 'pods are ')
    .replace(/\s+/g, ' ')
    .trim();
  return message === '' ? 'no reason given' : message?.slice(0, 400);
}
