// What the scaler may do, rule by rule: all of it is needed, each rule for a behaviour that fails with a clear message
// when it is taken away, and there is nothing else. What the admission policy refuses is in test/chart.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from './api.ts';
import { inSeconds } from './calendar.ts';
import { type Cluster, canStart, clusterForTests, clusterTitle } from './for-tests.ts';
import { until } from './processes.ts';
import type { ScalerPod } from './scaler-pod.ts';
import { openTheme, RELEASE, type Theme } from './theme.ts';

interface Row {
  group: string;
  resource: string;
  verbs: string[];
  names?: string[];
  /** In the whole cluster. */
  isWide?: true;
  /** What is seen without it, in readiness or log. */
  without: { readyz?: string; log?: string };
}

const ROWS: Row[] = [
  {
    ...{ group: '', resource: 'nodes', verbs: ['list', 'watch'], isWide: true },
    without: { readyz: 'GET /api/v1/nodes: 403 Forbidden', log: 'GET /api/v1/nodes: 403 Forbidden' },
  },
  {
    ...{ group: '', resource: 'pods', verbs: ['list', 'watch'], isWide: true },
    without: { readyz: 'GET /api/v1/pods: 403 Forbidden', log: 'GET /api/v1/pods: 403 Forbidden' },
  },
  {
    ...{ group: 'apps', resource: 'deployments', verbs: ['list', 'watch'] },
    without: { readyz: '/deployments: 403 Forbidden', log: '/deployments: 403 Forbidden' },
  },
  {
    ...{ group: 'apps', resource: 'deployments', verbs: ['create', 'patch', 'delete'] },
    names: ['data8-placeholder'],
    without: { log: 'PATCH deployments/data8-placeholder in permissions: 403 Forbidden' },
  },
  {
    ...{ group: '', resource: 'configmaps', verbs: ['get'], names: [`${RELEASE}-pool-data8`] },
    without: { log: `GET configmaps/${RELEASE}-pool-data8: 403 Forbidden` },
  },
  {
    ...{ group: '', resource: 'configmaps', verbs: ['get', 'create', 'patch'], names: [`${RELEASE}-state`] },
    without: { log: `configmaps/${RELEASE}-state: 403 Forbidden` },
  },
  {
    ...{
      group: 'coordination.k8s.io',
      resource: 'leases',
      verbs: ['get', 'create', 'update'],
      names: [RELEASE],
    },
    without: { readyz: `GET leases/${RELEASE}: 403 Forbidden` },
  },
  {
    ...{ group: 'events.k8s.io', resource: 'events', verbs: ['create', 'patch'] },
    without: { log: 'POST events: 403 Forbidden' },
  },
];

describe.skipIf(!canStart)(clusterTitle('permissions'), () => {
  let cluster: Cluster;
  let hub: Theme;
  let scaler: ScalerPod;

  beforeAll(async () => {
    cluster = await clusterForTests();
    hub = await openTheme(cluster, { name: 'permissions' });
    hub.calendar.set({ title: 'Lab', books: 'data8: 1', startMs: inSeconds(-60), endMs: inSeconds(3_600) });
    hub.helm('install', [hub.values({ replicaCount: 2 })]);
    [scaler] = (await hub.startScaler({ pods: 1 })) as [ScalerPod];
    await hub.warm(1);
  });
  afterAll(async () => {
    await hub?.close();
    await cluster?.close();
  });

  test('are these, and nothing else', async () => {
    const path = `/api/v1/namespaces/${hub.namespace}/serviceaccounts/${RELEASE}/token`;
    const { status } = await cluster.call('POST', path, { body: { spec: {} } });
    const review = await cluster.call('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
      body: { spec: { namespace: hub.namespace } },
      token: status.token,
    });
    const basic = ['selfsubjectreviews', 'selfsubjectaccessreviews', 'selfsubjectrulesreviews'];
    const held = (review.status.resourceRules as Answer[])
      .filter(({ resources }) => !resources.every((name: string) => basic.includes(name)))
      .flatMap(({ apiGroups, resources, verbs, resourceNames = [] }) =>
        resources.map((resource: string) => line(apiGroups[0], resource, verbs, resourceNames)),
      );
    const table = ROWS.map(({ group, resource, verbs, names = [] }) => line(group, resource, verbs, names));
    expect(held.sort()).toEqual(table.sort());
  });

  test.each(ROWS)(
    'without $verbs of $resource $names: it is said what is missing',
    { timeout: 90_000 },
    async (row) => {
      await scaler.kill();
      const path = row.isWide
        ? `/apis/rbac.authorization.k8s.io/v1/clusterroles/${RELEASE}.${hub.namespace}`
        : `/apis/rbac.authorization.k8s.io/v1/namespaces/${hub.namespace}/roles/${RELEASE}`;
      const { rules } = await cluster.call('GET', path);
      const left = (rules as Answer[]).flatMap((rule) => without(rule, row));
      expect(left).not.toEqual(rules);
      const put = (next: unknown) =>
        cluster.call('PATCH', path, { body: { rules: next }, contentType: 'application/merge-patch+json' });
      await put(left);
      try {
        // Something to write: what is there is not what is wanted.
        await cluster.call(
          'PATCH',
          `/apis/apps/v1/namespaces/${hub.namespace}/deployments/data8-placeholder`,
          {
            body: { spec: { replicas: 3 } },
            contentType: 'application/merge-patch+json',
          },
        );
        await scaler.start();
        const lines = scaler.log().length;
        let readyz = '';
        const { without: seen } = row;
        await until(
          JSON.stringify(seen),
          async () => {
            readyz = (await scaler.get('/readyz')).text;
            const log = scaler.log().slice(Math.max(0, lines - 10));
            const isSeen =
              readyz.includes(seen.readyz ?? '') &&
              (seen.log === undefined ||
                log.some((entry) => JSON.stringify(entry).includes(seen.log as string)));
            return isSeen || undefined;
          },
          { withinMs: 30_000, seen: () => ({ readyz, log: scaler.log().slice(-4) }) },
        );
      } finally {
        await put(rules);
      }
    },
  );

  test('given back are noticed without a restart', { timeout: 120_000 }, async () => {
    await scaler.kill();
    await scaler.start();
    await hub.warm(1);
    expect((await scaler.get('/readyz')).text).toBe('ready\n');
  });
});

const line = (group: string, resource: string, verbs: string[], names: string[]) =>
  `${group}/${resource} ${[...verbs].sort()} ${[...names].sort()}`;

/** The rule, or what is left of it when the row is taken away. */
function without(rule: Answer, row: Row): Answer[] {
  const isMeant =
    rule.apiGroups[0] === row.group &&
    rule.resources.includes(row.resource) &&
    String(rule.verbs) === String(row.verbs) &&
    String(rule.resourceNames ?? []) === String(row.names ?? []);
  if (!isMeant) return [rule];
  const resources = rule.resources.filter((name: string) => name !== row.resource);
  return resources.length === 0 ? [] : [{ ...rule, resources }];
}
