// Nodes and pods as the API server sends them, with good defaults: a test states only what matters to it.
import type { DeploymentObject } from '../../scaler/cluster/deployments.ts';
import type { NodeObject } from '../../scaler/cluster/nodes.ts';
import type { PodObject } from '../../scaler/cluster/pods.ts';
import type { PoolConfig } from '../../scaler/config/schema.ts';

export function poolConfig(name: string, more: Partial<PoolConfig> = {}): PoolConfig {
  return {
    name,
    nodeSelector: { pool: name },
    tolerations: [],
    resources: { requests: { memory: '57Gi' } },
    baseline: 1,
    maxReplicas: 100,
    leadTimeMs: 0,
    holdTimeMs: 0,
    ...more,
  };
}

export interface NodeParts {
  name?: string;
  labels?: Record<string, string>;
  taints?: { key: string; value?: string; effect: string }[];
  conditions?: { type: string; status: string }[];
  allocatable?: Record<string, unknown>;
  cordoned?: boolean;
  deleting?: boolean;
  createdAt?: string;
}

/** Ready, 8 cpu, 64Gi, of pool data8. */
export function nodeObject(parts: NodeParts = {}): NodeObject {
  return {
    metadata: {
      name: parts.name ?? 'node-1',
      labels: parts.labels ?? { pool: 'data8' },
      creationTimestamp: parts.createdAt ?? '2026-11-23T08:00:00Z',
      ...(parts.deleting && { deletionTimestamp: '2026-11-23T09:00:00Z' }),
    },
    spec: { ...(parts.cordoned && { unschedulable: true }), ...(parts.taints && { taints: parts.taints }) },
    status: {
      allocatable: parts.allocatable ?? { cpu: '8', memory: '64Gi', pods: '110' },
      conditions: parts.conditions ?? [{ type: 'Ready', status: 'True' }],
    },
  };
}

export interface PodParts {
  uid?: string;
  name?: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  owner?: string;
  node?: string;
  nominated?: string;
  phase?: string;
  ready?: boolean;
  deleting?: boolean;
  cpu?: string;
  memory?: string;
}

/** A user's pod: 1 cpu, 2Gi, Running on node-1 unless said otherwise. */
export function podObject(parts: PodParts = {}): PodObject {
  const phase = parts.phase ?? 'Running';
  const node = 'node' in parts ? parts.node : 'node-1';
  return {
    metadata: {
      name: parts.name ?? 'jupyter-ada',
      namespace: parts.namespace ?? 'users',
      uid: parts.uid ?? 'uid-1',
      ...(parts.labels && { labels: parts.labels }),
      ...(parts.annotations && { annotations: parts.annotations }),
      ...(parts.owner && { ownerReferences: [{ kind: parts.owner, controller: true }] }),
      ...(parts.deleting && { deletionTimestamp: '2026-11-23T09:00:00Z' }),
    },
    spec: {
      ...(node !== undefined && { nodeName: node }),
      containers: [
        {
          name: 'notebook',
          resources: { requests: { cpu: parts.cpu ?? '1', memory: parts.memory ?? '2Gi' } },
        },
      ],
    },
    status: {
      phase,
      ...(parts.nominated && { nominatedNodeName: parts.nominated }),
      ...(parts.ready !== undefined && {
        conditions: [{ type: 'Ready', status: parts.ready ? 'True' : 'False' }],
      }),
    },
  };
}

/** A placeholder of ours in namespace hub, Running on node-1 unless said otherwise. */
export function placeholderPod(pool: string, parts: PodParts = {}): PodObject {
  return podObject({
    uid: `placeholder-${pool}`,
    name: `${pool}-placeholder-6c9f7d5b-x2x4z`,
    namespace: 'hub',
    labels: {
      app: 'node-placeholder-scaler',
      component: 'placeholder',
      'node-placeholder-scaler/pool': pool,
    },
    owner: 'ReplicaSet',
    cpu: '7',
    memory: '57Gi',
    ...parts,
  });
}

export function deploymentObject(name: string, more: Partial<DeploymentObject> = {}): DeploymentObject {
  const { metadata, ...rest } = more;
  return {
    metadata: { name, uid: `uid-${name}`, resourceVersion: '1', generation: 1, ...metadata },
    spec: { replicas: 2 },
    status: { readyReplicas: 1 },
    ...rest,
  };
}
