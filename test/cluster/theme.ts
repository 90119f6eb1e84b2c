// What one test file works with on a cluster: a namespace, node pools of its own, a calendar, a release, its scaler's
// pods, and users who log in. Names begin with the theme's, so that themes do not meet on a shared cluster.
import { runHelm } from '../chart/helm.ts';
import type { Answer } from './api.ts';
import { type AskedCall, callsOf } from './audit.ts';
import { type Calendar, inSeconds, openCalendar } from './calendar.ts';
import type { Cluster } from './cluster.ts';
import { createNodePool } from './nodes.ts';
import { until } from './processes.ts';
import { openPod, type PodOptions, type ScalerPod } from './scaler-pod.ts';

export const RELEASE = 'node-placeholder-scaler';
const POOL_LABEL = 'hub.jupyter.org/pool-name';

export interface Theme {
  cluster: Cluster;
  namespace: string;
  calendar: Calendar;
  /** Value of the label of a pool's nodes. */
  nodeLabel(pool: string): string;
  /** Values with the theme's calendar and pools (`data8`, one placeholder per node of 64 GiB), made for quick tests. */
  values(more?: object): object;
  helm(
    verb: 'install' | 'upgrade' | 'uninstall' | 'rollback',
    values?: (string | object)[],
    options?: HelmOptions,
  ): void;
  /** Starts the scaler in the pods of the release's Deployment, or in so many of them. */
  startScaler(options?: PodOptions & { pods?: number }): Promise<ScalerPod[]>;
  /** What the scaler asked of the API server. */
  calls(sinceMs?: number): AskedCall[];
  deployment(pool?: string): Promise<Answer | undefined>;
  placeholders(pool?: string): Promise<Placeholders>;
  nodes(pool?: string): Promise<Answer[]>;
  /** Creates pods as a hub does, all at once. */
  logIn(count: number, options?: LoginOptions): Promise<void>;
  /** Deletes all user pods. */
  logOut(): Promise<void>;
  users(): Promise<{ running: number; pending: number; nodes: Set<string> }>;
  /** Puts one event into the calendar, under way unless told otherwise: `data8: 2`. */
  book(books: string, when?: { startMs?: number; endMs?: number }): void;
  /** The fewest replicas that the Deployment had, looked at from now until it is asked. */
  lowestReplicas(pool?: string): () => number;
  /** Waits for this many replicas in the Deployment. */
  scaled(count: number, options?: { pool?: string; withinMs?: number }): Promise<unknown>;
  /** Waits for this many placeholders Running on as many nodes, and no other. */
  warm(count: number, pool?: string): Promise<Placeholders>;
  close(): Promise<void>;
}

export interface LoginOptions {
  pool?: string;
  memory?: string;
  /** Bound to this node, without the scheduler. */
  node?: string;
  /** What the pods' names begin with. */
  name?: string;
}

export interface HelmOptions {
  chart?: string;
  args?: string[];
  release?: string;
}

export interface Placeholders {
  /** What the Deployment asks for. */
  wanted: number;
  running: number;
  pending: number;
  nodes: Set<string>;
  /** Names of the pods, to see whether they were replaced. */
  names: Set<string>;
}

export interface ThemeOptions {
  name: string;
  /** Pools to make, each with its kind of machine; data8 when absent. */
  pools?: Record<string, string>;
  /** From a machine's last pod to its removal; quick when absent. */
  emptySeconds?: number;
  /** Labels of the pools' nodes, where they are not the theme's. */
  nodeLabels?: Record<string, string>;
}

