// Room on real nodes takes placeholders away, exactly as decided; nodes that nobody can use never do. And when all is
// settled, scaler and autoscaler leave each other in peace. On a cluster of its own, whose kubelet is stopped once.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from './api.ts';
import { canStart, clusterTitle, type OwnCluster, startCluster } from './for-tests.ts';
import { until } from './processes.ts';
import type { ScalerPod } from './scaler-pod.ts';
import { openTheme, type Theme } from './theme.ts';

/** Machines go 3 s after their last pod here, and usually after 10 minutes: half an hour is this long. */
const HALF_AN_HOUR_MS = (30 / 10) * 3_000;

/** A placeholder does not fit beside it; most of the node is still free. */
const USER_MEMORY = '8Gi';

describe.skipIf(!canStart)(clusterTitle('nodes with room'), () => {
  let cluster: OwnCluster;
  let hub: Theme;
  let scaler: ScalerPod;

  beforeAll(async () => {
    cluster = await startCluster();
    hub = await openTheme(cluster, { name: 'room' });
    hub.helm('install', [hub.values()]);
    for (const name of ['one', 'two']) await makeNode(name);
    [scaler] = (await hub.startScaler()) as [ScalerPod];
    await hub.logIn(1, { node: 'one', memory: USER_MEMORY });
    await hub.logIn(1, { node: 'two', memory: USER_MEMORY });
    hub.book('data8: 3');
  });
  afterAll(async () => {
    await hub?.close();
    await cluster?.close();
  });

  /** Not one of the autoscaler's: it stays whatever is on it. */
  async function makeNode(name: string): Promise<void> {
    await cluster.call('POST', '/api/v1/nodes', {
      body: {
        metadata: {
          name,
          labels: { 'hub.jupyter.org/pool-name': hub.nodeLabel('data8'), 'kubernetes.io/hostname': name },
        },
        spec: { taints: TAINTS },
        status: {
          allocatable: { cpu: '8', memory: '64Gi', pods: '110' },
          capacity: { cpu: '8', memory: '64Gi', pods: '110' },
        },
      },
    });
  }

  const change = (name: string, body: unknown, subresource = '') =>
    cluster.call('PATCH', `/api/v1/nodes/${name}${subresource}`, {
      body,
      contentType: 'application/strategic-merge-patch+json',
    });
  const taint = (key: string, effect: string) =>
    change('one', { spec: { taints: [...TAINTS, { key, effect }] } });
  const untaint = () =>
    cluster.call('PATCH', '/api/v1/nodes/one', {
      body: { spec: { taints: TAINTS } },
      contentType: 'application/merge-patch+json',
    });
  const ready = (status: string) =>
    change('one', { status: { conditions: [{ type: 'Ready', status, reason: 'Test' }] } }, '/status');

  const decides = (count: number, free: number) => {
    let last: Answer | undefined;
    return until(
      `${count} placeholders, ${free} nodes with room`,
      async () => {
        last = (await scaler.status())?.pools[0];
        return (last?.count === count && last?.free === free && last?.current === count) || undefined;
      },
      { withinMs: 60_000, seen: () => last?.sentence },
    );
  };

  test('lower the count, each by one', { timeout: 120_000 }, async () => {
    await decides(1, 2);
    // `pending` until the placeholder runs.
    await hub.warm(1);
    await until('the room to be the reason', async () =>
      (await scaler.status())?.pools[0].reason === 'headroom' ? true : undefined,
    );
  });

  const rows: [string, () => Promise<unknown>, () => Promise<unknown>][] = [
    [
      'that is cordoned',
      () => change('one', { spec: { unschedulable: true } }),
      () => change('one', { spec: { unschedulable: false } }),
    ],
    ['with a taint that users do not tolerate', () => taint('example.edu/broken', 'NoSchedule'), untaint],
    [
      'that the autoscaler may remove soon',
      () => taint('DeletionCandidateOfClusterAutoscaler', 'PreferNoSchedule'),
      untaint,
    ],
    ['that the autoscaler removes', () => taint('ToBeDeletedByClusterAutoscaler', 'NoSchedule'), untaint],
    [
      'that is not Ready',
      async () => {
        cluster.nodes.kwok.signal('SIGSTOP');
        await ready('False');
      },
      async () => {
        cluster.nodes.kwok.signal('SIGCONT');
        await ready('True');
        await until('the taint of the node lifecycle to go', async () => {
          const { spec } = await cluster.call('GET', '/api/v1/nodes/one');
          return spec.taints.length === TAINTS.length || undefined;
        });
      },
    ],
  ];

  test.each(rows)('do not count a node %s', { timeout: 120_000 }, async (_, spoil, mend) => {
    await spoil();
    try {
      await decides(2, 1);
    } finally {
      await mend();
    }
    await decides(1, 2);
  });

  test('do not count a node that has filled up', { timeout: 120_000 }, async () => {
    await hub.logIn(1, { node: 'one', memory: '50Gi' });
    await decides(2, 1);
    await hub.warm(2);
  });

  test('and half an hour without logins changes nothing', { timeout: 120_000 }, async () => {
    // Settled: as many machines as are needed, for as long as it takes to remove one.
    const path = `/apis/apps/v1/namespaces/${hub.namespace}/deployments/data8-placeholder`;
    const look = async () => {
      const [{ metadata }, nodes, { names }] = await Promise.all([
        cluster.call('GET', path),
        hub.nodes(),
        hub.placeholders(),
      ]);
      return JSON.stringify([
        metadata.generation,
        nodes.map((node) => node.metadata.name).sort(),
        [...names].sort(),
      ]);
    };
    let seen = '';
    let changes = -1;
    let sinceMs = 0;
    await until(
      'half an hour in which nothing changes',
      async () => {
        const now = await look();
        if (now !== seen) [seen, sinceMs, changes] = [now, performance.now(), changes + 1];
        return performance.now() - sinceMs >= HALF_AN_HOUR_MS * 2 || undefined;
      },
      { withinMs: 60_000, everyMs: 200, seen: () => `${changes} changes, now ${seen}` },
    );
    // Machines that were bought above and are not needed any more may still go at first; then there is peace.
    expect(changes).toBeLessThanOrEqual(2);
  });
});

const TAINTS = [{ key: 'hub.jupyter.org/dedicated', value: 'user', effect: 'NoSchedule' }];
