// Two replicas: one writes, the other takes over when it goes, and never do both.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AskedCall } from './audit.ts';
import { inSeconds } from './calendar.ts';
import { type Cluster, canStart, clusterForTests, clusterTitle } from './for-tests.ts';
import { until } from './processes.ts';
import type { ScalerPod } from './scaler-pod.ts';
import { openTheme, RELEASE, type Theme } from './theme.ts';

const LEASE_MS = 30_000;
const RETRY_MS = 5_000;

describe.skipIf(!canStart)(clusterTitle('of two replicas'), () => {
  let cluster: Cluster;
  let hub: Theme;
  let pods: ScalerPod[];
  beforeAll(async () => {
    cluster = await clusterForTests();
    hub = await openTheme(cluster, { name: 'replicas' });
    hub.helm('install', [hub.values({ replicaCount: 2 })]);
    pods = await hub.startScaler();
  });
  afterAll(async () => {
    await hub?.close();
    await cluster?.close();
  });

  const podOf = (name: string | undefined) => pods.find((pod) => pod.name === name) as ScalerPod;

  async function holder(): Promise<string | undefined> {
    const path = `/apis/coordination.k8s.io/v1/namespaces/${hub.namespace}/leases/${RELEASE}`;
    return (await cluster.call('GET', path)).spec?.holderIdentity || undefined;
  }

  const leader = (other?: string) =>
    until(
      other === undefined ? 'a leader' : `a leader in place of ${other}`,
      async () => {
        const name = await holder();
        return name === other ? undefined : name;
      },
      { withinMs: LEASE_MS + RETRY_MS + 20_000, seen: holder },
    );

  /** A booking of this many, and the wait until the leader has written it. */
  async function book(count: number): Promise<void> {
    hub.calendar.set({
      title: 'Lab',
      books: `data8: ${count}`,
      startMs: inSeconds(-60),
      endMs: inSeconds(3_600),
    });
    await until(
      `${count} to be written`,
      async () => ((await hub.deployment())?.spec.replicas === count ? true : undefined),
      { withinMs: 60_000 },
    );
  }

  const writes = (sinceMs = 0) =>
    hub.calls(sinceMs).filter(({ verb, resource, status = 500 }) => {
      return ['patch', 'delete', 'create'].includes(verb) && resource === 'deployments' && status < 300;
    });

  test('one leads and writes, the other says that it stands by', { timeout: 120_000 }, async () => {
    const first = podOf(await leader());
    await book(1);
    expect(new Set(writes().map(({ pod }) => pod))).toEqual(new Set([first.name]));
    const other = pods.find((pod) => pod !== first);
    expect((await other?.status())?.leads).toBe(false);
    expect((await first.status())?.leads).toBe(true);
  });

  test('the other writes within the lease time when the leader is killed', { timeout: 180_000 }, async () => {
    const first = await leader();
    await podOf(first).kill();
    const from = performance.now();
    const second = await leader(first);
    const tookMs = performance.now() - from;
    await book(2);
    console.log(`leader killed: the other led after ${(tookMs / 1000).toFixed(1)} s`);
    expect(tookMs).toBeLessThan(LEASE_MS + RETRY_MS + 5_000);
    expect(writes().at(-1)?.pod).toBe(second);
    await podOf(first).start();
  });

  test('the other takes over within two seconds when the leader is stopped in order', {
    timeout: 120_000,
  }, async () => {
    const first = await leader();
    const from = performance.now();
    const stopped = podOf(first).terminate();
    const second = await leader(first);
    const tookMs = performance.now() - from;
    await stopped;
    await book(1);
    console.log(`leader stopped: the lease was given back and taken after ${(tookMs / 1000).toFixed(1)} s`);
    expect(tookMs).toBeLessThan(2_000);
    expect(writes().at(-1)?.pod).toBe(second);
    await podOf(first).start();
  });

  test('a frozen leader wakes up as a follower', { timeout: 180_000 }, async () => {
    const first = await leader();
    podOf(first).process().signal('SIGSTOP');
    const second = await leader(first);
    await book(2);
    podOf(first).process().signal('SIGCONT');
    await until('it to notice', async () =>
      (await podOf(first).status())?.leads === false ? true : undefined,
    );
    await book(1);
    expect(writes().at(-1)?.pod).toBe(second);
  });

  test('never two write at a time', () => {
    // Leaderships, told by successful renewals of the lease: none may write outside its own.
    const turns: { pod: string | undefined; fromMs: number }[] = [];
    for (const { pod, atMs } of hub.calls().filter(isRenewal)) {
      if (turns.at(-1)?.pod !== pod) turns.push({ pod, fromMs: atMs });
    }
    expect(turns.length).toBeGreaterThanOrEqual(4);
    for (const { pod, atMs } of writes()) {
      expect(turns.findLast(({ fromMs }) => fromMs <= atMs)?.pod).toBe(pod);
    }
  });
});

function isRenewal({ verb, resource, status }: AskedCall): boolean {
  return verb === 'update' && resource === 'leases' && status === 200;
}
