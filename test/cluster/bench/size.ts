// `npm run bench:cluster`: the scaler beside a real API server that holds 1,000 nodes and 10,000 pods: how long until it
// has read them, its memory, a pass, and the delay from a change in the calendar or the cluster to the write.
//   npm run bench:cluster -- [NODES] [PODS PER NODE]
import { readFileSync } from 'node:fs';
import { type OwnCluster, startCluster } from '../cluster.ts';
import { untilInterrupted } from '../interrupt.ts';
import { until } from '../processes.ts';
import type { ScalerPod } from '../scaler-pod.ts';
import { openTheme, type Theme } from '../theme.ts';
import { annotationDelays, boundaryDelays, cordonedDelays, type Delays } from './write-delay.ts';

const [nodeCount = 1_000, podsPerNode = 10] = process.argv.slice(2).map(Number);
const AT_ONCE = 64;

const took = (fromMs: number) => `${((performance.now() - fromMs) / 1000).toFixed(2)} s`;
const line = (what: string, value: string) => console.log(`${what.padEnd(58)} ${value}`);

const delay = ({ medianMs, p99Ms, count }: Delays) =>
  `median ${Math.round(medianMs)} ms, p99 ${Math.round(p99Ms)} ms (of ${count})`;

const starting = startCluster();
let hub: Theme | undefined;
await untilInterrupted(
  async () => {
    const cluster = await starting;
    hub = await openTheme(cluster, { name: 'size' });
    await measure(cluster, hub);
  },
  async () => {
    await hub?.close();
    await (await starting.catch(() => undefined))?.close();
  },
);

async function measure(on: OwnCluster, hub: Theme): Promise<void> {
  const users = '/api/v1/namespaces/size/pods';
  const making = performance.now();
  await each(nodeCount, (index) => makeNode(on, hub, `node-${index}`));
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

  line('a booking begins or ends -> written', delay(await boundaryDelays(hub, scaler, 20)));
  hub.book('data8: 1');
  await hub.scaled(1);
  line('annotated by hand -> written (one second is on purpose)', delay(await annotationDelays(hub, 20)));
  line('a node is cordoned -> written (the same)', delay(await cordonDelays(on, 10)));
  line('memory (RSS) at the end', memory(scaler));
}

/** A second hub, whose own node with room takes a placeholder away, until it is cordoned. */
async function cordonDelays(on: OwnCluster, count: number): Promise<Delays> {
  const other = await openTheme(on, { name: 'cordon' });
  try {
    await makeNode(on, other, 'cordoned');
    await other.logIn(1, { node: 'cordoned', memory: '8Gi' });
    other.book('data8: 2');
    other.helm('install', [other.values()]);
    await other.startScaler();
    return await cordonedDelays(other, { count, node: 'cordoned' });
  } finally {
    await other.close();
  }
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

function makeNode(on: OwnCluster, hub: Theme, name: string): Promise<unknown> {
  const size = { cpu: '8', memory: '64Gi', pods: '110' };
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
