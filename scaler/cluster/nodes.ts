// A node as the view keeps it: the numbers and the few facts that decide whether a pool can use it, nothing else of
// its 14 KB. `usability` answers for one pool; the rules are the scheduler's and the cluster autoscaler's
// (utils/kubernetes/ready.go), except that a node which cannot be used now never counts, whoever would tolerate it.
import type { PoolConfig } from '../config/schema.ts';
import type { Intern } from './intern.ts';
import type { Labels } from './labels.ts';
import { readCpuMilli, readQuantity } from './quantities.ts';
import type { Amounts, PoolNode } from './snapshot.ts';
import { isRemovalTaint, keepsAway, type Taint } from './taints.ts';

/** The part of a v1.Node that is read. */
export interface NodeObject {
  metadata: {
    name: string;
    uid?: string;
    labels?: Record<string, string>;
    creationTimestamp?: string;
    deletionTimestamp?: string;
  };
  spec?: { unschedulable?: boolean; taints?: { key: string; value?: string; effect: string }[] };
  status?: {
    allocatable?: Record<string, unknown>;
    conditions?: { type: string; status: string }[];
  };
}

export interface TrimmedNode {
  name: string;
  createdAtMs: number;
  labels: Labels;
  taints: readonly Taint[];
  ready: boolean;
  cordoned: boolean;
  deleting: boolean;
  removalCandidate: boolean;
  allocatable: Amounts;
  /** Allocatable extended resources above 0: `nvidia.com/gpu` -> 4. */
  devices: Readonly<Record<string, number>>;
  /** What could not be read, for people: `status.allocatable.memory: "64 GB"`. */
  unreadable?: { where: string; value: string };
}

const NOT_READY_TAINTS = new Set([
  'node.kubernetes.io/not-ready',
  'node.kubernetes.io/unreachable',
  'node.kubernetes.io/disk-pressure',
  'node.kubernetes.io/network-unavailable',
]);

/** Strings that many nodes share go through `intern`, so that they are in memory once. */
export function trimNode(node: NodeObject, intern: Intern): TrimmedNode {
  const { metadata, spec = {}, status = {} } = node;
  const taints = (spec.taints ?? []).map(({ key, value = '', effect }) => ({ key, value, effect }));
  const trimmed: TrimmedNode = {
    name: metadata.name,
    createdAtMs: Date.parse(metadata.creationTimestamp ?? '') || 0,
    labels: intern.values(metadata.labels ?? {}),
    taints: intern.value(taints),
    ready: isReady(status.conditions ?? [], taints),
    cordoned: spec.unschedulable === true,
    deleting: metadata.deletionTimestamp !== undefined,
    removalCandidate: taints.some(isRemovalTaint),
    allocatable: { cpuMilli: 0, memoryBytes: 0 },
    devices: {},
  };
  const devices: Record<string, number> = {};
  for (const [resource, text] of Object.entries(status.allocatable ?? {})) {
    const device = isDevice(resource);
    if (!device && resource !== 'cpu' && resource !== 'memory') continue;
    const amount = resource === 'cpu' ? readCpuMilli(text) : readQuantity(text);
    if (amount === undefined || amount < 0) {
      trimmed.unreadable ??= { where: `status.allocatable.${resource}`, value: String(text) };
    } else if (resource === 'cpu') trimmed.allocatable.cpuMilli = amount;
    else if (resource === 'memory') trimmed.allocatable.memoryBytes = amount;
    else if (amount > 0) devices[resource] = amount;
  }
  trimmed.devices = intern.value(devices);
  return trimmed;
}

/** Ready and said so; full disks and a missing network count as not ready, as they do for the cluster autoscaler. */
function isReady(conditions: { type: string; status: string }[], taints: readonly Taint[]): boolean {
  const is = (type: string) => conditions.some((c) => c.type === type && c.status === 'True');
  if (!is('Ready') || is('DiskPressure') || is('NetworkUnavailable')) return false;
  return !taints.some((taint) => NOT_READY_TAINTS.has(taint.key));
}

/** GPUs and the like: named by their vendor (`nvidia.com/gpu`), unlike Kubernetes' own resources. */
function isDevice(resource: string): boolean {
  return resource.includes('/') && !/^([^/]*\.)?kubernetes\.io\//.test(resource);
}

/** What clouds put on nodes that come with an accelerator. */
const ACCELERATOR_LABELS = [
  'cloud.google.com/gke-accelerator',
  'k8s.amazonaws.com/accelerator',
  'kubernetes.azure.com/accelerator',
];

/** What a pool needs to know of itself to judge a node; made once per config. */
export interface UsabilityRule {
  tolerations: PoolConfig['tolerations'];
  /** Devices that its placeholders ask for; a new node has none until its device plugin has registered. */
  devices: string[] | 'measured';
}

export function usabilityRule(pool: Pick<PoolConfig, 'tolerations' | 'resources'>): UsabilityRule {
  if (pool.resources === 'auto') return { tolerations: pool.tolerations, devices: 'measured' };
  const asked = { ...pool.resources.limits, ...pool.resources.requests };
  const devices = Object.keys(asked).filter(
    (resource) => isDevice(resource) && readQuantity(asked[resource]) !== 0,
  );
  return { tolerations: pool.tolerations, devices };
}

/** Why the pool cannot use the node, or undefined when it can. */
export function unusableFor(rule: UsabilityRule, node: TrimmedNode): PoolNode['unusable'] {
  if (node.deleting) return 'deleting';
  if (node.cordoned) return 'cordoned';
  if (!node.ready) return 'not-ready';
  if (node.taints.some((taint) => keepsAway(taint, rule.tolerations))) return 'tainted';
  return lacksDevices(rule, node) ? 'no-devices' : undefined;
}

function lacksDevices({ devices }: UsabilityRule, node: TrimmedNode): boolean {
  if (devices !== 'measured') return devices.some((device) => !((node.devices[device] ?? 0) > 0));
  const hasAccelerator = ACCELERATOR_LABELS.some((label) => node.labels[label] !== undefined);
  return hasAccelerator && Object.keys(node.devices).length === 0;
}
