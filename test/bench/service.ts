// How fast the service starts and acts: from the start of the process to ready, its memory then, and from the instant at
// which a booking begins to its write at the API server. The scaler runs as its own process, as in its image; the API
// server is the simulated one, in this process. Run alone: node test/bench/service.ts [BOUNDARIES]
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type SimulatedCluster, startSimulatedCluster } from '../../examples/demo/cluster.ts';
import { userPool } from '../../examples/demo/controllers/nodes.ts';
import { freePorts } from '../cluster/processes.ts';
import { calendarOf } from '../support/played-service.ts';
import { type BenchRow, imageEnvironment, imageFlags, median, percentile } from './rows.ts';

const STARTS = 5;
const MAIN = join(import.meta.dirname, '..', '..', 'scaler', 'main.ts');

interface Setting {
  folder: string;
  cluster: SimulatedCluster;
}

export async function benchService(boundaries = 60): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'service-bench-'));
  const cluster = await startSimulatedCluster({
    pools: ['data8'],
    groups: [
      {
        name: 'data8',
        ...userPool('data8'),
        allocatable: { cpu: '8', memory: '60Gi', pods: '110' },
        start: 10,
      },
    ],
    controllers: [],
  });
  try {
    const starts = await measureStarts({ folder, cluster });
    const lags = await measureLags({ folder, cluster }, boundaries);
    const readyMs = median(starts.map(({ readyMs }) => readyMs));
    const rssMb = median(starts.map(({ rssMb }) => rssMb));
    const p99 = percentile(lags, 0.99);
    return [
      {
        what: 'start to ready, 10 nodes',
        measured: `${readyMs.toFixed(0)} ms`,
        mustReach: 'under 2 s',
        reached: readyMs < 2_000,
      },
      {
        what: 'memory (RSS) when ready',
        measured: `${rssMb.toFixed(0)} MB`,
        mustReach: 'under 170 MB',
        reached: rssMb < 170,
      },
      {
        what: `booking boundary to the write at the API server, ${lags.length} boundaries`,
        measured: `median ${median(lags).toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`,
        mustReach: 'p99 under 250 ms',
        reached: p99 < 250,
      },
    ];
  } finally {
    await cluster.stop();
    rmSync(folder, { recursive: true });
  }
}

async function measureStarts(setting: Setting): Promise<{ readyMs: number; rssMb: number }[]> {
  const measured = [];
  for (let run = 0; run < STARTS; run++) {
    const began = performance.now();
    const { child, url } = await startScaler(setting, []);
    for (;;) {
      const answer = await fetch(`${url}/readyz`).catch(() => undefined);
      if (answer?.status === 200) break;
      if (performance.now() - began > 30_000) throw new Error('the scaler did not become ready within 30 s');
      await delay(5);
    }
    measured.push({ readyMs: performance.now() - began, rssMb: residentMb(child) });
    await stop(child);
  }
  return measured;
}

/** Bookings of one second each, every one another count: each beginning is a boundary with a write. */
async function measureLags(setting: Setting, boundaries: number): Promise<number[]> {
  const firstMs = Math.ceil(Date.now() / 1000) * 1000 + 6_000;
  const begins = Array.from({ length: boundaries }, (_, i) => firstMs + i * 1000);
  const { child } = await startScaler(
    setting,
    begins.map((startMs, i) => ({
      title: 'class',
      description: `data8: ${1 + (i % 5)}`,
      startMs,
      endMs: startMs + 1000,
    })),
  );
  const arrivals: number[] = [];
  setting.cluster.api.fail((call) => {
    if (call.method === 'PATCH' && call.path.endsWith('/data8-placeholder')) arrivals.push(Date.now());
    return undefined;
  });
  await delay(firstMs + boundaries * 1000 + 500 - Date.now());
  setting.cluster.api.fail(undefined);
  await stop(child);
  return begins.map((begin) => {
    const arrival = arrivals.find((at) => at >= begin);
    if (arrival === undefined || arrival - begin > 1000)
      throw new Error(`no write for the boundary ${new Date(begin).toISOString()}`);
    return arrival - begin;
  });
}

async function startScaler(
  { folder, cluster }: Setting,
  events: Parameters<typeof calendarOf>[0],
): Promise<{ child: ChildProcess; url: string }> {
  const [port] = (await freePorts(1)) as [number];
  const values = join(folder, 'values.yaml');
  const calendar = join(folder, 'calendar.ics');
  writeFileSync(calendar, calendarOf(events));
  writeFileSync(
    values,
    JSON.stringify({
      calendarUrl: calendar,
      nodePools: {
        data8: {
          nodeSelector: { 'hub.jupyter.org/pool-name': 'data8' },
          resources: { requests: { memory: '50Gi' } },
          replicas: 0,
        },
      },
    }),
  );
  const args = [
    ...imageFlags(),
    MAIN,
    'run',
    '--values',
    values,
    '--namespace',
    cluster.namespace,
    '--port',
    String(port),
  ];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...imageEnvironment(), KUBECONFIG: cluster.kubeconfigPath },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { child, url: `http://127.0.0.1:${port}` };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

function residentMb({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1000;
}

if (import.meta.main) console.table(await benchService(Number(process.argv[2] ?? 60)));
