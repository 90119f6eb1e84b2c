// The running service: opens every part, hands each what it needs, and closes them in order. What a part does is in its
// own file; here is only who knows whom. `run.ts` starts it from the command line, tests start it against a cluster.
import type { AddressInfo } from 'node:net';
import { openFeeds } from './calendar/feeds.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './cluster/connection.ts';
import { createClusterView } from './cluster/view.ts';
import { type ConfigSource, type ReadConfig, watchConfigFile } from './config/file.ts';
import type { Config } from './config/schema.ts';
import type { Logger } from './log.ts';
import { startLoop } from './loop.ts';
import { NOTHING_TOLD, narrate } from './narrate.ts';
import { type PassMemory, type PassReport, type PassSettings, runPass } from './pass.ts';
import { dryRunWriter } from './placeholder/dry-run.ts';
import { eventOfWrite } from './placeholder/event-words.ts';
import { noEvents, openEvents } from './placeholder/events.ts';
import { leaseName, stateName } from './placeholder/names.ts';
import { noOwners, openOwners } from './placeholder/owners.ts';
import { openTakeOvers } from './placeholder/take-over.ts';
import { openWriter } from './placeholder/writer.ts';
import { restoreHistory, savedHistory } from './plan/history.ts';
import { makeApp } from './server/app.ts';
import { makeMetrics } from './server/metrics.ts';
import { noLease, openLease } from './state/lease.ts';
import type { SavedState } from './state/state.ts';
import { openStore } from './state/store.ts';
import { version } from './version.ts';

export interface ServiceOptions {
  config: Config;
  /** Warnings of the values in force. */
  configProblems: ReadConfig['problems'];
  /** Watched for changes; absent: the config stays as it is. */
  configSource?: ConfigSource & { fingerprint: string };
  connection: Connection;
  namespace: string;
  release: string;
  priorityClass: string;
  identity: string;
  lease: boolean;
  dryRun: boolean;
  clock: Clock;
  log: Logger;
  /** Absent: no HTTP server. */
  http?: { host?: string; port: number };
  /** Shorter waits, for tests and the demo. */
  tuning?: {
    debounceMs?: number;
    leaseMs?: { durationMs: number; renewDeadlineMs: number; retryMs: number };
    silenceMs?: number;
  };
}

export interface Service {
  /** Where the HTTP server listens. */
  url?: string;
  /** The last pass; undefined before the first. */
  report(): PassReport | undefined;
  /** The first pass that had read the cluster and tried every feed. */
  settled(): Promise<PassReport>;
  /** Ends the running pass, saves, gives the lease back, closes everything; below 5 s. */
  stop(): Promise<void>;
}

