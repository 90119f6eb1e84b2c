// What the bench of the cluster view measures: this process holds the view of the synthetic cluster at SERVER with
// everything loaded that the service loads, then takes events and quiet looks. Prints one JSON object.
//
//   node [V8 flags] test/bench/view-client.ts SERVER POOLS EVENTS
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { systemClock } from '../../scaler/clock.ts';
import { connect } from '../../scaler/cluster/connection.ts';
import { createClusterView } from '../../scaler/cluster/view.ts';
import type { PoolConfig } from '../../scaler/config/schema.ts';
import { median } from './rows.ts';

const [server = '', poolCount = '20', events = '20000'] = process.argv.slice(2);

const pools: PoolConfig[] = Array.from({ length: Number(poolCount) }, (_, i) => ({
  name: `pool${i}`,
  nodeSelector: { 'hub.jupyter.org/pool-name': `pool${i}-pool` },
  tolerations: [],
  resources: { requests: { memory: '57Gi' } },
  baseline: 0,
  maxReplicas: 100,
  leadTimeMs: 0,
  holdTimeMs: 0,
}));

/** Everything that the service has in memory beside the view. */
async function loadAll(): Promise<void> {
  for (const file of ['main', 'run', 'commands/plan', 'commands/events'])
    await import(`../../scaler/${file}.ts`);
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

/** Peak since the process began, as the kernel counted it. */
function peakMegabytes(): number {
  return megabytes(process.resourceUsage().maxRSS * 1024);
}

await loadAll();
const folder = mkdtempSync(join(tmpdir(), 'view-bench-'));
const kubeconfig = join(folder, 'config');
writeFileSync(
  kubeconfig,
  JSON.stringify({
    'current-context': 'bench',
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench', namespace: 'bench' } }],
    clusters: [{ name: 'bench', cluster: { server } }],
    users: [{ name: 'bench', user: {} }],
  }),
);
process.env.KUBECONFIG = kubeconfig;
const connection = await connect();
rmSync(folder, { recursive: true });

const loaded = megabytes(process.memoryUsage.rss());
const view = createClusterView({
  connection,
  namespace: 'bench',
  pools,
  placeholderPodLabelSelector: 'component=singleuser-server',
  clock: systemClock(),
  log: pino({ level: 'error' }),
});
const podCount = () =>
  view.report(Date.now()).watches.find(({ resource }) => resource === 'pods')?.objects ?? 0;
let onChange = () => {};
const until = (isTrue: () => boolean) =>
  new Promise<void>((resolve) => {
    onChange = () => isTrue() && resolve();
    onChange();
  });

const began = performance.now();
const cpuBefore = cpuSeconds();
view.start(() => onChange());
await until(() => view.snapshot(Date.now()).synced);
const syncSeconds = (performance.now() - began) / 1000;
const syncCpuSeconds = cpuSeconds() - cpuBefore;
const pods = podCount();

const cpuBeforeEvents = cpuSeconds();
const node0 = view.snapshot(Date.now()).pools.get('pool0')?.nodes[0]?.node;
const arrived = until(() => node0?.placeholders === 1);
await fetch(`${server}/events?count=${events}`, { method: 'POST' });
await arrived;
const cpuPerEventMicroseconds = ((cpuSeconds() - cpuBeforeEvents) / Number(events)) * 1e6;

const requests = async () => Number(await (await fetch(`${server}/requests`)).text());
const requestsBefore = await requests();
const quiet: number[] = [];
for (let i = 0; i < 2_000; i++) {
  const start = performance.now();
  const snapshot = view.snapshot(Date.now());
  let usable = 0;
  for (const pool of snapshot.pools.values()) for (const { usable: can } of pool.nodes) if (can) usable++;
  if (usable === 0) throw new Error('no usable node');
  quiet.push((performance.now() - start) * 1000);
}
const quietRequests = (await requests()) - requestsBefore;

process.stdout.write(
  `${JSON.stringify({
    nodes: [...view.snapshot(Date.now()).pools.values()].reduce((sum, pool) => sum + pool.nodes.length, 0),
    pods,
    loadedMb: loaded,
    syncSeconds: Number(syncSeconds.toFixed(1)),
    syncCpuSeconds: Number(syncCpuSeconds.toFixed(1)),
    rssMb: megabytes(process.memoryUsage.rss()),
    peakMb: peakMegabytes(),
    heapMb: megabytes(process.memoryUsage().heapUsed),
    cpuPerEventMicroseconds: Math.round(cpuPerEventMicroseconds),
    quietLookMicroseconds: Number(median(quiet).toFixed(1)),
    quietRequests,
  })}\n`,
);
await view.stop();
await connection.close();
