// `helm uninstall` leaves nothing, and needs no scaler for it: what the scaler made is collected by Kubernetes.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from './api.ts';
import { inSeconds } from './calendar.ts';
import { type Cluster, canStart, clusterForTests, clusterTitle } from './for-tests.ts';
import { until } from './processes.ts';
import { openTheme, RELEASE } from './theme.ts';

const IN_NAMESPACE = [
  'api/v1/NAMESPACE/configmaps',
  'api/v1/NAMESPACE/secrets',
  'api/v1/NAMESPACE/serviceaccounts',
  'api/v1/NAMESPACE/services',
  'api/v1/NAMESPACE/pods',
  'apis/apps/v1/NAMESPACE/deployments',
  'apis/apps/v1/NAMESPACE/replicasets',
  'apis/coordination.k8s.io/v1/NAMESPACE/leases',
  'apis/policy/v1/NAMESPACE/poddisruptionbudgets',
  'apis/rbac.authorization.k8s.io/v1/NAMESPACE/roles',
  'apis/rbac.authorization.k8s.io/v1/NAMESPACE/rolebindings',
  'apis/networking.k8s.io/v1/NAMESPACE/networkpolicies',
];
const IN_CLUSTER = [
  'apis/rbac.authorization.k8s.io/v1/clusterroles',
  'apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  'apis/scheduling.k8s.io/v1/priorityclasses',
  'apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies',
  'apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings',
];

describe.skipIf(!canStart)(clusterTitle('helm uninstall'), () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await clusterForTests();
  });
  afterAll(() => cluster?.close());

  /** Everything in the namespace that Kubernetes did not put there itself, and what the release has in the cluster. */
  async function left(namespace: string): Promise<string[]> {
    const names = async (path: string, keep: (name: string) => boolean) =>
      ((await cluster.call('GET', `/${path}`)).items as Answer[])
        .map(({ metadata }) => metadata.name as string)
        .filter(keep)
        .map((name) => `${path.split('/').at(-1)}/${name}`);
    const own = ['kube-root-ca.crt', 'default'];
    const found = await Promise.all([
      ...IN_NAMESPACE.map((path) =>
        names(path.replace('NAMESPACE', `namespaces/${namespace}`), (name) => !own.includes(name)),
      ),
      ...IN_CLUSTER.map((path) => names(path, (name) => name.endsWith(`.${namespace}`))),
    ]);
    return found.flat();
  }

  const rows: [string, 'kept' | 'killed' | 'stopped'][] = [
    ['while the scaler runs on and writes until it is stopped', 'kept'],
    ['when the scaler was killed before', 'killed'],
    ['when the scaler is stopped in order, as its pod goes', 'stopped'],
  ];

  test.each(rows)('leaves nothing %s', { timeout: 200_000 }, async (_, scaler) => {
    const hub = await openTheme(cluster, { name: `uninstall-${scaler}` });
    try {
      const values = hub.values({ replicaCount: 2, networkPolicy: { enabled: true } });
      hub.calendar.set({ title: 'Lab', books: 'data8: 2', startMs: inSeconds(-60), endMs: inSeconds(3_600) });
      hub.helm('install', [values]);
      const pods = await hub.startScaler();
      await hub.warm(2);
      const before = await left(hub.namespace);
      for (const kind of ['leases', 'validatingadmissionpolicies', 'priorityclasses', 'deployments']) {
        expect(before.join(' ')).toContain(`${kind}/`);
      }
      expect(before).toContain(`configmaps/${RELEASE}-state`);

      if (scaler === 'killed') await Promise.all(pods.map((pod) => pod.kill()));
      const from = performance.now();
      hub.helm('uninstall');
      if (scaler === 'stopped') await Promise.all(pods.map((pod) => pod.terminate()));
      let last: string[] = [];
      await until(
        'nothing to be left',
        async () => {
          last = await left(hub.namespace);
          return last.length === 0 ? true : undefined;
        },
        { withinMs: 30_000, seen: () => last },
      );
      const tookS = (performance.now() - from) / 1000;
      console.log(`uninstalled, scaler ${scaler}: nothing left after ${tookS.toFixed(1)} s`);
      // The kubelet ends the others when their pods are gone; nothing of theirs comes back.
      await Promise.all(pods.map((pod) => pod.terminate()));
      expect(await left(hub.namespace)).toEqual([]);
    } finally {
      await hub.close();
    }
  });
});
