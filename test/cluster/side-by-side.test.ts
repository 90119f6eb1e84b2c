// Several releases in one cluster, one of them as a dependency of a parent chart, and upgrades from one set of values to
// another and back: none disturbs the other, and warm nodes stay warm.
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parentChart } from '../chart/helm.ts';
import { type Cluster, canStart, clusterForTests, clusterTitle } from './for-tests.ts';
import { until } from './processes.ts';
import type { ScalerPod } from './scaler-pod.ts';
import { openTheme, type Theme } from './theme.ts';

describe.skipIf(!canStart)(clusterTitle('releases in one cluster'), () => {
  let cluster: Cluster;
  let one: Theme;
  let two: Theme;
  let three: Theme;
  let scaler: ScalerPod;
  const parent = parentChart();

  beforeAll(async () => {
    cluster = await clusterForTests();
    one = await openTheme(cluster, { name: 'side-one' });
    two = await openTheme(cluster, { name: 'side-two' });
    three = await openTheme(cluster, { name: 'side-parent' });
  });
  afterAll(async () => {
    await Promise.all([one?.close(), two?.close(), three?.close()]);
    rmSync(parent, { recursive: true, force: true });
    await cluster?.close();
  });

  test('of the same name, in three namespaces, each serve their own', { timeout: 200_000 }, async () => {
    one.helm('install', [one.values()]);
    two.helm('install', [two.values()]);
    three.helm('install', [{ 'node-placeholder-scaler': three.values() }], { chart: parent });
    one.book('data8: 2');
    two.book('data8: 1');
    three.book('data8: 1');
    const [[first]] = await Promise.all([one.startScaler(), two.startScaler(), three.startScaler()]);
    scaler = first as ScalerPod;
    await Promise.all([one.warm(2), two.warm(1), three.warm(1)]);
    // Each with rights in its own namespace only.
    for (const [hub, other] of [
      [one, two],
      [two, three],
    ] as const) {
      const calls = hub
        .calls()
        .filter(({ resource, verb }) => resource === 'deployments' && verb === 'patch');
      expect(new Set(calls.map(({ namespace }) => namespace))).toEqual(new Set([hub.namespace]));
      expect(calls.map(({ namespace }) => namespace)).not.toContain(other.namespace);
    }
  });

  test('go one by one, and leave the others', { timeout: 120_000 }, async () => {
    const before = await one.warm(2);
    two.helm('uninstall');
    await until('its placeholders to go', async () =>
      (await two.placeholders()).names.size === 0 ? true : undefined,
    );
    expect(await one.placeholders()).toEqual(before);
    one.book('data8: 3');
    await one.warm(3);
    one.book('data8: 2');
    await one.warm(2);
    await three.warm(1);
  });

  test('keep their warm nodes through upgrades and a rollback', { timeout: 200_000 }, async () => {
    const before = await one.warm(2);
    const lowest = one.lowestReplicas();
    const upgrades: object[] = [
      { leadTime: '10m', cpuThreshold: 0.3, memoryThreshold: 35 },
      { replicaCount: 2 },
      { replicaCount: 1, podAnnotations: { 'example.edu/changed': 'yes' }, calendarOverrideEnabled: true },
    ];
    for (const values of upgrades) {
      one.helm('upgrade', [one.values(values)]);
      await scaler.refresh();
    }
    one.helm('rollback');
    await scaler.refresh();
    // The pods that the last upgrade made, as the kubelet would start them.
    await scaler.terminate();
    const [after] = await one.startScaler();
    await until('a decision', async () => (await after?.status())?.pools[0].booked?.count === 2 || undefined);
    const now = await one.warm(2);
    expect(now.nodes).toEqual(before.nodes);
    expect(now.names).toEqual(before.names);
    expect(lowest()).toBe(2);
  });
});
