// What people and the platform do to a running scaler: edits by hand, a quota, values that change, a feed that is down
// through a restart, a kill in the middle of a write, its own Deployment deleted. Warm nodes stay warm.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Answer } from './api.ts';
import { type Cluster, canStart, clusterForTests, clusterTitle } from './for-tests.ts';
import { until } from './processes.ts';
import { type ApiProxy, openProxy } from './proxy.ts';
import type { ScalerPod } from './scaler-pod.ts';
import { openTheme, RELEASE, type Theme } from './theme.ts';

describe.skipIf(!canStart)(clusterTitle('a running scaler'), () => {
  let cluster: Cluster;
  let hub: Theme;
  let proxy: ApiProxy;
  let scaler: ScalerPod;

  beforeAll(async () => {
    cluster = await clusterForTests();
    hub = await openTheme(cluster, { name: 'hands', pools: { data8: 'data8', stat20: 'stat20' } });
    proxy = await openProxy(cluster.url);
    hub.helm('install', [hub.values()]);
    [scaler] = (await hub.startScaler({ server: proxy.url })) as [ScalerPod];
  });
  afterAll(async () => {
    await hub?.close();
    await proxy?.close();
    await cluster?.close();
  });
  beforeEach(async () => {
    hub.book('data8: 2');
    await hub.warm(2);
  });

  const path = (pool = 'data8') =>
    `/apis/apps/v1/namespaces/${hub.namespace}/deployments/${pool}-placeholder`;
  const edit = (body: unknown) =>
    cluster.call('PATCH', path(), { body, contentType: 'application/merge-patch+json' });
  const problems = async () => ((await scaler.status())?.problems ?? []) as Answer[];

  test('puts back a Deployment that was scaled by hand', { timeout: 120_000 }, async () => {
    await edit({ spec: { replicas: 0 } });
    await hub.scaled(2);
    await hub.warm(2);
  });

  test('puts back a Deployment that was edited by hand', { timeout: 120_000 }, async () => {
    await edit({ spec: { template: { spec: { priorityClassName: 'system-node-critical' } } } });
    await until('it to be put back', async () => {
      const name = (await hub.deployment())?.spec.template.spec.priorityClassName as string;
      return name !== 'system-node-critical' || undefined;
    });
    await hub.warm(2);
  });

  test('serves a Deployment that was restarted by hand (kubectl rollout restart) as before', {
    timeout: 200_000,
  }, async () => {
    const restartedAt = { 'kubectl.kubernetes.io/restartedAt': '2026-11-23T09:00:00Z' };
    await edit({ spec: { template: { metadata: { annotations: restartedAt } } } });
    hub.book('data8: 3');
    await hub.warm(3);
    expect((await hub.deployment())?.spec.template.metadata.annotations).toEqual(restartedAt);
    expect(await problems()).toEqual([]);
    await edit({ spec: { template: { metadata: { annotations: null } } } });
  });

  test('makes a Deployment again that was deleted by hand', { timeout: 120_000 }, async () => {
    const before = (await hub.deployment())?.metadata.uid;
    await cluster.call('DELETE', path());
    await until('another one', async () => {
      const uid = (await hub.deployment())?.metadata.uid;
      return (uid !== undefined && uid !== before) || undefined;
    });
    await hub.warm(2);
  });

  test('obeys the annotation of a person until it is taken away', { timeout: 120_000 }, async () => {
    const annotate = (value: string | null) =>
      edit({ metadata: { annotations: { 'node-placeholder-scaler/replicas': value } } });
    await annotate('1');
    await hub.scaled(1);
    expect((await scaler.status())?.pools[0].reason).toBe('manual');
    await annotate(null);
    await hub.warm(2);
  });

  test('says that a quota forbids the pods, and lowers nothing', { timeout: 120_000 }, async () => {
    const quotas = `/api/v1/namespaces/${hub.namespace}/resourcequotas`;
    const used = (await hub.placeholders()).names.size;
    // The scaler's own pod counts too.
    await cluster.call('POST', quotas, {
      body: { metadata: { name: 'few' }, spec: { hard: { pods: String(used + 1) } } },
    });
    await until('the quota to be counted', async () => {
      const { status } = await cluster.call('GET', `${quotas}/few`);
      return Number(status?.used?.pods) === used + 1 || undefined;
    });
    const lowest = hub.lowestReplicas();
    hub.book('data8: 3');
    await until(
      'the problem',
      async () =>
        (await problems()).some(
          ({ code, message }) => code === 'replica-failure' && message.includes('quota'),
        ) || undefined,
      { seen: problems },
    );
    expect((await hub.placeholders()).running).toBe(2);
    await cluster.call('DELETE', `${quotas}/few`);
    hub.book('data8: 2');
    await hub.scaled(2);
    expect(lowest()).toBe(2);
  });

  test('keeps what is booked while its feed is down, also through a restart', {
    timeout: 150_000,
  }, async () => {
    const lowest = hub.lowestReplicas();
    hub.calendar.down();
    await until(
      'the feed to be missed',
      async () =>
        (await problems()).some(({ feed, message }) => feed !== undefined && message.includes('503')) ||
        undefined,
      { seen: problems },
    );
    await scaler.terminate();
    await scaler.start();
    await until(
      'a decision after the restart',
      async () => {
        const pool = (await scaler.status())?.pools[0];
        return pool?.booked?.count === 2 || undefined;
      },
      { seen: () => scaler.log().slice(-3) },
    );
    // Killed, it remembers what was saved before.
    await scaler.kill();
    await scaler.start();
    await until(
      'a decision after the kill',
      async () => (await scaler.status())?.pools[0].booked?.count === 2 || undefined,
    );
    expect(lowest()).toBe(2);
    hub.calendar.up();
  });

  test('killed in the middle of a write, it ends with the right count', { timeout: 120_000 }, async () => {
    for (const when of ['before', 'after'] as const) {
      let isKilled = false;
      const kill = async () => {
        isKilled = true;
        await scaler.kill();
      };
      proxy.treat = ({ method, path: asked }) => {
        if (isKilled || method !== 'PATCH' || !asked.endsWith('/data8-placeholder')) return undefined;
        return when === 'before' ? { before: kill } : { after: kill };
      };
      const lowest = hub.lowestReplicas();
      hub.book(when === 'before' ? 'data8: 3' : 'data8: 2');
      await until('the kill', () => isKilled || undefined);
      await scaler.start();
      await hub.scaled(when === 'before' ? 3 : 2);
      expect(lowest()).toBe(2);
    }
    proxy.treat = () => undefined;
  });

  test('serves a pool that an upgrade adds, renames and removes', { timeout: 200_000 }, async () => {
    const first = (await hub.placeholders()).names;
    const { nodePools, ...rest } = hub.values() as { nodePools: Record<string, object> };
    const upgrade = async (pools: Record<string, object | undefined>) => {
      hub.helm('upgrade', [{ ...rest, nodePools: pools }]);
      await scaler.refresh();
    };
    const { data8, stat20 } = nodePools;
    hub.book('data8: 2');
    await upgrade({ data8, stat20: { ...stat20, replicas: 1 } });
    await hub.warm(1, 'stat20');
    await upgrade({ data8, statistics: { ...stat20, replicas: 1 } });
    await until('the old name to go', async () =>
      (await hub.deployment('stat20')) === undefined ? true : undefined,
    );
    await until(
      'the new name',
      async () => (await hub.deployment('statistics'))?.status.readyReplicas === 1 || undefined,
      {
        withinMs: 60_000,
      },
    );
    await upgrade({ data8 });
    await until('it to go', async () =>
      (await hub.deployment('statistics')) === undefined ? true : undefined,
    );
    let served: string[] = [];
    await until(
      'the scaler to serve data8 alone',
      async () => {
        const pools = ((await scaler.status())?.pools ?? []) as Answer[];
        served = pools.map(({ pool }) => pool);
        return String(served) === 'data8' || undefined;
      },
      { seen: () => served },
    );
    // The pool that stayed never noticed.
    expect((await hub.placeholders()).names).toEqual(first);
  });

  test('whose own Deployment is deleted leaves the warm nodes warm', { timeout: 120_000 }, async () => {
    const before = await hub.warm(2);
    await cluster.call('DELETE', `/apis/apps/v1/namespaces/${hub.namespace}/deployments/${RELEASE}`, {
      query: { propagationPolicy: 'Foreground' },
    });
    const tookMs = await scaler.terminate();
    expect(tookMs).toBeLessThan(10_000);
    await until('its pods to go', async () => {
      const { items } = await cluster.call('GET', `/api/v1/namespaces/${hub.namespace}/pods`, {
        query: { labelSelector: `app.kubernetes.io/name=${RELEASE}` },
      });
      return items.length === 0 || undefined;
    });
    expect(await hub.placeholders()).toEqual(before);
  });
});
