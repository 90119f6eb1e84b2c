// What docs/moving.md says of Helm: a release of the Python scaler that Helm 3 installed is upgraded without a word, an
// edit by hand is asked about only once Helm applies server-side, and `helm rollback` brings back the old release whole.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../cluster/processes.ts';
import {
  type ClusterWithHelm,
  canStart,
  clusterTitle,
  deployments,
  OLDER_CHART,
  RELEASE,
  startClusterWithHelm,
} from './cluster.ts';
import { POOL, runHelm } from './helm.ts';

const DEPLOYMENTS = deployments('hub');
const SCALER = `${DEPLOYMENTS}/${RELEASE}`;
const HELM_3 = '--server-side=false';

interface ManagedFields {
  manager: string;
  operation: string;
}

describe.skipIf(!canStart)(clusterTitle('moving from the Python scaler, with Helm'), () => {
  let cluster: ClusterWithHelm;

  beforeAll(async () => {
    cluster = await startClusterWithHelm('hub');
    cluster.helm('install', [], { chart: OLDER_CHART, args: [HELM_3] });
  });
  afterAll(() => cluster?.stop());

  const upgrade = (...args: string[]) =>
    runHelm('upgrade', {
      release: RELEASE,
      values: [{ ...POOL, calendarUrl: 'https://calendar.example.edu/a.ics' }],
      kubeconfig: cluster.kubeconfig,
      args,
    });

  async function helmsWay(): Promise<string | undefined> {
    const { managedFields } = (await cluster.call('GET', SCALER)).metadata as {
      managedFields: ManagedFields[];
    };
    return managedFields.find(({ manager }) => manager === 'helm')?.operation;
  }

  /** As `kubectl edit` does. */
  const editByHand = () =>
    cluster.call('PATCH', SCALER, {
      body: { spec: { revisionHistoryLimit: 9 } },
      contentType: 'application/strategic-merge-patch+json',
      query: { fieldManager: 'kubectl-edit' },
    });

  test('what Helm 3 installed is upgraded the way it was installed, edits by hand or not', async () => {
    await editByHand();
    expect(upgrade()).toMatchObject({ status: 0 });
    expect(await helmsWay()).toBe('Update');
  });

  test('with server-side apply an edit by hand is in the way, until it is forced', async () => {
    expect(upgrade('--server-side=true', '--force-conflicts')).toMatchObject({ status: 0 });
    expect(await helmsWay()).toBe('Apply');
    await editByHand();
    const refused = upgrade();
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toMatch(/conflicts? with "kubectl-edit"/);
    expect(upgrade('--force-conflicts')).toMatchObject({ status: 0 });
  });

  test('the placeholders of the original that nobody took over are found by their labels', async () => {
    const labels = { app: RELEASE, component: 'placeholder' };
    const container = { name: 'pause', image: 'registry.k8s.io/pause:3.9' };
    await cluster.call('POST', DEPLOYMENTS, {
      body: {
        metadata: { name: 'prob140-placeholder', labels },
        spec: {
          replicas: 0,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [container] } },
        },
      },
    });
    await until('the policy to know the pool', async () => {
      return (await cluster.apply(await cluster.placeholder('data8'))).status < 300 || undefined;
    });
    const query = { labelSelector: 'component=placeholder,!node-placeholder-scaler/pool' };
    const { items } = (await cluster.call('GET', DEPLOYMENTS, { query })) as {
      items: { metadata: { name: string } }[];
    };
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['prob140-placeholder']);
  });

  test('rolled back, the old release is there again and what we made is gone', async () => {
    const back = runHelm('rollback', { release: RELEASE, kubeconfig: cluster.kubeconfig, args: ['1'] });
    expect(back).toMatchObject({ status: 0 });
    await cluster.gone(`${DEPLOYMENTS}/data8-placeholder`);
    expect(JSON.stringify(await cluster.call('GET', SCALER))).toContain('/srv/scaler/scaler.py');
    const classes = await cluster.call('GET', '/apis/scheduling.k8s.io/v1/priorityclasses');
    const names = (classes.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
    expect(names.filter((name) => name.includes('placeholder'))).toEqual([RELEASE]);
    const policies = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';
    expect((await cluster.call('GET', policies)).items).toEqual([]);
  });
});
