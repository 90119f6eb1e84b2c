// What the soak plays on: a cluster of its own, one hub with two replicas of the scaler behind a proxy, a calendar; and
// the questions that are asked of it: is all well, what is decided, what is warm.
import type { Answer } from '../api.ts';
import { inSeconds } from '../calendar.ts';
import type { OwnCluster } from '../cluster.ts';
import { until } from '../processes.ts';
import { type ApiProxy, openProxy } from '../proxy.ts';
import type { ScalerPod } from '../scaler-pod.ts';
import { openTheme, type Theme } from '../theme.ts';
import { startWatchdog, type Watchdog } from './watchdog.ts';

/** A silent watch is noticed after this, not after 90 s; `ticks` keeps watches busy, as users do. */
export const SILENCE_S = 8;
/** Nodes, pods, Deployments, for each replica. */
const WATCHES = 2 * 3;
const HOUR_S = 3_600;

export interface World {
  cluster: OwnCluster;
  hub: Theme;
  proxy: ApiProxy;
  pods: ScalerPod[];
  dog: Watchdog;
  /** Books a count now (the one that is booked already), and another from an instant on; resolves when that is known. */
  book(counts: { now: number; then: number; boundaryMs: number }): Promise<void>;
  /** New tokens for the replicas; what the old ones were bound to is deleted, so that they die. */
  rotateTokens(): Promise<void>;
  leader(): Promise<ScalerPod>;
  /** What a replica says of the pool, the leader's if it answers. */
  pool(): Promise<Answer>;
  /** Waits until every replica holds the count. */
  held(): Promise<unknown>;
  /** All as it should be: this count, decided, written, warm, by one leader, all watches open. */
  well(count: number, withinMs: number): Promise<void>;
  close(): Promise<void>;
}

export async function openWorld(cluster: OwnCluster): Promise<World> {
  const hub = await openTheme(cluster, { name: 'soak' });
  const proxy = await openProxy(cluster.url);
  hub.book('data8: 2');
  hub.helm('install', [hub.values({ replicaCount: 2 })]);
  const pods = await hub.startScaler({ server: proxy.url, args: [`--watch-silence=${SILENCE_S}`] });
  const dog = startWatchdog({ cluster, namespace: hub.namespace, pods });
  dog.booked = [{ fromMs: 0, count: 2 }];
  const ticks = setInterval(() => void tick().catch(() => {}), 1_500);

  let edits = 0;
  let secret: string | undefined;

  async function rotateTokens(): Promise<void> {
    const secrets = `/api/v1/namespaces/${hub.namespace}/secrets`;
    const { metadata } = await cluster.call('POST', secrets, {
      body: { metadata: { generateName: 'token-' } },
    });
    const { name, uid } = metadata as { name: string; uid: string };
    const newToken = { apiVersion: 'v1', kind: 'Secret', name, uid } as const;
    for (const pod of pods) await pod.refresh({ newToken });
    if (secret !== undefined) await cluster.call('DELETE', `${secrets}/${secret}`);
    secret = name;
  }
  await rotateTokens();

  async function tick(): Promise<void> {
    const contentType = 'application/merge-patch+json';
    const body = { metadata: { annotations: { 'example.edu/tick': String(Date.now()) } } };
    const inside = `namespaces/${hub.namespace}`;
    const node = (await hub.nodes())[0]?.metadata.name;
    const pod = [...(await hub.placeholders()).names][0];
    for (const path of [
      `/api/v1/nodes/${node}`,
      `/api/v1/${inside}/pods/${pod}`,
      `/apis/apps/v1/${inside}/deployments/data8-placeholder`,
    ]) {
      await cluster.call('PATCH', path, { body, contentType });
    }
  }

  const answers = () => Promise.all(pods.map(async (pod) => ({ pod, status: await pod.status() })));

  async function leader(): Promise<ScalerPod> {
    return until(
      'one replica to lead',
      async () => {
        const leading = (await answers()).filter(({ status }) => status?.leads === true);
        return leading.length === 1 ? leading[0]?.pod : undefined;
      },
      { withinMs: 60_000, everyMs: 250 },
    );
  }

  async function pool(): Promise<Answer> {
    const heard = await answers();
    const best = heard.find(({ status }) => status?.leads) ?? heard.find(({ status }) => status);
    return best?.status?.pools?.[0] ?? {};
  }

  async function well(count: number, withinMs: number): Promise<void> {
    let last: unknown;
    await until(
      `all to be well with ${count}`,
      async () => {
        const [heard, warm] = [await answers(), await hub.placeholders()];
        const ready = await Promise.all(pods.map((pod) => pod.get('/readyz').catch(() => undefined)));
        const pools = heard.map(({ status }) => status?.pools?.[0]);
        const leaders = heard.filter(({ status }) => status?.leads === true).length;
        const watches = proxy.openWatches();
        const says = pools.map((each) => each?.sentence);
        const { running, pending, wanted } = warm;
        last = { leaders, watches, running, pending, wanted, ready: ready.map((each) => each?.text), says };
        return (
          (leaders === 1 &&
            watches === WATCHES &&
            ready.every((each) => each?.text === 'ready\n') &&
            pools.every((each) => each?.reason === 'booked' && each.count === count) &&
            wanted === count &&
            running === count &&
            pending === 0) ||
          undefined
        );
      },
      { withinMs, everyMs: 250, seen: () => last },
    );
  }

  const held = () =>
    until('every replica to hold the count', async () => {
      const reasons = (await answers()).map(({ status }) => status?.pools?.[0]?.reason);
      return reasons.every((reason) => reason === 'held') || undefined;
    });

  return {
    ...{ cluster, hub, proxy, pods, dog, leader, pool, held, well },
    rotateTokens,
    async book({ now, then, boundaryMs }) {
      edits += 1;
      const mark = `edit ${edits}`;
      hub.calendar.set(
        { title: `Now, ${mark}`, books: `data8: ${now}`, startMs: inSeconds(-60), endMs: boundaryMs },
        { title: `Then, ${mark}`, books: `data8: ${then}`, startMs: boundaryMs, endMs: inSeconds(HOUR_S) },
      );
      dog.booked = [
        { fromMs: 0, count: now },
        { fromMs: boundaryMs, count: then },
      ];
      await until(
        'the calendar to be read',
        async () => {
          const plans = await Promise.all(pods.map((pod) => pod.get('/api/v1/plan')));
          return plans.every(({ text }) => text.includes(mark)) || undefined;
        },
        { withinMs: 30_000 },
      );
    },
    async close() {
      clearInterval(ticks);
      dog.stop();
      await hub.close();
      await proxy.close();
    },
  };
}
