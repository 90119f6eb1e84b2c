// A placeholder Deployment as the view keeps it. Every Deployment of the namespace whose name could be a pool's is
// kept, whoever made it: one that the original left behind or that belongs to someone else must be seen as well.
import type { DeploymentView } from './snapshot.ts';

/** The part of an apps/v1 Deployment that is read. */
export interface DeploymentObject {
  metadata: {
    name: string;
    uid: string;
    resourceVersion: string;
    generation?: number;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    deletionTimestamp?: string;
    ownerReferences?: { uid: string }[];
  };
  spec?: Record<string, unknown>;
  status?: {
    readyReplicas?: number;
    conditions?: { type: string; status: string; message?: string }[];
  };
}

export function isPlaceholderName(name: string): boolean {
  return name.endsWith('-placeholder');
}

export function trimDeployment({ metadata, spec = {}, status = {} }: DeploymentObject): DeploymentView {
  const failure = status.conditions?.find((c) => c.type === 'ReplicaFailure' && c.status === 'True');
  return {
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    generation: metadata.generation ?? 0,
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    spec,
    replicas: typeof spec.replicas === 'number' ? spec.replicas : 1,
    readyReplicas: status.readyReplicas ?? 0,
    deleting: metadata.deletionTimestamp !== undefined,
    ownerUids: (metadata.ownerReferences ?? []).map(({ uid }) => uid),
    ...(failure && { replicaFailure: failure.message ?? '' }),
  };
}

/** True when nothing changed that anyone decides by (the resource version always does). */
export function isSameDeployment(a: DeploymentView, b: DeploymentView): boolean {
  const { resourceVersion: _a, ...left } = a;
  const { resourceVersion: _b, ...right } = b;
  return JSON.stringify(left) === JSON.stringify(right);
}