export async function startService(options: ServiceOptions): Promise<Service> {
  const { clock, log, connection, namespace, release, identity, dryRun } = options;
  const startedMs = clock.now();
  let config = options.config;
  let configProblems = options.configProblems;
  let memory: PassMemory = {
    history: restoreHistory(undefined, { nowMs: startedMs, graceMs: config.nodeGracePeriodMs }),
    sizes: new Map(),
    writes: new Map(),
    lastWrites: new Map(),
  };
  let last: PassReport | undefined;
  let lastEndedAt: number | undefined;
  let told = NOTHING_TOLD;
  /** A new leader writes nothing before it knows what the one before it left unfinished. */
  let adopted = false;

  const lease =
    options.lease && !dryRun
      ? openLease({ coordination: connection.coordination, namespace, name: leaseName(release), identity, clock, ...options.tuning?.leaseMs })
      : noLease(identity);
  const leads = () => adopted && lease.isLeader();

  const store = openStore({
    core: connection.core,
    namespace,
    name: stateName(release),
    clock,
    collect: (): SavedState => ({
      version: 1,
      savedAtMs: clock.now(),
      feeds: feeds.saved(),
      lastBusyMs: savedHistory(memory.history, clock.now()),
      sizes: Object.fromEntries(memory.sizes),
      takeOvers: takeOvers.all(),
    }),
    mayWrite: () => !dryRun && leads(),
  });
  const takeOvers = openTakeOvers(async () => {
    const outcome = await store.save();
    return outcome === 'unchanged' ? 'saved' : outcome;
  });
  const saved = await store.read();
  if (saved.problem !== undefined) log.warn({ problem: saved.problem.message }, 'saved state not read');
  adopt(saved.state);

  const feeds = openFeeds(config, { saved: saved.state?.feeds, clock, log });
  const cluster = createClusterView({
    connection,
    namespace,
    pools: config.pools,
    placeholderPodLabelSelector: config.placeholderPodLabelSelector,
    clock,
    log,
    ...(options.tuning?.silenceMs !== undefined && { silenceMs: options.tuning.silenceMs }),
  });
  const owners = dryRun ? noOwners(release) : openOwners({ core: connection.core, namespace, release, clock });
  const writer = dryRun
    ? dryRunWriter(log)
    : openWriter({
        apps: connection.apps,
        owners,
        takeOvers,
        clock,
        mayWrite: leads,
        maxReplicas: (name) => config.pools.find((pool) => pool.name === name)?.maxReplicas ?? 0,
      });
  const events = dryRun ? noEvents() : openEvents({ events: connection.events, namespace, identity, clock, log });
  let settle: (report: PassReport) => void;
  const settled = new Promise<PassReport>((resolve) => {
    settle = resolve;
  });
  const metrics = makeMetrics({ version: version(), cluster: () => cluster.report(clock.now()), leads });

  function adopt(state: SavedState | undefined): void {
    if (state === undefined) return;
    takeOvers.adopt(state.takeOvers);
    memory = {
      ...memory,
      history: restoreHistory(state, { nowMs: clock.now(), graceMs: config.nodeGracePeriodMs }),
      sizes: new Map(Object.entries(state.sizes)),
    };
  }

  const settings = (): PassSettings => ({
    config,
    namespace,
    release,
    priorityClass: options.priorityClass,
    zone: config.calendarTimezone ?? 'UTC',
    problems: [...configProblems, ...(store.problem() ? [store.problem() as ReadConfig['problems'][number]] : [])],
  });

  function tell(report: PassReport): void {
    const narration = narrate(leads() ? log : log.child({ standby: true }), report, told);
    told = narration.told;
    for (const problem of narration.appeared) metrics.countProblem(problem.source);
    metrics.observe(report);
    for (const { change, result, decision } of report.pools) {
      if (change === undefined || result === undefined) continue;
      events.record(eventOfWrite(change, result, { sentence: decision.sentence }));
    }
  }

  const loop = startLoop({
    clock,
    ...(options.tuning?.debounceMs !== undefined && { debounceMs: options.tuning.debounceMs }),
    onError: (error) => log.error({ err: error }, 'pass failed'),
    async pass(trigger) {
      const doors = { clock, calendar: feeds, cluster, owners, takeOvers, writer, leads };
      const outcome = await runPass(doors, settings(), memory, trigger);
      memory = outcome.memory;
      last = outcome.report;
      lastEndedAt = clock.monotonic();
      tell(outcome.report);
      if (hasSeenAll(outcome.report)) settle(outcome.report);
      if (leads() && !dryRun) await store.offer();
      return outcome;
    },
  });

  lease.start((isLeader) => {
    log.info({ identity, leads: isLeader, holder: lease.holder() }, isLeader ? 'this replica leads' : 'this replica stands by');
    adopted = false;
    if (isLeader) void lead();
  });

  /** The one before may have saved more than was there when this replica started. */
  async function lead(): Promise<void> {
    if (options.lease) adopt((await store.read()).state);
    adopted = true;
    loop.trigger('leader');
  }

  let hasSynced = false;
  cluster.start(() => {
    if (hasSynced) return loop.trigger('cluster');
    hasSynced = cluster.snapshot(clock.now()).synced;
    // The first look is not worth waiting for.
    if (hasSynced) loop.trigger('start');
  });
  feeds.start(() => loop.trigger('feed'));

  const watch =
    options.configSource &&
    watchConfigFile({
      ...options.configSource,
      clock,
      onChange(read) {
        configProblems = read.problems;
        if (read.config === undefined) {
          log.error({ problems: read.problems.map((p) => `${p.where}: ${p.message}`) }, 'values refused, the old ones stay in force');
        } else {
          log.info('values changed');
          config = read.config;
          cluster.reconfigure(config);
          feeds.reconfigure(config);
        }
        loop.trigger('config');
      },
    });

  const app = makeApp({
    metrics: () => metrics.text(),
    health() {
      const now = clock.monotonic();
      const running = loop.runningSince();
      return {
        ...(running !== undefined && { passRunningForMs: now - running }),
        ...(lastEndedAt !== undefined && { sincePassMs: now - lastEndedAt }),
        clusterRead: cluster.snapshot(clock.now()).synced,
        passed: last !== undefined,
        failing: [
          ...cluster.report(clock.now()).watches.flatMap((w) => (w.failing === undefined ? [] : [w.failing])),
          ...(lease.failing() === undefined ? [] : [lease.failing() as string]),
        ],
      };
    },
    status: {
      version: version(),
      now: clock.now,
      leads,
      dryRun,
      report: () => last,
      schedule: () => feeds.schedule(),
      pools: () => config.pools,
      zone: () => config.calendarTimezone ?? 'UTC',
    },
  });
  if (options.http !== undefined) {
    await app.listen({ port: options.http.port, ...(options.http.host !== undefined && { host: options.http.host }) });
  }
  const address = app.server.address() as AddressInfo | null;
  const url = address === null ? undefined : `http://${hostInUrl(address.address)}:${address.port}`;

  return {
    ...(url !== undefined && { url }),
    report: () => last,
    settled: () => settled,
    async stop() {
      watch?.stop();
      await loop.stop();
      if (leads() && !dryRun) await store.save();
      adopted = false;
      await Promise.all([lease.stop(), events.stop(), feeds.stop(), app.close()]);
      await cluster.stop();
      await connection.close();
    },
  };
}

function hasSeenAll({ cluster, feeds }: PassReport): boolean {
  return cluster.watches.every((watch) => watch.synced) && feeds.every((feed) => feed.state !== 'unread');
}

function hostInUrl(address: string): string {
  if (address === '0.0.0.0' || address === '::') return '127.0.0.1';
  return address.includes(':') ? `[${address}]` : address;
}
