// The world in a test's words: nodes, pools, Deployments and bookings with good defaults, so that a row states only
// what matters to it. `aNode()` is an old, ready node with people on it and plenty of room.
import type { Booked, BookedBy } from '../../scaler/calendar/schedule.ts';
import type {
  DeploymentView,
  NodeView,
  PoolNode,
  PoolView,
  Snapshot,
} from '../../scaler/cluster/snapshot.ts';
import type { PoolConfig } from '../../scaler/config/schema.ts';
import type { DecideInput } from '../../scaler/plan/decide.ts';
import type { History } from '../../scaler/plan/history.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const GIB = 2 ** 30;

/** Monday 2026-11-23 09:30 UTC: the instant of every test that does not say otherwise. */
export const NOW = Date.UTC(2026, 10, 23, 9, 30);

export interface NodeWords extends Partial<Omit<NodeView, 'requested' | 'daemonRequested'>> {
  /** Free shares, 0..1; default 0.5. */
  freeCpu?: number;
  freeMemory?: number;
  /** Both shares at once. */
  free?: number;
  /** Why it is not usable. */
  unusable?: PoolNode['unusable'];
}

/** 8 cpu, 64 GiB, a day old, three people on it, half of it free. */
export function aNode(words: NodeWords = {}): PoolNode {
  const { free = 0.5, freeCpu = free, freeMemory = free, unusable, ...rest } = words;
  const { allocatable = { cpuMilli: 8_000, memoryBytes: 64 * GIB } } = words;
  return {
    node: {
      name: 'node-a',
      createdAtMs: NOW - 24 * HOUR,
      allocatable,
      requested: {
        cpuMilli: Math.round(allocatable.cpuMilli * (1 - freeCpu)),
        memoryBytes: Math.round(allocatable.memoryBytes * (1 - freeMemory)),
      },
      daemonRequested: { cpuMilli: 200, memoryBytes: GIB },
      ordinaryPods: 3,
      placeholders: 0,
      unreadable: false,
      removalCandidate: false,
      ...rest,
    },
    usable: unusable === undefined,
    ...(unusable && { unusable }),
  };
}

/** A node with a placeholder and nobody else. */
export function aWarmNode(words: NodeWords = {}): PoolNode {
  return aNode({ free: 0.02, ordinaryPods: 0, placeholders: 1, ...words });
}

/** Several nodes with names of their own: `node-a`, `node-b`, ... */
export function nodes(...each: PoolNode[]): PoolNode[] {
  return each.map((poolNode, at) => ({
    ...poolNode,
    node: {
      ...poolNode.node,
      name: poolNode.node.name === 'node-a' ? `node-${letters(at)}` : poolNode.node.name,
    },
  }));
}

function letters(at: number): string {
  return at < 26 ? String.fromCharCode(97 + at) : letters(Math.floor(at / 26) - 1) + letters(at % 26);
}

/** Pool `data8`, baseline 1. */
export function aPool(words: Partial<PoolConfig> = {}): PoolConfig {
  return {
    name: 'data8',
    nodeSelector: { 'hub.jupyter.org/pool-name': 'data8-pool' },
    tolerations: [],
    resources: { requests: { memory: '57Gi', cpu: '7' } },
    baseline: 1,
    maxReplicas: 100,
    leadTimeMs: 0,
    holdTimeMs: 0,
    ...words,
  };
}

/** Our Deployment of pool data8 as the cluster shows it, without a spec worth comparing. */
export function aDeployment(words: Partial<DeploymentView> = {}): DeploymentView {
  const { name = 'data8-placeholder', replicas = 1 } = words;
  return {
    name,
    uid: 'uid-1',
    resourceVersion: '1000',
    generation: 1,
    labels: {
      app: 'node-placeholder-scaler',
      component: 'placeholder',
      'node-placeholder-scaler/pool': 'data8',
    },
    annotations: {},
    spec: { replicas },
    replicas,
    readyReplicas: replicas,
    deleting: false,
    ownerUids: ['owner-1'],
    ...words,
  };
}

export interface ViewWords {
  nodes?: PoolNode[];
  /** Replicas of the Deployment; `null`: there is no Deployment. */
  current?: number | null;
  pending?: number;
  ready?: number;
  deployment?: Partial<DeploymentView>;
}

/** A pool as the cluster shows it: one Deployment (default: one placeholder, ready), no nodes unless given. */
export function aView(words: ViewWords = {}): PoolView {
  const { current = 1, pending = 0 } = words;
  const ready = words.ready ?? Math.max(0, (current ?? 0) - pending);
  return {
    nodes: words.nodes ?? [],
    placeholders: { ready, pending },
    ...(current !== null && { deployment: aDeployment({ replicas: current, ...words.deployment }) }),
  };
}

/** Pool name -> view; read, not stale. */
export function aSnapshot(
  pools: Record<string, PoolView>,
  words: Partial<Omit<Snapshot, 'pools'>> = {},
): Snapshot {
  return { synced: true, problems: [], ...words, pools: new Map(Object.entries(pools)) };
}

/** One event books `count`, from half an hour ago until 10:10 UTC. */
export function aBooking(count: number, words: Partial<BookedBy> & { untilMs?: number } = {}): Booked {
  const { untilMs = NOW + 40 * MINUTE, ...by } = words;
  const event = {
    title: 'Data 8 midterm',
    feed: 'calendar',
    startMs: NOW - 30 * MINUTE,
    endMs: untilMs,
    count,
  };
  return { count, untilMs, by: [{ ...event, ...by }] };
}

/** Every node's past is known, and none was lately busy. */
export function aHistory(words: Partial<History> = {}): History {
  return { busyNow: new Set(), lastBusyMs: new Map(), busySeen: 0, ...words };
}

/** The original's defaults. */
export const RULES: DecideInput['rules'] = {
  calendarOverrideEnabled: false,
  scalingStrategy: 'balanced',
  cpuThreshold: 0.2,
  memoryThreshold: 0.2,
  nodeGracePeriodMs: 10 * MINUTE,
};

export interface SituationWords extends Partial<Omit<DecideInput, 'rules' | 'pool' | 'view'>>, ViewWords {
  baseline?: number;
  maxReplicas?: number;
  rules?: Partial<DecideInput['rules']>;
  view?: PoolView;
}

/** All that a decision looks at: cluster and calendar read, nothing booked, one placeholder, no nodes, baseline 1. */
export function aSituation(words: SituationWords = {}): DecideInput {
  const {
    baseline = 1,
    maxReplicas = 100,
    rules,
    view,
    nodes: _n,
    current: _c,
    pending: _p,
    ready: _r,
    deployment: _d,
    ...rest
  } = words;
  return {
    pool: aPool({ baseline, maxReplicas }),
    zone: 'UTC',
    nowMs: NOW,
    calendar: 'read',
    cluster: { synced: true },
    history: aHistory(),
    ...rest,
    rules: { ...RULES, ...rules },
    view: view ?? aView(words),
  };
}
