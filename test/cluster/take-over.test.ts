// A release of the Python scaler is there, with its placeholders on warm nodes: `helm upgrade` of that very release makes
// it ours, and the nodes stay. Also when the scaler is killed between any two steps.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OLDER_CHART } from '../chart/cluster.ts';
import { type Answer, happenedSince } from './api.ts';
import { inSeconds } from './calendar.ts';
import { type Cluster, canStart, clusterForTests, clusterTitle } from './for-tests.ts';
import { until } from './processes.ts';
import { type ApiProxy, type Asked, openProxy } from './proxy.ts';
import type { ScalerPod } from './scaler-pod.ts';
import { openTheme, RELEASE, type Theme } from './theme.ts';

const CLAIMS = '/apis/karpenter.sh/v1/nodeclaims';
const REPLICAS = 2;

describe.skipIf(!canStart)(clusterTitle('a release of the Python scaler'), () => {
  let cluster: Cluster;
  let hub: Theme;
  let proxy: ApiProxy;
  let scaler: ScalerPod;
  let foreign: Answer;

  beforeAll(async () => {
    cluster = await clusterForTests();
    hub = await openTheme(cluster, {
      name: 'take-over',
      pools: { data8: 'data8', stat20: 'stat20' },
      // Longer than a scaler takes to be started again.
      emptySeconds: 60,
    });
    hub.calendar.set({
      title: 'Lab',
      books: `data8: ${REPLICAS}`,
      startMs: inSeconds(-60),
      endMs: inSeconds(3_600),
    });
    proxy = await openProxy(cluster.url);
    hub.helm('install', [], { chart: OLDER_CHART });
    const labels = { app: 'somebody' };
    foreign = await cluster.call('POST', deployments(), {
      body: {
        metadata: { name: 'stat20-placeholder' },
        spec: {
          replicas: 0,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: { containers: [{ name: 'a', image: 'images.example.edu/a:1' }] },
          },
        },
      },
    });
  });
  afterAll(async () => {
    await hub?.close();
    await proxy?.close();
    await cluster?.close();
  });

  const deployments = () => `/apis/apps/v1/namespaces/${hub.namespace}/deployments`;

  /** As `kubectl apply` made it for the Python scaler. */
  async function makeOriginal(pool: string): Promise<void> {
    const labels = { app: RELEASE, component: 'placeholder' };
    const manifest: Answer = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: `${pool}-placeholder`, namespace: hub.namespace, labels },
      spec: {
        replicas: REPLICAS,
        selector: { matchLabels: labels },
        strategy: { type: 'Recreate' },
        template: {
          metadata: { labels },
          spec: {
            terminationGracePeriodSeconds: 0,
            automountServiceAccountToken: false,
            priorityClassName: RELEASE,
            nodeSelector: { 'hub.jupyter.org/pool-name': hub.nodeLabel(pool) },
            tolerations: [
              { key: 'hub.jupyter.org/dedicated', operator: 'Equal', value: 'user', effect: 'NoSchedule' },
            ],
            containers: [
              {
                name: 'pause',
                image: 'registry.k8s.io/pause:3.10',
                resources: { requests: { memory: '58Gi' } },
              },
            ],
          },
        },
      },
    };
    manifest.metadata.annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(manifest),
    };
    await cluster.call('POST', deployments(), {
      body: manifest,
      query: { fieldManager: 'kubectl-client-side-apply' },
    });
  }

  async function claims(): Promise<{ version: string; names: string[] }> {
    const list = await cluster.call('GET', CLAIMS);
    const own = (list.items as Answer[]).filter(
      ({ metadata }) => metadata.labels['hub.jupyter.org/pool-name'] === hub.nodeLabel('data8'),
    );
    return { version: list.metadata.resourceVersion, names: own.map(({ metadata }) => metadata.name) };
  }

  /** Nodes bought or lost since then: of this pool, by name. */
  async function boughtOrLost({ version, names }: { version: string; names: string[] }): Promise<string[]> {
    const happened = await happenedSince(cluster, CLAIMS, version);
    return happened.filter((what) => {
      const [type, name = ''] = what.split(' ');
      return type === 'ADDED'
        ? name.startsWith(hub.nodeLabel('data8'))
        : type === 'DELETED' && names.includes(name);
    });
  }

  const isOurs = (deployment: Answer | undefined) =>
    deployment?.spec.selector.matchLabels['node-placeholder-scaler/pool'] === 'data8' &&
    deployment.metadata.ownerReferences?.[0]?.name === `${RELEASE}-pool-data8`;

  test('is upgraded, its Deployment becomes ours, and no node is bought or lost', {
    timeout: 200_000,
  }, async () => {
    await makeOriginal('data8');
    const before = await hub.warm(REPLICAS);
    const nodes = await claims();
    hub.helm('upgrade', [hub.values()]);
    [scaler] = (await hub.startScaler({ server: proxy.url })) as [ScalerPod];
    await until('the Deployment to be ours', async () => (isOurs(await hub.deployment()) ? true : undefined));
    const after = await hub.warm(REPLICAS);
    expect(after.nodes).toEqual(before.nodes);
    expect(await boughtOrLost(nodes)).toEqual([]);
    // The upgrade took the release's old priority class away; the tests below make Deployments that name it.
    await cluster.call('POST', '/apis/scheduling.k8s.io/v1/priorityclasses', {
      body: { metadata: { name: RELEASE }, value: -10 },
    });
    expect(scaler.log()).toContainEqual(
      expect.objectContaining({
        msg: 'written',
        note: `taken over from the original with ${REPLICAS} placeholders`,
      }),
    );
  });

  const toPlaceholder = (method: string) => (asked: Asked) =>
    asked.method === method && asked.path.endsWith('/data8-placeholder');
  const toState = ({ method, path }: Asked) => method === 'PATCH' && path.endsWith(`${RELEASE}-state`);

  const steps: [string, 'before' | 'after', (asked: Asked) => boolean, number?][] = [
    ['before it notes down the count', 'before', toState],
    ['when the count is noted down', 'after', toState],
    ['before it deletes the Deployment of the original', 'before', toPlaceholder('DELETE')],
    ['when that is deleted', 'after', toPlaceholder('DELETE')],
    ['when ours was refused, the other not being gone yet', 'after', toPlaceholder('PATCH'), 422],
    ['when ours is made', 'after', toPlaceholder('PATCH'), 201],
  ];

  test.each(steps)(
    'is taken over also by a scaler killed %s',
    { timeout: 200_000 },
    async (_, when, at, status) => {
      await scaler.kill();
      proxy.treat = () => undefined;
      await cluster.call('DELETE', `${deployments()}/data8-placeholder`, { allow: [404] });
      await until('the last one to go', async () => {
        const [deployment, { names }] = await Promise.all([hub.deployment(), hub.placeholders()]);
        return (deployment === undefined && names.size === 0) || undefined;
      });
      await makeOriginal('data8');
      const before = await hub.warm(REPLICAS);
      const nodes = await claims();

      let isKilled = false;
      const kill = async (got?: number) => {
        if (status !== undefined && got !== status) return;
        isKilled = true;
        await scaler.kill();
      };
      proxy.treat = (asked) => {
        if (isKilled || !at(asked)) return undefined;
        return when === 'before' ? { before: () => kill() } : { after: kill };
      };
      // Not until it listens: on a busy machine the step may come first.
      scaler.spawn();
      await until('the scaler to be killed', () => isKilled || undefined, {
        withinMs: 60_000,
        seen: () => proxy.seen.slice(-5),
      });
      proxy.treat = () => undefined;
      const said = scaler.log().length;
      await scaler.start();
      await until('the Deployment to be ours', async () =>
        isOurs(await hub.deployment()) ? true : undefined,
      );
      const after = await hub.warm(REPLICAS);
      expect(after.nodes).toEqual(before.nodes);
      expect(await boughtOrLost(nodes)).toEqual([]);
      // With the count that was noted down, not with one that happens to be the same.
      const notes = scaler
        .log()
        .slice(said)
        .map(({ note }) => note);
      if (status !== 201)
        expect(notes).toContain(`taken over from the original with ${REPLICAS} placeholders`);
    },
  );

  test('leaves alone the Deployment that someone else called stat20-placeholder, and says so', async () => {
    const { metadata, spec } = (await hub.deployment('stat20')) as Answer;
    expect(metadata).toMatchObject({ uid: foreign.metadata.uid, generation: 1 });
    expect(spec).toEqual(foreign.spec);
    expect((await scaler.get('/readyz')).status).toBe(200);
    const problems = (await scaler.status())?.problems as Answer[];
    expect(problems).toContainEqual(expect.objectContaining({ code: 'foreign-deployment', pool: 'stat20' }));
  });
});
