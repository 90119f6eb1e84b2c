// A release's life in a real API server: upgraded from an older one, changed, uninstalled; with Helm's server-side apply,
// and with its older way of patching, as Helm 3 does it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stateName } from '../../scaler/placeholder/names.ts';
import { openStore } from '../../scaler/state/store.ts';
import { kubeconfigText } from '../cluster/control-plane.ts';
import { until } from '../cluster/processes.ts';
import { manualClock } from '../support/manual-clock.ts';
import {
  type ClusterWithHelm,
  canStart,
  clusterTitle,
  deployments,
  OLDER_CHART,
  RELEASE,
  startClusterWithHelm,
} from './cluster.ts';
import { POOL } from './helm.ts';

const VALUES = { ...POOL, replicaCount: 2, calendarUrl: 'https://calendar.example.edu/a.ics' };
const DEPLOYMENTS = deployments('hub');

describe.skipIf(!canStart).each(['--server-side=true', '--server-side=false'])(
  clusterTitle('a release, with helm %s'),
  (mode) => {
    let cluster: ClusterWithHelm;
    beforeAll(async () => {
      cluster = await startClusterWithHelm('hub');
    });
    afterAll(() => cluster?.stop());

    const upgrade = (...values: object[]) => cluster.helm('upgrade', [VALUES, ...values], { args: [mode] });

    test('of the Python scaler is upgraded in place', async () => {
      cluster.helm('install', [], { chart: OLDER_CHART, args: [mode] });
      // A class cannot change: one that the values name, and that is there, stays as it is.
      upgrade({ priorityClass: { name: RELEASE } });
      const path = `/apis/scheduling.k8s.io/v1/priorityclasses/${RELEASE}`;
      expect(await cluster.call('GET', path)).toMatchObject({ preemptionPolicy: 'PreemptLowerPriority' });
      upgrade();
      const deployment = JSON.stringify(await cluster.call('GET', `${DEPLOYMENTS}/${RELEASE}`));
      expect(deployment).toContain('--values=/etc/node-placeholder-scaler/values.yaml');
      expect(deployment).not.toContain('scaler.py');
    });

    /** The scaler's own store, with the scaler's own token. */
    async function store(note: string) {
      const { url, ca, folder } = cluster;
      const file = join(folder, 'scaler-kubeconfig');
      writeFileSync(file, kubeconfigText({ url, ca, token: await cluster.token(), namespace: 'hub' }));
      const config = new KubeConfig();
      config.loadFromFile(file);
      const state = {
        version: 1 as const,
        savedAtMs: 0,
        feeds: {},
        lastBusyMs: { [note]: 1 },
        sizes: {},
        takeOvers: {},
      };
      return openStore({
        core: config.makeApiClient(CoreV1Api),
        namespace: 'hub',
        name: stateName(RELEASE),
        clock: manualClock(),
        collect: () => state,
        mayWrite: () => true,
      });
    }

    test('keeps what the scaler remembers when it is upgraded', async () => {
      const writing = await store('before');
      await writing.read();
      expect(await writing.save()).toBe('saved');
      upgrade({ leadTime: '10m' });
      expect((await (await store('after')).read()).state?.lastBusyMs).toEqual({ before: 1 });
    });

    test('keeps who leads when it is upgraded', async () => {
      const path = `/apis/coordination.k8s.io/v1/namespaces/hub/leases/${RELEASE}`;
      const token = await cluster.token();
      const lease = await cluster.call('GET', path, { token });
      const { uid, resourceVersion } = lease.metadata as Record<string, string>;
      const metadata = { name: RELEASE, namespace: 'hub', uid, resourceVersion };
      await cluster.call('PUT', path, { token, body: { metadata, spec: { holderIdentity: 'pod-1' } } });
      upgrade();
      expect(await cluster.call('GET', path, { token })).toMatchObject({ spec: { holderIdentity: 'pod-1' } });
    });

    test('takes along the placeholders of a pool that is removed from its values', async () => {
      await cluster.apply(await cluster.placeholder('data8'));
      upgrade({ nodePools: { data8: null, stat20: { nodeSelector: { a: 'b' } } } });
      await cluster.gone(`${DEPLOYMENTS}/data8-placeholder`);
    });

    test('leaves nothing when it is uninstalled', async () => {
      upgrade();
      await until('the policy to know the pool', async () => {
        return (await cluster.apply(await cluster.placeholder('data8'))).status < 300 || undefined;
      });
      cluster.helm('uninstall');
      await cluster.gone(`${DEPLOYMENTS}/data8-placeholder`);
      expect(await left()).toEqual([]);
    });

    /** Whatever carries the release's name, of every kind that the chart or the scaler makes. */
    async function left(): Promise<string[]> {
      const inNamespace = {
        'api/v1': ['configmaps', 'secrets', 'services', 'serviceaccounts'],
        'apis/apps/v1': ['deployments'],
        'apis/rbac.authorization.k8s.io/v1': ['roles', 'rolebindings'],
        'apis/coordination.k8s.io/v1': ['leases'],
        'apis/policy/v1': ['poddisruptionbudgets'],
      };
      const inCluster = {
        'apis/rbac.authorization.k8s.io/v1': ['clusterroles', 'clusterrolebindings'],
        'apis/scheduling.k8s.io/v1': ['priorityclasses'],
        'apis/admissionregistration.k8s.io/v1': [
          'validatingadmissionpolicies',
          'validatingadmissionpolicybindings',
        ],
      };
      const paths = [
        ...Object.entries(inNamespace).flatMap(([api, kinds]) =>
          kinds.map((kind) => `/${api}/namespaces/hub/${kind}`),
        ),
        ...Object.entries(inCluster).flatMap(([api, kinds]) => kinds.map((kind) => `/${api}/${kind}`)),
      ];
      const names: string[] = [];
      for (const path of paths) {
        const { items } = (await cluster.call('GET', path)) as { items: { metadata: { name: string } }[] };
        names.push(
          ...items
            .map(({ metadata }) => `${path}/${metadata.name}`)
            .filter((name) => name.includes('placeholder')),
        );
      }
      return names;
    }
  },
);
