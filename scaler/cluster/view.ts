// The cluster in memory: three watches (all nodes, all pods that have not ended, the Deployments of our namespace) feed
// three stores; a snapshot is a look at what they hold now. Nothing is copied and nothing is requested, so a quiet pass
// costs microseconds whatever the size of the cluster.
import type { Clock, Timer } from '../clock.ts';
import type { PoolConfig } from '../config/schema.ts';
import type { Logger } from '../log.ts';
import { deploymentName } from '../placeholder/names.ts';
import type { Problem } from '../problem.ts';
import type { Connection } from './connection.ts';
import { openDeploymentStore } from './deployment-store.ts';
import { openIntern } from './intern.ts';
import { parseSelector } from './labels.ts';
import { openLedger } from './ledger.ts';
import { openPodStore } from './pod-store.ts';
import { openNodeStore } from './pool-nodes.ts';
import { type Reflector, startReflector } from './reflector.ts';
import type { ClusterReport, ClusterView, PoolView, Snapshot } from './snapshot.ts';
import type { Resource, Store } from './store.ts';
import { clusterProblems } from './view-problems.ts';

export interface ClusterSettings {
  pools: readonly PoolConfig[];
  /** Kubernetes label selector text; finds the original's placeholders in our namespace. */
  placeholderPodLabelSelector: string;
}

export interface ClusterViewOptions extends ClusterSettings {
  connection: Pick<Connection, 'request' | 'stream'>;
  namespace: string;
  clock: Clock;
  log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
  /** A watch without a byte for this long is read anew; default 90 s. */
  silenceMs?: number;
  /** How often all sums are added up again and compared; default 10 min. */
  recountMs?: number;
  random?: () => number;
}

export interface RunningClusterView extends ClusterView {
  /** Starts the watches. `onChange` is called for what a decision looks at, not for heartbeats; often, so debounce it. */
  start(onChange: () => void): void;
  /** New settings. A new selector needs the pods to be read again: the snapshot is stale until they are. */
  reconfigure(settings: ClusterSettings): void;
  stop(): Promise<void>;
}

/** Throws a SyntaxError when the selector cannot be read. */
export function createClusterView(options: ClusterViewOptions): RunningClusterView {
  const { clock, log, namespace } = options;
  let selector = options.placeholderPodLabelSelector;
  let onChange = () => {};
  let reflectors: Reflector[] = [];
  let recounting: Timer | undefined;
  let driftFound = 0;
  let views = new Map<string, PoolView>();
  let problems: Problem[] | undefined;

  const changed = () => onChange();
  const changedEverything = () => {
    problems = undefined;
    onChange();
  };
  const ledger = openLedger();
  const intern = openIntern();
  const nodes = openNodeStore({ ledger, intern, onChange: changedEverything });
  const pods = openPodStore({
    ledger,
    intern,
    rules: { namespace, placeholderSelector: parseSelector(selector) },
    onChange(entry) {
      if (entry === undefined) changed();
      else if (entry.seats.size > 0)
        (problems?.length || entry.unreadablePods > 0 ? changedEverything : changed)();
    },
    onSwap: changedEverything,
  });
  const wanted = new Set<string>();
  const deployments = openDeploymentStore((name) => (name === undefined || wanted.has(name)) && changed());
  usePools(options.pools);

  function usePools(pools: readonly PoolConfig[]): void {
    nodes.setPools(pools);
    wanted.clear();
    views = new Map();
    for (const { name } of pools) {
      wanted.add(deploymentName(name));
      views.set(name, {
        nodes: nodes.nodesOf(name),
        placeholders: pods.placeholders(name),
        get deployment() {
          return deployments.get(deploymentName(name));
        },
      });
    }
  }

  const watched: { resource: Resource; store: Store<never>; size(): number }[] = [
    { resource: { name: 'nodes', path: '/api/v1/nodes' }, store: nodes, size: nodes.size },
    {
      resource: {
        name: 'pods',
        path: '/api/v1/pods',
        query: { fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed' },
      },
      store: pods,
      size: pods.size,
    },
    {
      resource: { name: 'deployments', path: `/apis/apps/v1/namespaces/${namespace}/deployments` },
      store: deployments,
      size: deployments.size,
    },
  ];

  function recountLater(): void {
    recounting = clock.after(options.recountMs ?? 600_000, () => {
      const drifted = pods.recount();
      if (drifted > 0) {
        driftFound += drifted;
        log.error({ drifted }, 'sums of pods had drifted from the pods, corrected');
        changed();
      }
      recountLater();
    });
  }

  return {
    start(listener) {
      onChange = listener;
      reflectors = watched.map(({ resource, store }) =>
        startReflector({ ...options, resource, store, onState: changed }),
      );
      recountLater();
    },
    snapshot(): Snapshot {
      const states = reflectors.map((reflector) => reflector.state());
      const broken = states.map((state) => state.broken).filter((found) => found !== undefined);
      const stale = broken.sort((a, b) => a.sinceMs - b.sinceMs)[0];
      problems ??= clusterProblems({ ledger, unreadablePods: pods.unreadable(), shared: nodes.shared() });
      return {
        synced: states.length > 0 && states.every((state) => state.synced),
        ...(stale && { stale }),
        pools: views,
        problems,
      };
    },
    report(): ClusterReport {
      return {
        watches: watched.map(({ resource, size }, i) => {
          const state = reflectors[i]?.state();
          return {
            resource: resource.name,
            synced: state?.synced ?? false,
            objects: size(),
            restarts: { ...state?.restarts },
            ...(state?.lastHeardMs !== undefined && { lastHeardMs: state.lastHeardMs }),
            ...(state?.broken && { failing: state.broken.why }),
          };
        }),
        driftFound,
      };
    },
    reconfigure(settings) {
      if (settings.placeholderPodLabelSelector !== selector) {
        const placeholderSelector = parseSelector(settings.placeholderPodLabelSelector);
        selector = settings.placeholderPodLabelSelector;
        pods.setRules({ namespace, placeholderSelector });
        reflectors[1]?.readAgain('placeholderPodLabelSelector changed, reading the pods again');
      }
      usePools(settings.pools);
      changedEverything();
    },
    async stop() {
      recounting?.cancel();
      await Promise.all(reflectors.map((reflector) => reflector.stop()));
    },
  };
}
