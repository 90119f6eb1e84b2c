// A simulated Kubernetes cluster inside this process: a loopback API server with a kubeconfig file, and the controllers
// that make Deployments, pods and nodes move. It is a simulation: no containers run, and the controllers are small
// models of the real ones (each file says what it leaves out). Everything else, the scaler included, talks to it over
// HTTP as to a real one; a test or a story may also look into `store` and change it there.
//
//   const cluster = await startSimulatedCluster({ groups: [{ name: 'data8', ...userPool('data8'), allocatable, start: 1 }] });
//   spawn(process.execPath, ['scaler/main.ts', 'run', ...], { env: { ...process.env, KUBECONFIG: cluster.kubeconfigPath } });
//   await cluster.stop();
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../scaler/clock.ts';
import { ownerName } from '../../scaler/placeholder/names.ts';
import { writeKubeconfig } from './api/kubeconfig.ts';
import { type ApiServer, startApiServer } from './api/server.ts';
import { openStore, type Store } from './api/store.ts';
import { type BootingNode, startAutoscaler } from './controllers/autoscaler.ts';
import { startDeployments } from './controllers/deployments.ts';
import { startGarbageCollector } from './controllers/garbage.ts';
import { startKubelets } from './controllers/kubelet.ts';
import { type Daemon, joinNode, markReady, type NodeGroup } from './controllers/nodes.ts';
import type { Controller } from './controllers/reconcile.ts';
import { type Scoring, startScheduler } from './controllers/scheduler.ts';

export interface Timings {
  /** From a change to a controller's look at it (scheduler and Deployments). */
  reactMs: number;
  /** The garbage collector's. */
  collectMs: number;
  scanMs: number;
  bootMs: number;
  readyMs: number;
  pullMs: number;
  startMs: number;
  stopMs: number;
  unneededMs: number;
}

/** Those of a real cluster, as far as they are usual: cluster-autoscaler's defaults, a three-minute boot. */
export const REAL_TIMINGS: Timings = {
  reactMs: 10,
  collectMs: 300,
  scanMs: 10_000,
  bootMs: 150_000,
  readyMs: 5_000,
  pullMs: 25_000,
  startMs: 2_000,
  stopMs: 1_000,
  unneededMs: 600_000,
};

export interface SimulatedClusterOptions {
  /** Of the kubeconfig context. */
  name?: string;
  /** The release's namespace, also that of the kubeconfig context; made at the start. */
  namespace?: string;
  /** Further namespaces to make, e.g. the hub's. */
  namespaces?: string[];
  groups?: NodeGroup[];
  daemons?: Daemon[];
  /** What the chart of that release renders and the scaler needs: the priority class and an owner ConfigMap per pool. */
  release?: string;
  pools?: string[];
  /** Further priority classes, by name. */
  priorityClasses?: Record<string, { value: number; preemptionPolicy?: 'Never' | 'PreemptLowerPriority' }>;
  /** Images that take `pullMs` on a new node. */
  bigImages?: string[];
  scoring?: Scoring;
  timings?: Partial<Timings>;
  /** Which controllers run; all by default, `[]` for an API server alone. */
  controllers?: ('deployments' | 'garbage' | 'scheduler' | 'kubelet' | 'autoscaler')[];
  clock?: Clock;
  bookmarkMs?: number;
  /** false: a server without the WatchList feature. */
  watchList?: boolean;
  /** Changes held for watches that go on from an older version. */
  history?: number;
  /** Where the kubeconfig file goes. Default: a temporary folder of its own, which `stop` removes. */
  folder?: string;
}

export interface SimulatedCluster {
  name: string;
  namespace: string;
  url: string;
  kubeconfigPath: string;
  /** Requests seen, and ways to make them fail. */
  api: ApiServer;
  /** Every object, to look at and to change. */
  store: Store;
  /** Machines ordered that have not joined yet. */
  booting(): BootingNode[];
  /** Empty nodes, and when the autoscaler takes each. */
  removals(): Map<string, number>;
  /** Adds a ready node of a group at once; its name. */
  addNode(group: string, name?: string): string;
  /** Ends controllers and watches, closes the port, removes the kubeconfig. */
  stop(): Promise<void>;
}

const ALL = ['deployments', 'garbage', 'scheduler', 'kubelet', 'autoscaler'] as const;

export async function startSimulatedCluster(
  options: SimulatedClusterOptions = {},
): Promise<SimulatedCluster> {
  const { name = 'simulated', namespace = 'node-placeholder-scaler', clock = systemClock() } = options;
  const { groups = [], daemons = [], bigImages = [], controllers = ALL } = options;
  const timings = { ...REAL_TIMINGS, ...options.timings };
  const store = openStore({ clock, history: options.history });

  for (const each of new Set(['default', 'kube-system', namespace, ...(options.namespaces ?? [])])) {
    store.create('namespaces', { metadata: { name: each } });
  }
  const { release = 'node-placeholder-scaler', pools = [] } = options;
  const classes = {
    [`${release}-placeholder`]: { value: -10, preemptionPolicy: 'Never' as const },
    ...options.priorityClasses,
  };
  for (const [each, rest] of Object.entries(classes)) {
    store.create('priorityclasses', { metadata: { name: each }, ...rest });
  }
  for (const pool of pools) {
    store.create('configmaps', { metadata: { namespace, name: ownerName(release, pool) } });
  }

  const addNode = (groupName: string, node = `${groupName}-${randomUUID().slice(0, 4)}`): string => {
    const group = groups.find((each) => each.name === groupName);
    if (!group)
      throw new Error(`no node group "${groupName}"; there are ${groups.map((g) => g.name).join(', ')}`);
    joinNode(store, group, node);
    markReady(store, { node, daemons });
    store.change('nodes', { name: node }, ({ metadata, status }) => {
      metadata.creationTimestamp = new Date(clock.now() - 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
      status.images = bigImages.map((image) => ({ names: [image], sizeBytes: 3_000_000_000 }));
    });
    return node;
  };
  for (const group of groups) for (let n = 0; n < (group.start ?? 0); n += 1) addNode(group.name);

  const { bookmarkMs, watchList } = options;
  const api = await startApiServer({ store, clock, bookmarkMs, watchList });
  const own = options.folder === undefined ? await mkdtemp(join(tmpdir(), 'simulated-cluster-')) : undefined;
  const kubeconfigPath = join(options.folder ?? own ?? '', `${name}.kubeconfig`);
  await writeKubeconfig(kubeconfigPath, { url: api.url, name, namespace });

  const running: Controller[] = [];
  const loop = { store, clock, delayMs: timings.reactMs };
  if (controllers.includes('deployments')) running.push(startDeployments(loop));
  if (controllers.includes('garbage')) {
    running.push(startGarbageCollector({ ...loop, delayMs: timings.collectMs }));
  }
  if (controllers.includes('scheduler')) {
    running.push(startScheduler({ ...loop, scoring: options.scoring ?? 'pack' }));
  }
  if (controllers.includes('kubelet'))
    running.push(startKubelets({ store, clock, timings, bigImages, daemons }));
  const autoscaler = controllers.includes('autoscaler')
    ? startAutoscaler({ store, clock, groups, timings })
    : undefined;
  if (autoscaler) running.push(autoscaler);

  return {
    name,
    namespace,
    url: api.url,
    kubeconfigPath,
    api,
    store,
    booting: () => autoscaler?.booting() ?? [],
    removals: () => autoscaler?.removals() ?? new Map(),
    addNode,
    async stop() {
      for (const controller of running) controller.stop();
      await api.stop();
      if (own !== undefined) await rm(own, { recursive: true, force: true });
    },
  };
}
