// `npm run bench:cluster`: the scaler beside a real API server that holds 1,000 nodes and 10,000 pods: how long until it
// has read them, its memory, a pass, and the delay from a change in the cluster or calendar to the write.
//   node test/cluster/bench/size.ts [NODES] [PODS PER NODE]
import { readFileSync } from 'node:fs';
import { type OwnCluster, startCluster } from '../cluster.ts';
import { until } from '../processes.ts';
import type { ScalerPod } from '../scaler-pod.ts';
import { openTheme, type Theme } from '../theme.ts';

const [nodeCount = 1_000, podsPerNode = 10] = process.argv.slice(2).map(Number);
const AT_ONCE = 64;

const took = (fromMs: number) => `${((performance.now() - fromMs) / 1000).toFixed(2)} s`;
const line = (what: string, value: string) => console.log(`${what.padEnd(58)} ${value}`);

const cluster = await startCluster();
try {
  await measure(cluster);
} finally {
  await cluster.close();
}

async function measure(on: OwnCluster): Promise<void> {
  const hub = await openTheme(on, { name: 'size' });
  const users = '/api/v1/namespaces/size/pods';
  const making = performance.now();
  await each(nodeCount, (index) => makeNode(on, hub, index));
  await each(nodeCount * podsPerNode, (index) =>
    on.call('POST', users, { body: userPod(hub, index, `node-${index % nodeCount}`) }),
  );
  await until(
    'all pods to run',
    async () => {
      const query = {
        fieldSelector: 'status.phase=Pending',
        labelSelector: 'component=singleuser-server',
        limit: '1',
      };
      return (await on.call('GET', users, { query })).items.length === 0 || undefined;
    },
    { withinMs: 900_000, everyMs: 2_000 },
  );
  line(`${nodeCount} nodes and ${nodeCount * podsPerNode} pods made in`, took(making));

  hub.book('data8: 1');
  hub.helm('install', [hub.values({ calendarOverrideEnabled: true })]);
  const starting = performance.now();
  const [scaler] = (await hub.startScaler()) as [ScalerPod];
  await until(
    'the scaler to be ready',
    async () => (await scaler.get('/readyz')).status === 200 || undefined,
    {
      withinMs: 120_000,
      everyMs: 20,
    },
  );
  line('process start to ready (all read, first pass ended)', took(starting));
  await hub.scaled(1);
  line('memory (RSS) after that', memory(scaler));

  const before = await passes(scaler);
  await each(200, (index) => on.call('POST', users, { body: userPod(hub, index, `node-${index}`) }));
  await until('passes', async () => (await passes(scaler)).count >= before.count + 3 || undefined, {
    withinMs: 90_000,
  });
  const after = await passes(scaler);
  const mean = ((after.sum - before.sum) / (after.count - before.count)) * 1_000;
  line('a pass, mean, while users log in', `${mean.toFixed(1)} ms`);

  const delays: number[] = [];
  const path = '/apis/apps/v1/namespaces/size/deployments/data8-placeholder';
  for (let round = 0; round < 5; round++) {
    const from = performance.now();
    const { metadata } = await on.call('PATCH', path, {
      body: { spec: { replicas: 0 } },
      contentType: 'application/merge-patch+json',
    });
    await until(
      'it to be put back',
      async () => {
        const now = await on.call('GET', path);
        return (now.metadata.generation > metadata.generation && now.spec.replicas === 1) || undefined;
      },
      { everyMs: 10 },
    );
    delays.push(performance.now() - from);
  }
  delays.sort((a, b) => a - b);
  line(
    'a change in the cluster to the write (one second is on purpose)',
    `${Math.round(delays[2] ?? 0)} ms median of 5`,
  );
  line('memory (RSS) at the end', memory(scaler));
  await hub.close();
}

async function passes(scaler: ScalerPod): Promise<{ count: number; sum: number }> {
  const { text } = await scaler.get('/metrics');
  const read = (what: string) =>
    Number(
      new RegExp(`^node_placeholder_pass_duration_seconds_${what}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(
        text,
      )?.[1],
    );
  return { count: read('count'), sum: read('sum') };
}

/** Linux: from /proc. */
function memory(scaler: ScalerPod): string {
  const kB = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${scaler.process().pid}/status`, 'utf8'))?.[1];
  return `${Math.round(Number(kB) / 1024)} MiB`;
}

async function each(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

function makeNode(on: OwnCluster, hub: Theme, index: number): Promise<unknown> {
  const size = { cpu: '8', memory: '64Gi', pods: '110' };
  const name = `node-${index}`;
  return on.call('POST', '/api/v1/nodes', {
    body: {
      metadata: {
        name,
        labels: { 'hub.jupyter.org/pool-name': hub.nodeLabel('data8'), 'kubernetes.io/hostname': name },
      },
      spec: { taints: [{ key: 'hub.jupyter.org/dedicated', value: 'user', effect: 'NoSchedule' }] },
      status: { allocatable: size, capacity: size },
    },
  });
}

function userPod(hub: Theme, index: number, node: string): object {
  return {
    metadata: {
      generateName: `jupyter-${index}-`,
      labels: { component: 'singleuser-server', app: 'jupyterhub' },
    },
    spec: {
      nodeName: node,
      nodeSelector: { 'hub.jupyter.org/pool-name': hub.nodeLabel('data8') },
      tolerations: [{ operator: 'Exists' }],
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'notebook',
          image: 'images.example.edu/notebook:1',
          resources: { requests: { memory: '4Gi', cpu: '200m' } },
        },
      ],
    },
  };
}
