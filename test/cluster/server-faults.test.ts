// The API server killed, frozen and back; the scheduler gone; a booking that begins or ends meanwhile. On a cluster of
// its own. Placeholders may become more on the word of the calendar alone; they never become fewer while nobody looks.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Answer } from './api.ts';
import { inSeconds } from './calendar.ts';
import { canStart, clusterTitle, type OwnCluster, startCluster } from './for-tests.ts';
import { until } from './processes.ts';
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
      // Right after its start an API server answers 403 while it reads its roles; the scaler then asks slowly.
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
    const from = performance.now();
    api.signal('SIGSTOP');
    try {
      await says({ reason: 'held', count: 2 });
      console.log(`frozen API server noticed after ${((performance.now() - from) / 1000).toFixed(1)} s`);
      expect(await readyz()).toMatch(new RegExp(`silent for ${SILENCE_S} s|no answer`));
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
});