export async function openTheme(cluster: Cluster, options: ThemeOptions): Promise<Theme> {
  const { name: namespace, pools = { data8: 'data8' }, nodeLabels = {}, emptySeconds = 3 } = options;
  const nodeLabel = (pool: string) => nodeLabels[pool] ?? `${namespace}-${pool}`;
  await cluster.call('POST', '/api/v1/namespaces', { body: { metadata: { name: namespace } } });
  await until('the namespace to have its service account', () =>
    cluster.call('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/default`),
  );
  for (const [pool, instanceType] of Object.entries(pools)) {
    await createNodePool(cluster, { name: nodeLabel(pool), instanceType, emptySeconds });
  }
  const calendar = await openCalendar();
  const pods: ScalerPod[] = [];
  const podsPath = `/api/v1/namespaces/${namespace}/pods`;

  async function podsWith(labelSelector: string): Promise<Answer[]> {
    return (await cluster.call('GET', podsPath, { query: { labelSelector } })).items;
  }

  async function deployment(pool = 'data8'): Promise<Answer | undefined> {
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${pool}-placeholder`;
    const found = await cluster.call('GET', path, { allow: [404] });
    return found.httpStatus === 404 ? undefined : found;
  }

  async function placeholders(pool = 'data8'): Promise<Placeholders> {
    const [made, all] = await Promise.all([
      deployment(pool),
      podsWith(`app=node-placeholder-scaler,component=placeholder`),
    ]);
    const found = all.filter((pod) => pod.spec.nodeSelector?.[POOL_LABEL] === nodeLabel(pool));
    const running = found.filter(isRunning);
    return {
      wanted: made?.spec.replicas ?? 0,
      running: running.length,
      pending: found.length - running.length,
      nodes: new Set(running.map((pod) => pod.spec.nodeName)),
      names: new Set(found.map((pod) => pod.metadata.name)),
    };
  }

  async function ownPods(): Promise<Answer[]> {
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${RELEASE}`;
    const { spec } = await cluster.call('GET', path);
    const selector = Object.entries(spec.selector.matchLabels).map(([key, value]) => `${key}=${value}`);
    const image = spec.template.spec.containers[0].image;
    return until(`${spec.replicas} pods of the scaler's Deployment`, async () => {
      const found = (await podsWith(selector.join(','))).filter(
        ({ metadata, spec: pod }) =>
          metadata.deletionTimestamp === undefined && pod.containers[0].image === image,
      );
      return found.length === spec.replicas ? found : undefined;
    });
  }

  return {
    cluster,
    namespace,
    calendar,
    nodeLabel,
    deployment,
    placeholders,
    values: (more = {}) => ({
      calendarUrl: calendar.url,
      pollInterval: '5s',
      nodeGracePeriod: 2,
      nodePools: Object.fromEntries(
        Object.keys(pools).map((pool) => [
          pool,
          {
            nodeSelector: { [POOL_LABEL]: nodeLabel(pool) },
            resources: { requests: { memory: '58Gi' } },
            replicas: 0,
          },
        ]),
      ),
      ...more,
    }),
    helm(verb, values = [], { release = RELEASE, ...rest } = {}) {
      const { status, stderr } = runHelm(verb, {
        ...{ release, namespace, values, kubeconfig: cluster.kubeconfig },
        ...rest,
      });
      if (status !== 0) throw new Error(`helm ${verb}: ${stderr}`);
    },
    async startScaler({ pods: count, ...podOptions } = {}) {
      const opened = await Promise.all(
        (await ownPods()).slice(0, count).map((pod) => openPod(cluster, pod, podOptions)),
      );
      pods.push(...opened);
      await Promise.all(opened.map((pod) => pod.start()));
      return opened;
    },
    calls: (sinceMs) => callsOf(cluster, `${namespace}:${RELEASE}`, sinceMs),
    async nodes(pool = 'data8') {
      const query = { labelSelector: `${POOL_LABEL}=${nodeLabel(pool)}` };
      return (await cluster.call('GET', '/api/v1/nodes', { query })).items;
    },
    async logIn(count, { pool = 'data8', memory = '1Gi', node, name = 'jupyter' } = {}) {
      const user = (index: number) => ({
        metadata: {
          generateName: `${name}-${index}-`,
          labels: { component: 'singleuser-server', app: 'jupyterhub' },
        },
        spec: {
          ...(node !== undefined && { nodeName: node }),
          nodeSelector: { [POOL_LABEL]: nodeLabel(pool) },
          tolerations: [
            { key: 'hub.jupyter.org/dedicated', operator: 'Equal', value: 'user', effect: 'NoSchedule' },
          ],
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: 'notebook',
              image: 'images.example.edu/notebook:1',
              resources: { requests: { memory, cpu: '50m' } },
            },
          ],
        },
      });
      await Promise.all(
        Array.from({ length: count }, (_, index) => cluster.call('POST', podsPath, { body: user(index) })),
      );
    },
    async logOut() {
      await cluster.call('DELETE', podsPath, { query: { labelSelector: 'component=singleuser-server' } });
    },
    async users() {
      const found = await podsWith('component=singleuser-server');
      const running = found.filter(isRunning);
      return {
        running: running.length,
        pending: found.length - running.length,
        nodes: new Set(running.map((pod) => pod.spec.nodeName)),
      };
    },
    book(books, { startMs = inSeconds(-60), endMs = inSeconds(3_600) } = {}) {
      calendar.set({ title: 'Lab', books, startMs, endMs });
    },
    lowestReplicas(pool) {
      let lowest = Number.POSITIVE_INFINITY;
      const look = async () => {
        const replicas = (await deployment(pool).catch(() => undefined))?.spec.replicas;
        if (replicas !== undefined) lowest = Math.min(lowest, replicas);
      };
      const timer = setInterval(() => void look(), 200);
      return () => {
        clearInterval(timer);
        return lowest;
      };
    },
    scaled(count, { pool = 'data8', withinMs = 60_000 } = {}) {
      let last: unknown;
      return until(
        `${count} replicas of ${pool}`,
        async () => {
          last = (await deployment(pool))?.spec.replicas;
          return last === count || undefined;
        },
        { withinMs, seen: () => `${last} replicas` },
      );
    },
    warm(count, pool = 'data8') {
      let last: Placeholders | undefined;
      return until(
        `${count} warm nodes of ${pool}`,
        async () => {
          last = await placeholders(pool);
          const { wanted, running, pending, nodes } = last;
          const isSo = wanted === count && running === count && pending === 0 && nodes.size === count;
          return isSo ? last : undefined;
        },
        { withinMs: 150_000, everyMs: 200, seen: () => ({ ...last, nodes: [...(last?.nodes ?? [])] }) },
      );
    },
    async close() {
      await Promise.all(pods.map((pod) => pod.kill().catch(() => undefined)));
      await calendar.close();
    },
  };
}

function isRunning({ status, metadata }: Answer): boolean {
  return status.phase === 'Running' && metadata.deletionTimestamp === undefined;
}
