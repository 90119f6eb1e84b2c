// Every query of the dashboard against two real scalers that share a lease, as a real Prometheus scrapes them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SimulatedCluster, startSimulatedCluster } from '../../examples/demo/cluster.ts';
import { userPool } from '../../examples/demo/controllers/nodes.ts';
import { processesIn, type Running, until } from '../cluster/processes.ts';
import { MAIN } from '../support/command.ts';
import { calendarOf, NAMESPACE } from '../support/played-service.ts';
import {
  canRunPrometheus,
  type Prometheus,
  prometheusTitle,
  startPrometheus,
  type Target,
} from '../support/prometheus.ts';
import { filled, queriesOf, readDashboard } from './dashboard-file.ts';
import { optionsOf } from './variables.ts';

const SECOND = 1_000;
const POOLS = ['data8', 'stat20'];
const SCALER = 'hub-scaler';
const PODS = [`${SCALER}-6d4f9c7b8-x2x7q`, `${SCALER}-6d4f9c7b8-k9w4z`];

const dashboard = readDashboard();
const queries = queriesOf(dashboard);

describe.skipIf(!canRunPrometheus)(prometheusTitle('scraped from two scalers that run'), () => {
  const folder = mkdtempSync(join(tmpdir(), 'scraped-scalers-'));
  const replicas: Running[] = [];
  let cluster: SimulatedCluster;
  let prometheus: Prometheus;
  let fromSeconds: number;

  beforeAll(async () => {
    cluster = await startSimulatedCluster({
      namespace: NAMESPACE,
      pools: POOLS,
      groups: POOLS.map((name) => ({
        name,
        ...userPool(name),
        allocatable: { cpu: '8', memory: '60Gi', pods: '110' },
        start: 3,
      })),
      controllers: ['deployments', 'garbage', 'scheduler', 'kubelet'],
      timings: { startMs: 50, stopMs: 50 },
    });
    const values = join(folder, 'values.yaml');
    writeFileSync(values, valuesWith(join(folder, 'calendar.ics')));
    writeFileSync(join(folder, 'calendar.ics'), busyCalendar(Date.now()));
    const processes = processesIn(join(folder, 'replicas'));
    for (const name of PODS) {
      const words = ['run', '--values', values, '--namespace', NAMESPACE, '--port', '0', '--lease'];
      const program = {
        name,
        command: process.execPath,
        args: [MAIN, ...words, '--identity', name],
        env: { ...process.env, KUBECONFIG: cluster.kubeconfigPath },
      };
      replicas.push(processes.start(program));
    }
    const targets: Target[] = [];
    for (const replica of replicas) {
      const url = await until(`${replica.name} to listen`, () => listeningAt(replica), {
        seen: () => replica.output(),
      });
      targets.push({ address: new URL(url).host, labels: { namespace: NAMESPACE, pod: replica.name } });
    }
    mkdirSync(join(folder, 'prometheus'));
    prometheus = await startPrometheus({ folder: join(folder, 'prometheus'), targets });
    fromSeconds = Date.now() / 1000;
    // Both seen for ten scrapes, one of them leading, and a booking that began while it was looked at.
    const enough = `min(count_over_time(node_placeholder_leader[1m])) >= 10 and
      count(node_placeholder_leader) == 2 and sum(node_placeholder_leader) == 1 and
      min(min_over_time(node_placeholder_desired_replicas{pool="data8"}[5s])) == 2 and
      max(increase(node_placeholder_boundary_lag_seconds_count[5s]) and on (pod) node_placeholder_leader == 1) > 0`;
    await until('a short stretch to look at', async () => (await prometheus.query(enough))[0], {
      withinMs: 60_000,
      seen: () => replicas.map((replica) => replica.output().slice(-500)),
    });
  }, 120_000);

  afterAll(async () => {
    await prometheus?.stop();
    await Promise.all(replicas.map((replica) => replica.stop()));
    await cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Over the stretch so far, or at its end. */
  function ask(expression: string, instant: boolean) {
    const toSeconds = Date.now() / 1000;
    const text = filled(expression, {
      namespace: NAMESPACE,
      scaler: SCALER,
      pool: 'data8',
      __rate_interval: '5s',
      __range: `${Math.ceil(toSeconds - fromSeconds)}s`,
    });
    return instant
      ? prometheus.query(text)
      : prometheus.queryRange(text, { fromSeconds, toSeconds, stepSeconds: 1 });
  }

  test.each(queries.map((query) => [query.name, query] as const))('%s has an answer', async (_, query) => {
    const answer = await ask(query.expression, query.instant);
    const numbers = answer.flatMap(({ samples }) => samples.map(([, number]) => number));
    expect(numbers.filter(Number.isFinite).length).toBeGreaterThan(0);
  });

  test('what both replicas report is shown once', async () => {
    const both = await prometheus.query('sum(node_placeholder_desired_replicas{pool="data8"})');
    expect(both[0]?.samples[0]?.[1]).toBe(4);
    const shown = queries.find(({ name }) => name.endsWith(' Now: wanted'))?.expression as string;
    expect((await ask(shown, true)).map(({ samples }) => samples[0]?.[1])).toEqual([2]);
  });

  test('the variables find the namespace, the release and its pools', async () => {
    const range = { fromSeconds, toSeconds: Date.now() / 1000 };
    const values = { namespace: NAMESPACE, scaler: SCALER };
    const options = (name: string) => optionsOf(dashboard, name, { prometheus, range, values });
    expect(await options('namespace')).toEqual([NAMESPACE]);
    expect(await options('scaler')).toEqual([SCALER]);
    expect(await options('pool')).toEqual(POOLS);
  });
});

function valuesWith(calendar: string): string {
  return `
calendarUrl: ${calendar}
nodePools:
  data8: {nodeSelector: {hub.jupyter.org/pool-name: data8}, resources: {requests: {memory: 50Gi}}, replicas: 1}
  stat20: {nodeSelector: {hub.jupyter.org/pool-name: stat20}, resources: {requests: {memory: 50Gi}}}
`;
}

/** Two for data8 all the time; for stat20 a booking every five seconds, so that one begins while Prometheus looks. */
function busyCalendar(nowMs: number): string {
  const short = Array.from({ length: 60 }, (_, at) => ({
    title: 'Short',
    description: 'stat20: 1',
    startMs: nowMs + at * 5 * SECOND,
    endMs: nowMs + (at * 5 + 2) * SECOND,
  }));
  const long = { startMs: nowMs - 600 * SECOND, endMs: nowMs + 3_600 * SECOND };
  return calendarOf([{ title: 'Lecture', description: 'data8: 2', ...long }, ...short]);
}

function listeningAt(replica: Running): string | undefined {
  if (!replica.alive()) throw new Error(`the scaler ended: ${replica.output()}`);
  return /"listening":"(http[^"]+)"/.exec(replica.output())?.[1];
}
