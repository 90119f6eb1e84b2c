// What a node looks like, and how one joins and leaves: shaped like a cloud's node in a zero-to-jupyterhub pool,
// with the pods that its DaemonSets put on it.
import { randomUUID } from 'node:crypto';
import { deleteObject } from '../api/deletion.ts';
import { type Draft, type Node, type Pod, type Taint, withCondition } from '../api/objects.ts';
import type { Store } from '../api/store.ts';

/** A group of like machines, as an autoscaler knows them. */
export interface NodeGroup {
  name: string;
  labels?: Record<string, string>;
  taints?: Taint[];
  /** `{ cpu: '7910m', memory: '58Gi', pods: '110' }` */
  allocatable: Record<string, string>;
  /** Nodes at the start: there for a day, ready, with the images. */
  start?: number;
  min?: number;
  max?: number;
}

/** A DaemonSet's pod on every node. */
export interface Daemon {
  name: string;
  requests: Record<string, string>;
}

/** The labels and taints that zero-to-jupyterhub gives to a pool for users' servers. */
export function userPool(pool: string): Pick<NodeGroup, 'labels' | 'taints'> {
  return {
    labels: { 'hub.jupyter.org/node-purpose': 'user', 'hub.jupyter.org/pool-name': pool },
    taints: [
      { key: 'hub.jupyter.org_dedicated', value: 'user', effect: 'NoSchedule' },
      { key: 'hub.jupyter.org/dedicated', value: 'user', effect: 'NoSchedule' },
    ],
  };
}

/** Which group a node belongs to, and so whether the autoscaler may remove it. */
export const GROUP_ANNOTATION = 'simulated/node-group';

const NOT_READY: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

/** A node of the group as it would be, to reckon with; nothing is written. */
export function nodeOf(store: Store, group: NodeGroup, name: string): Draft<Node> {
  return {
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/os': 'linux',
        'topology.kubernetes.io/zone': 'simulated-a',
        ...group.labels,
      },
      annotations: { [GROUP_ANNOTATION]: group.name },
    },
    spec: { providerID: `simulated:///${name}`, taints: [...(group.taints ?? [])] },
    status: {
      capacity: group.allocatable,
      allocatable: group.allocatable,
      conditions: [
        { type: 'MemoryPressure', status: 'False', lastTransitionTime: store.time() },
        { type: 'DiskPressure', status: 'False', lastTransitionTime: store.time() },
        { type: 'PIDPressure', status: 'False', lastTransitionTime: store.time() },
        { type: 'Ready', status: 'False', reason: 'KubeletNotReady', lastTransitionTime: store.time() },
      ],
      images: [],
      nodeInfo: { kubeletVersion: 'v1.36.0-simulated', containerRuntimeVersion: 'simulated://1' },
    },
  };
}

/** The kubelet registers the node: not ready yet, and tainted so. */
export function joinNode(store: Store, group: NodeGroup, name: string): void {
  const draft = nodeOf(store, group, name);
  draft.spec.taints = [...(draft.spec.taints ?? []), NOT_READY];
  store.create('nodes', draft);
}

export function markReady(store: Store, { node, daemons }: { node: string; daemons: Daemon[] }): void {
  store.change('nodes', { name: node }, ({ spec, status }) => {
    spec.taints = spec.taints?.filter((taint) => taint.key !== NOT_READY.key);
    status.conditions = withCondition(status.conditions, {
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
      lastTransitionTime: store.time(),
    });
  });
  for (const daemon of daemons) store.create('pods', daemonPod(store, daemon, node));
}

function daemonPod(store: Store, { name, requests }: Daemon, node: string): Draft<Pod> {
  return {
    metadata: {
      namespace: 'kube-system',
      name: `${name}-${randomUUID().slice(0, 5)}`,
      labels: { 'k8s-app': name },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'DaemonSet', name, uid: `daemonset-${name}`, controller: true },
      ],
    },
    spec: {
      nodeName: node,
      priority: 2_000_001_000,
      priorityClassName: 'system-node-critical',
      preemptionPolicy: 'PreemptLowerPriority',
      terminationGracePeriodSeconds: 1,
      tolerations: [{ operator: 'Exists' }],
      containers: [{ name, image: `registry.example.org/${name}:1`, resources: { requests } }],
    },
    status: {
      phase: 'Running',
      startTime: store.time(),
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: store.time() }],
    },
  };
}

/** The machine is gone: its pods with it. */
export function removeNode(store: Store, name: string): void {
  store.remove('nodes', { name });
  for (const pod of store.list('pods')) {
    if (pod.spec.nodeName === name) deleteObject(store, 'pods', pod.metadata, { graceSeconds: 0 });
  }
}

export const isDaemonPod = (pod: Pod) =>
  pod.metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet' || kind === 'Node') ?? false;
