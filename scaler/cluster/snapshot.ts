import type { Problem } from '../problem.ts';

/** Integer resource amounts: cpu in milli-cpu, everything else in its base unit (bytes, pods, devices). */
export interface Amounts {
  cpuMilli: number;
  memoryBytes: number;
}

/** A node, live: one object per node, changed in place as watch events arrive. Read it, never keep it over a pass. */
export interface NodeView {
  name: string;
  createdAtMs: number;
  allocatable: Amounts;
  /** Allocatable extended resources above 0: `nvidia.com/gpu` -> 4. */
  devices?: Readonly<Record<string, number>>;
  /** Effective requests of all pods the scheduler counts on this node (nominated ones included). */
  requested: Amounts;
  /** Of those, the pods of DaemonSets and static pods. */
  daemonRequested: Amounts;
  /** Pods that are not of a DaemonSet, not static, not a placeholder. */
  ordinaryPods: number;
  /** Placeholder pods (of any pool) bound or nominated here. */
  placeholders: number;
  /** Set when its or one of its pods' numbers cannot be read: the node counts as full. */
  unreadable: boolean;
  /** `DeletionCandidateOfClusterAutoscaler` (PreferNoSchedule) or ToBeDeleted...: the autoscaler wants it gone. */
  removalCandidate: boolean;
}

export interface PoolNode {
  node: NodeView;
  /** Ready, not cordoned, not being deleted, every NoSchedule/NoExecute taint tolerated by the pool. */
  usable: boolean;
  /** Why not, from a short list: not-ready, cordoned, deleting, tainted, no-devices; absent when usable. */
  unusable?: 'not-ready' | 'cordoned' | 'deleting' | 'tainted' | 'no-devices';
}

/** A watched Deployment, trimmed. */
export interface DeploymentView {
  name: string;
  uid: string;
  resourceVersion: string;
  generation: number;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** spec as the API server returned it (defaults filled in). */
  spec: Record<string, unknown>;
  replicas: number;
  readyReplicas: number;
  deleting: boolean;
  ownerUids: string[];
  /** Message of condition ReplicaFailure when it is True. */
  replicaFailure?: string;
}

export interface PoolView {
  nodes: PoolNode[];
  /** Placeholder pods of this pool. pending: not bound to a node (or not yet Running). */
  placeholders: { ready: number; pending: number };
  deployment?: DeploymentView;
}

/** The cluster as it is in memory; reading it makes no request. */
export interface Snapshot {
  /** All three lists have been read once. */
  synced: boolean;
  /** A watch is broken, or silent for too long. */
  stale?: { sinceMs: number; why: string };
  pools: Map<string, PoolView>;
  problems: Problem[];
}

/** For metrics, readiness and status. */
export interface ClusterReport {
  watches: {
    resource: 'nodes' | 'pods' | 'deployments';
    synced: boolean;
    objects: number;
    restarts: Record<string, number>;
    lastHeardMs?: number;
    /** The call and status that fails now, e.g. `GET /api/v1/pods: 403 Forbidden: ...`. */
    failing?: string;
  }[];
  driftFound: number;
}

export interface ClusterView {
  snapshot(nowMs: number): Snapshot;
  report(nowMs: number): ClusterReport;
}
