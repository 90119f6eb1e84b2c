// The API server killed, frozen, back with an empty memory; the scheduler gone; a booking that begins or ends meanwhile.
// On a cluster of its own. Placeholders may become more on the word of the calendar alone; they never become fewer while nobody looks.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Answer } from './api.ts';
import { inSeconds } from './calendar.ts';
import { canStart, clusterTitle, type OwnCluster, startCluster } from './for-tests.ts';
import { until } from './processes.ts';
import { openProxy } from './proxy.ts';
import type { ScalerPod } from './scaler-pod.ts';
import { openTheme, type Theme } from './theme.ts';

/** Shorter than the usual 90 s; `ticks` keeps the watches busy, as users do. */
const SILENCE_S = 8;

describe.skipIf(!canStart)(clusterTitle('while the control plane is broken'), () => {
  let cluster: OwnCluster;
  let hub: Theme;
  let scaler: ScalerPod;
  let ticks: NodeJS.Timeout;

  beforeAll(async () => {
    cluster = await startCluster();
    hub = await openTheme(cluster, { name: 'broken' });
    hub.book('data8: 2');
    hub.helm('install', [hub.values()]);
    [scaler] = (await hub.startScaler({ args: [`--watch-silence=${SILENCE_S}`] })) as [ScalerPod];
    await hub.warm(2);
    ticks = setInterval(() => void tick().catch(() => {}), 1_500);
  });
  afterAll(async () => {
    clearInterval(ticks);
    await hub?.close();
    await cluster?.close();
  });

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

  async function pool(): Promise<Answer> {
    return (await scaler.status())?.pools?.[0] ?? {};
  }

  /** Waits until the scaler says this of the pool. */
  const says = (expected: { reason?: string; count?: number }) => {
    let last: Answer = {};
    return until(
      JSON.stringify(expected),
      async () => {
        last = await pool();
        const { reason = last.reason, count = last.count } = expected;
        return last.reason === reason && last.count === count ? last : undefined;
      },
      // Right after its start an API server answers 403 while it reads its roles.
      { withinMs: 100_000, everyMs: 250, seen: () => last.sentence ?? 'no answer' },
    );
  };
  const readyz = async () => (await scaler.get('/readyz')).text;

  beforeEach(async () => {
    hub.book('data8: 2');
    await says({ reason: 'booked', count: 2 });
    await hub.warm(2);
  });

  test('the API server killed: held, said, and as before when it is back', { timeout: 150_000 }, async () => {
    const lowest = hub.lowestReplicas();
    const api = cluster.plane.part('kube-apiserver');
    api.signal('SIGKILL');
    await api.ended;
    await says({ reason: 'held', count: 2 });
    expect(await readyz()).toMatch(/failing now: GET .*ECONNREFUSED/);
    expect((await scaler.get('/livez')).status).toBe(200);
    await cluster.plane.restart('kube-apiserver');
    await says({ reason: 'booked', count: 2 });
    await until('nothing to fail', async () => ((await readyz()) === 'ready\n' ? true : undefined));
    expect(lowest()).toBe(2);
  });

  test('a booking that begins meanwhile is written when it is back', { timeout: 150_000 }, async () => {
    const startMs = inSeconds(14);
    const more = { title: 'More', books: 'data8: 3', startMs, endMs: inSeconds(3_600) };
    const lab = { title: 'Lab', books: 'data8: 2', startMs: inSeconds(-60), endMs: inSeconds(3_600) };
    hub.calendar.set(lab, more);
    await until('it to be read', async () => {
      const { text } = await scaler.get('/api/v1/plan');
      return text.includes('More') || undefined;
    });
    const api = cluster.plane.part('kube-apiserver');
    api.signal('SIGKILL');
    await api.ended;
    await says({ count: 3 });
    expect(Date.now()).toBeGreaterThanOrEqual(startMs);
    await cluster.plane.restart('kube-apiserver');
    await hub.scaled(3);
  });

  test('a booking that ends meanwhile lowers nothing until the cluster is seen again', {
    timeout: 150_000,
  }, async () => {
    const endMs = inSeconds(14);
    hub.book('data8: 2', { endMs });
    await until('it to be read', async () =>
      Date.parse((await pool()).booked?.until) === endMs ? true : undefined,
    );
    const api = cluster.plane.part('kube-apiserver');
    api.signal('SIGKILL');
    await api.ended;
    await until('the end of the booking', async () =>
      (await pool()).booked === undefined ? true : undefined,
    );
    expect(await says({ reason: 'held' })).toMatchObject({ count: 2 });
    await cluster.plane.restart('kube-apiserver');
    await hub.scaled(0);
  });

  test('the API server frozen: noticed by its silence, held, and well after it wakes', {
    timeout: 200_000,
  }, async () => {
    const api = cluster.plane.part('kube-apiserver');
    const noticed = new RegExp(`silent for ${SILENCE_S} s|no answer`);
    const from = performance.now();
    api.signal('SIGSTOP');
    try {
      await until(
        'the silence to be noticed',
        async () => (noticed.test(await readyz()) ? true : undefined),
        { withinMs: 100_000, seen: readyz },
      );
      console.log(`frozen API server noticed after ${((performance.now() - from) / 1000).toFixed(1)} s`);
      await says({ reason: 'held', count: 2 });
    } finally {
      api.signal('SIGCONT');
    }
    const lowest = hub.lowestReplicas();
    await says({ reason: 'booked', count: 2 });
    expect(lowest()).toBe(2);
  });

  test('the scheduler down: placeholders that wait are no reason to lower', {
    timeout: 200_000,
  }, async () => {
    const scheduler = cluster.plane.part('kube-scheduler');
    scheduler.signal('SIGKILL');
    await scheduler.ended;
    const lowest = hub.lowestReplicas();
    hub.book('data8: 3');
    await hub.scaled(3);
    expect(await says({ reason: 'pending', count: 3 })).toMatchObject({ placeholders: { pending: 1 } });
    await cluster.plane.restart('kube-scheduler');
    await hub.warm(3);
    expect(lowest()).toBe(2);
  });

  test('the API server restarted, so that it answers watches with 410: read again, with what was missed', {
    timeout: 200_000,
  }, async () => {
    const proxy = await openProxy(cluster.url);
    const late = await openTheme(cluster, { name: 'expired' });
    try {
      // Before: a node with room takes one of three away.
      await makeNode(late, 'roomy');
      await late.logIn(1, { node: 'roomy', memory: '8Gi' });
      late.book('data8: 3');
      late.helm('install', [late.values()]);
      const [reader] = (await late.startScaler({ server: proxy.url })) as [ScalerPod];
      const state = async () => (await reader.status())?.pools?.[0] ?? {};
      const isSo = (current: number, ...reasons: string[]) => {
        let last: Answer = {};
        return until(
          `${current} because of ${reasons.join(' or ')}`,
          async () => {
            last = await state();
            return (reasons.includes(String(last.reason)) && last.current === current) || undefined;
          },
          { withinMs: 100_000, seen: () => last },
        );
      };
      await isSo(2, 'headroom');
      await late.warm(2);
      const lowest = late.lowestReplicas();
      const expired = async () => expiredWatches((await reader.get('/metrics')).text);
      const before = await expired();
      const pods = `/api/v1/namespaces/${late.namespace}/pods`;
      const { metadata } = await cluster.call('GET', pods);

      // During: the server forgets its events, and while the scaler cannot reach it, the node goes.
      proxy.treat = () => 'cut';
      proxy.cutAll();
      await isSo(2, 'held');
      await cluster.plane.restart('kube-apiserver');
      await late.logOut();
      await cluster.call('DELETE', '/api/v1/nodes/roomy');
      const query = { watch: 'true', resourceVersion: metadata.resourceVersion, timeoutSeconds: '1' };
      expect((await cluster.call('GET', pods, { query, allow: [410] })).text).toMatch(/"code":\s*410/);
      expect(await expired()).toBe(before);

      // After: told 410 by the server itself, it reads everything again, sees that the node is gone, and decides.
      proxy.treat = () => undefined;
      // Pending until the scheduler and the autoscaler have found the way back too, which may take them minutes.
      await isSo(3, 'booked', 'pending');
      console.log(`watches that the restarted API server answered with 410: ${(await expired()) - before}`);
      expect(await expired()).toBeGreaterThanOrEqual(before + 3);
      expect(lowest()).toBe(2);
    } finally {
      await late.close();
      await proxy.close();
    }
  });

  /** Not one of the autoscaler's. */
  async function makeNode(of: Theme, name: string): Promise<void> {
    const size = { cpu: '8', memory: '64Gi', pods: '110' };
    const labels = { 'hub.jupyter.org/pool-name': of.nodeLabel('data8'), 'kubernetes.io/hostname': name };
    const taints = [{ key: 'hub.jupyter.org/dedicated', value: 'user', effect: 'NoSchedule' }];
    await cluster.call('POST', '/api/v1/nodes', {
      body: { metadata: { name, labels }, spec: { taints }, status: { allocatable: size, capacity: size } },
    });
  }
});

/** How often a watch was answered with 410, of all three. */
function expiredWatches(metrics: string): number {
  const found = metrics.matchAll(/^node_placeholder_\w*restarts\w*\{[^}]*"expired"[^}]*\} (\d+)$/gm);
  return [...found].reduce((sum, [, count]) => sum + Number(count), 0);
}
