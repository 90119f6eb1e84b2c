// The whole service against the simulated cluster and a calendar file, with a clock that the test moves: HTTP is real,
// time is not. Whatever is awaited is awaited as a state, with small steps of the clock in between.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SimulatedCluster, startSimulatedCluster } from '../../examples/demo/cluster.ts';
import { userPool } from '../../examples/demo/controllers/nodes.ts';
import { connect } from '../../scaler/cluster/connection.ts';
import { readConfigFile } from '../../scaler/config/file.ts';
import { openLog } from '../../scaler/log.ts';
import { type Service, type ServiceOptions, startService } from '../../scaler/service.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';

export const NAMESPACE = 'hub';

export interface Played {
  clock: ManualClock;
  cluster: SimulatedCluster;
  /** Starts one service on the cluster; they all end with the test. */
  start(options?: Partial<ServiceOptions>): Promise<Service>;
  /** What all services logged, parsed. */
  log: Record<string, unknown>[];
  setValues(yaml: string): void;
  /** The calendar of `calendarUrl: CALENDAR`; undefined: the file is gone. */
  setCalendar(ics: string | undefined): void;
  replicas(pool: string): number | undefined;
  /** Until it is true; the clock goes on by `stepMs` at a time, about ten times as fast as the real one by default. */
  until(condition: () => boolean, what: string, stepMs?: number): Promise<void>;
  /** Lets everything that is under way come to its end, with the clock moving on by `ms` in steps. */
  pass(ms: number, stepMs?: number): Promise<void>;
  end(): Promise<void>;
}

export const VALUES = `
calendarTimezone: America/Los_Angeles
calendarUrl: CALENDAR
nodePools:
  data8:
    nodeSelector: {hub.jupyter.org/pool-name: data8}
    resources: {requests: {memory: 50Gi}}
    replicas: 1
`;

export async function play(
  options: { values?: string; calendar?: string; nodes?: number; pools?: string[] } = {},
): Promise<Played> {
  const clock = manualClock();
  const folder = mkdtempSync(join(tmpdir(), 'played-service-'));
  const values = join(folder, 'values.yaml');
  const calendar = join(folder, 'calendar.ics');
  const log: Record<string, unknown>[] = [];
  const services: Service[] = [];
  const { pools = ['data8'] } = options;
  const cluster = await startSimulatedCluster({
    namespace: NAMESPACE,
    pools,
    groups: pools.map((pool) => ({
      name: pool,
      ...userPool(pool),
      allocatable: { cpu: '8', memory: '60Gi', pods: '110' },
      start: options.nodes ?? 0,
    })),
    controllers: ['deployments', 'garbage', 'scheduler', 'kubelet'],
    timings: { reactMs: 10, collectMs: 100, startMs: 50, stopMs: 50 },
    clock,
    bookmarkMs: 20_000,
  });
  process.env.KUBECONFIG = cluster.kubeconfigPath;

  const played: Played = {
    clock,
    cluster,
    log,
    setValues: (yaml) => writeFileSync(values, yaml.replaceAll('CALENDAR', calendar)),
    setCalendar(ics) {
      if (ics === undefined) rmSync(calendar, { force: true });
      else writeFileSync(calendar, ics);
    },
    replicas(pool) {
      const found = cluster.store.get('deployments', { namespace: NAMESPACE, name: `${pool}-placeholder` });
      return found?.spec.replicas;
    },
    async start(given = {}) {
      const read = readConfigFile(values);
      if (read.config === undefined) throw new Error(JSON.stringify(read.problems));
      const starting = startService({
        config: read.config,
        configProblems: read.problems,
        configSource: { path: values, fingerprint: read.fingerprint },
        connection: await connect(),
        namespace: NAMESPACE,
        release: 'node-placeholder-scaler',
        priorityClass: 'node-placeholder-scaler-placeholder',
        identity: 'replica-a',
        lease: false,
        dryRun: false,
        clock,
        log: openLog('debug', { stream: { write: (line) => log.push(JSON.parse(line)) } }),
        http: { host: '127.0.0.1', port: 0 },
        ...given,
      });
      const service = await stepping(starting);
      services.push(service);
      return service;
    },
    async until(condition, what, stepMs = 10) {
      for (const giveUp = performance.now() + GIVE_UP_MS; !condition(); ) {
        if (performance.now() > giveUp)
          throw new Error(`never happened: ${what}; last log lines: ${JSON.stringify(log.slice(-5))}`);
        await breath();
        if (!condition()) await clock.advance(stepMs);
      }
    },
    async pass(ms, stepMs = 250) {
      for (let left = ms; left > 0; left -= stepMs) {
        await clock.advance(Math.min(stepMs, left));
        await breath();
      }
      await breath();
    },
    async end() {
      await stepping(Promise.all(services.map((service) => service.stop())));
      await stepping(cluster.stop());
      rmSync(folder, { recursive: true, force: true });
    },
  };

  /** Work that may wait for timers of the clock. */
  async function stepping<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const mark = () => {
      done = true;
    };
    work.then(mark, mark);
    while (!done) {
      await breath();
      if (!done) await clock.advance(10);
    }
    return work;
  }

  played.setValues(options.values ?? VALUES);
  played.setCalendar(options.calendar ?? calendarOf([]));
  return played;
}

/** Real time after which a state that is awaited counts as never coming. */
const GIVE_UP_MS = 20_000;

/** Lets answers on loopback, files and worker threads come in before the clock moves on. */
async function breath(): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, 1));
  for (let i = 0; i < 10; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

export interface PlayedEvent {
  title: string;
  description: string;
  startMs: number;
  endMs: number;
}

export function calendarOf(events: PlayedEvent[]): string {
  const stamp = (ms: number) => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Example//Class//EN',
    ...events.flatMap(({ title, description, startMs, endMs }, at) => [
      'BEGIN:VEVENT',
      `UID:${at}@example.org`,
      'DTSTAMP:20260101T000000Z',
      `DTSTART:${stamp(startMs)}`,
      `DTEND:${stamp(endMs)}`,
      `SUMMARY:${title}`,
      `DESCRIPTION:${description}`,
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
    '',
  ].join('\r\n');
}
