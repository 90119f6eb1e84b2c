// The Kubernetes objects of the simulated cluster, as far as it reads them; fields it does not know are kept as they came.

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  creationTimestamp: string;
  generation?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
}

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** What a caller hands in: the server fills in the rest of the metadata. */
export type Draft<T extends KubeObject> = Omit<T, 'metadata' | 'apiVersion' | 'kind'> & {
  metadata: Partial<ObjectMeta> & { generateName?: string };
};

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

export interface Taint {
  key: string;
  value?: string;
  effect: 'NoSchedule' | 'NoExecute' | 'PreferNoSchedule';
}

export interface Toleration {
  key?: string;
  operator?: 'Exists' | 'Equal';
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}

export interface Requirement {
  key: string;
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  values?: string[];
}

export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: Requirement[];
}

export interface Affinity {
  nodeAffinity?: {
    requiredDuringSchedulingIgnoredDuringExecution?: {
      nodeSelectorTerms: { matchExpressions?: Requirement[]; matchFields?: Requirement[] }[];
    };
  };
  podAntiAffinity?: {
    requiredDuringSchedulingIgnoredDuringExecution?: {
      labelSelector?: LabelSelector;
      topologyKey: string;
      namespaces?: string[];
      namespaceSelector?: LabelSelector;
    }[];
  };
}

export interface Container {
  name: string;
  image?: string;
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
}

export interface PodSpec {
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  affinity?: Affinity;
  tolerations?: Toleration[];
  containers: Container[];
  priority?: number;
  priorityClassName?: string;
  preemptionPolicy?: 'Never' | 'PreemptLowerPriority';
  schedulingGates?: { name: string }[];
  terminationGracePeriodSeconds?: number;
}

export interface Pod extends KubeObject {
  spec: PodSpec;
  status: {
    phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
    conditions?: Condition[];
    nominatedNodeName?: string;
    startTime?: string;
    podIP?: string;
    containerStatuses?: unknown[];
  };
}

export interface Node extends KubeObject {
  spec: { taints?: Taint[]; unschedulable?: boolean; providerID?: string };
  status: {
    allocatable: Record<string, string>;
    capacity: Record<string, string>;
    conditions: Condition[];
    images?: { names: string[]; sizeBytes: number }[];
    nodeInfo?: Record<string, string>;
    addresses?: { type: string; address: string }[];
  };
}

export interface PodTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: PodSpec;
}

export interface Deployment extends KubeObject {
  spec: {
    replicas: number;
    selector: LabelSelector;
    template: PodTemplate;
    strategy: {
      type: 'RollingUpdate' | 'Recreate';
      rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string };
    };
  };
  status: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    unavailableReplicas?: number;
    conditions?: Condition[];
  };
}

export interface ReplicaSet extends KubeObject {
  spec: { replicas: number; selector: LabelSelector; template: PodTemplate };
  status: { replicas?: number };
}

export interface PriorityClass extends KubeObject {
  value: number;
  preemptionPolicy?: 'Never' | 'PreemptLowerPriority';
  globalDefault?: boolean;
}

export interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}

export interface Lease extends KubeObject {
  spec?: Record<string, unknown>;
}

/** Every resource the server keeps, by its plural name (`events` of both groups are one list). */
export interface Stored {
  nodes: Node;
  pods: Pod;
  namespaces: KubeObject;
  configmaps: ConfigMap;
  events: KubeObject;
  leases: Lease;
  deployments: Deployment;
  replicasets: ReplicaSet;
  priorityclasses: PriorityClass;
}

export type ResourceName = keyof Stored;

/** True when the condition of that type says so. */
export function hasCondition(conditions: Condition[] | undefined, type: string): boolean {
  return conditions?.some((c) => c.type === type && c.status === 'True') ?? false;
}

/** The list with this condition set; keeps the transition time when the status stays. */
export function withCondition(conditions: Condition[] | undefined, next: Condition): Condition[] {
  const before = conditions?.find((c) => c.type === next.type);
  const since = before?.status === next.status ? before.lastTransitionTime : next.lastTransitionTime;
  return [...(conditions ?? []).filter((c) => c.type !== next.type), { ...next, lastTransitionTime: since }];
}
