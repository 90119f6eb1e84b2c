// What breaks in the soak, one at a time: each begins, lasts for a drawn time, and ends.
import { RELEASE } from '../theme.ts';
import { SILENCE_S, type World } from './world.ts';

export interface Fault {
  name: string;
  /** Seconds, both ends included. */
  lasts: [number, number];
  /** The count and its pods are not the calendar's for that time. */
  unjudged?: 'people change the Deployment' | 'an older copy of the calendar counts';
  /** Resolves when it is under way, with what ends it. */
  begin(world: World): Promise<() => Promise<unknown>>;
}

const SHORT: [number, number] = [4, 15];
/** A leader that is gone keeps its lease for 30 s. */
const LEASE: [number, number] = [36, 45];
const nothing = async () => {};

const MERGE = 'application/merge-patch+json';
const deployment = ({ hub }: World) =>
  `/apis/apps/v1/namespaces/${hub.namespace}/deployments/data8-placeholder`;
const edit = (world: World, body: object) =>
  world.cluster.call('PATCH', deployment(world), { body, contentType: MERGE });
const annotate = (world: World, replicas: string | null) =>
  edit(world, { metadata: { annotations: { 'node-placeholder-scaler/replicas': replicas } } });

async function startDead({ pods }: World): Promise<void> {
  for (const pod of pods) if (!pod.process().alive()) await pod.start();
}

/** Treats requests in another way until the end. */
function treated(treat: World['proxy']['treat']): Fault['begin'] {
  return async ({ proxy }) => {
    proxy.treat = treat;
    proxy.cutAll();
    return async () => {
      proxy.treat = () => undefined;
    };
  };
}

const status = (code: number, headers: Record<string, string> = {}) => ({
  status: code,
  headers,
  body: { kind: 'Status', code, message: 'not now' },
});

export const FAULTS: Fault[] = [
  {
    name: 'API server killed',
    lasts: SHORT,
    async begin({ cluster }) {
      const api = cluster.plane.part('kube-apiserver');
      api.signal('SIGKILL');
      await api.ended;
      return () => cluster.plane.restart('kube-apiserver');
    },
  },
  {
    name: 'API server frozen',
    lasts: [SILENCE_S + 4, SILENCE_S + 17],
    async begin({ cluster }) {
      const api = cluster.plane.part('kube-apiserver');
      api.signal('SIGSTOP');
      return async () => api.signal('SIGCONT');
    },
  },
  {
    name: 'API server restarted, its events forgotten (410)',
    lasts: SHORT,
    async begin({ cluster }) {
      await cluster.plane.restart('kube-apiserver');
      return nothing;
    },
  },
  {
    name: 'watches answered with 410',
    lasts: SHORT,
    async begin(world) {
      const told = new Map<string, number>();
      return treated(({ isWatch, path }) => {
        const times = told.get(path) ?? 0;
        told.set(path, times + 1);
        return isWatch && times < 2 ? status(410) : undefined;
      })(world);
    },
  },
  {
    name: 'tokens rotated, the old ones revoked',
    lasts: SHORT,
    async begin(world) {
      await world.rotateTokens();
      world.proxy.cutAll();
      return nothing;
    },
  },
  {
    name: 'rights taken away',
    lasts: SHORT,
    async begin({ cluster, hub, proxy }) {
      const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${hub.namespace}/rolebindings`;
      const { metadata, roleRef, subjects } = await cluster.call('GET', `${path}/${RELEASE}`);
      await cluster.call('DELETE', `${path}/${RELEASE}`);
      proxy.cutAll();
      const { labels, annotations } = metadata;
      const body = { metadata: { name: RELEASE, labels, annotations }, roleRef, subjects };
      return () => cluster.call('POST', path, { body });
    },
  },
  {
    name: '429 with Retry-After',
    lasts: SHORT,
    begin: treated(({ isWatch }) => (isWatch ? undefined : status(429, { 'retry-after': '2' }))),
  },
  { name: '503 to everything', lasts: SHORT, begin: treated(() => status(503)) },
  { name: '401 to everything', lasts: SHORT, begin: treated(() => status(401)) },
  {
    // The booking's end passes while writes would be accepted: only the scaler itself holds the count.
    name: 'watches refused, writes accepted',
    lasts: SHORT,
    async begin(world) {
      const end = await treated(({ isWatch, method, path }) => {
        const lists = method === 'GET' && /\/(nodes|pods|deployments)$/.test(path);
        return isWatch || lists ? status(503) : undefined;
      })(world);
      await world.held();
      world.dog.blind = true;
      return async () => {
        world.dog.blind = false;
        await end();
      };
    },
  },
  { name: 'slow answers', lasts: SHORT, begin: treated(() => ({ delayMs: 3_000 })) },
  {
    name: 'connections cut every second',
    lasts: SHORT,
    async begin({ proxy }) {
      const cutting = setInterval(proxy.cutAll, 1_000);
      return async () => clearInterval(cutting);
    },
  },
  {
    name: 'scheduler down',
    lasts: SHORT,
    async begin({ cluster }) {
      const scheduler = cluster.plane.part('kube-scheduler');
      scheduler.signal('SIGKILL');
      await scheduler.ended;
      return () => cluster.plane.restart('kube-scheduler');
    },
  },
  {
    name: 'feed down',
    lasts: SHORT,
    async begin({ hub }) {
      hub.calendar.down();
      return async () => hub.calendar.up();
    },
  },
  {
    name: 'feed down, both scalers killed and started',
    lasts: SHORT,
    // It is saved every five minutes at most.
    unjudged: 'an older copy of the calendar counts',
    async begin(world) {
      world.hub.calendar.down();
      await Promise.all(world.pods.map((pod) => pod.kill()));
      await startDead(world);
      return async () => world.hub.calendar.up();
    },
  },
  {
    name: 'scaled to 0 by hand',
    lasts: SHORT,
    unjudged: 'people change the Deployment',
    async begin(world) {
      await edit(world, { spec: { replicas: 0 } });
      return nothing;
    },
  },
  {
    name: 'Deployment deleted by hand',
    lasts: SHORT,
    unjudged: 'people change the Deployment',
    async begin(world) {
      await world.cluster.call('DELETE', deployment(world));
      return nothing;
    },
  },
  {
    name: 'annotated by hand',
    lasts: SHORT,
    unjudged: 'people change the Deployment',
    async begin(world) {
      await annotate(world, '5');
      return () => annotate(world, null);
    },
  },
  {
    name: 'leader killed -9',
    lasts: LEASE,
    async begin(world) {
      await (await world.leader()).kill();
      return () => startDead(world);
    },
  },
  {
    name: 'both scalers killed -9',
    lasts: SHORT,
    async begin(world) {
      await Promise.all(world.pods.map((pod) => pod.kill()));
      return () => startDead(world);
    },
  },
  {
    name: 'leader killed in the middle of a write',
    lasts: SHORT,
    async begin(world) {
      const leader = await world.leader();
      let isKilled = false;
      const kill = async () => {
        isKilled = true;
        await leader.kill();
      };
      world.proxy.treat = ({ method, path }) =>
        !isKilled && method === 'PATCH' && path === deployment(world) ? { after: kill } : undefined;
      return async () => {
        world.proxy.treat = () => undefined;
        await startDead(world);
      };
    },
  },
  {
    name: 'leader stopped in order',
    lasts: SHORT,
    async begin(world) {
      await (await world.leader()).terminate();
      return () => startDead(world);
    },
  },
  {
    name: 'leader frozen',
    lasts: LEASE,
    async begin(world) {
      const leader = (await world.leader()).process();
      leader.signal('SIGSTOP');
      return async () => leader.signal('SIGCONT');
    },
  },
];
