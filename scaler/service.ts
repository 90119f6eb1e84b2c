// The running service: opens every part, hands each what it needs, and closes them in order. What a part does is in its
// own file; here is only who knows whom. `run.ts` starts it from the command line, tests start it against a cluster.
import { openFeeds } from './calendar/feeds.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './cluster/connection.ts';
import { createClusterView } from './cluster/view.ts';
import { type ConfigSource, type ReadConfig, watchConfigFile } from './config/file.ts';
import type { Config } from './config/schema.ts';
import { openDoors } from './doors.ts';
import { openLeading } from './leading.ts';
import { type Listening, listen } from './listen.ts';
import type { Logger } from './log.ts';
import { startLoop } from './loop.ts';
import { inherit, restoreMemory, stateToSave } from './memory.ts';
import { type PassReport, type PassSettings, runPass } from './pass.ts';
import { putInForce } from './put-in-force.ts';
import { makeMetrics } from './server/metrics.ts';
import { openTelling } from './tell.ts';
import { version } from './version.ts';
import { readVitals } from './vitals.ts';
import { within } from './within.ts';

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
  /** A second server, with page and answer calendar only, behind a token; absent: none. */
  page?: { host?: string; port: number; basePath: string; tokenFile: string };
  /** Other waits than the usual ones. */
  tuning?: Tuning;
}

export interface Tuning {
  debounceMs?: number;
  leaseMs?: { durationMs: number; renewDeadlineMs: number; retryMs: number };
  /** A watch without a byte for this long is read anew. */
  silenceMs?: number;
}

export interface Service {
  /** Where the HTTP server listens. */
  url?: string;
  /** Where page and answer calendar are published. */
  pageUrl?: string;
  /** The last pass; undefined before the first. */
  report(): PassReport | undefined;
  /** The first pass that had read the cluster and tried every feed. */
  settled(): Promise<PassReport>;
  /** Ends the running pass, saves, gives the lease back, closes everything; below 5 s. */
  stop(): Promise<void>;
}

export const NOTHING_TO_SERVE =
  'nodePools is empty: there is nothing to keep warm; add a pool to the values and it is served at once';

/** A pass may wait for an API server that does not answer; kubelets and people do not. */
const PASS_ENDS_WITHIN_MS = 1_500;
const STOP_WITHIN_MS = 4_500;

export async function startService(options: ServiceOptions): Promise<Service> {
  const { clock, log, connection, namespace, release, identity, dryRun, tuning = {} } = options;
  let config = options.config;
  let configProblems = options.configProblems;
  let last: PassReport | undefined;
  let lastEndedAt: number | undefined;
  const leads = (): boolean => leading.leads();

  const doors = openDoors({
    ...{ connection, namespace, release, identity, clock, log, dryRun, leads },
    lease: options.lease,
    ...(tuning.leaseMs && { leaseMs: tuning.leaseMs }),
    collect: () => stateToSave(memory, { feeds, takeOvers, nowMs: clock.now() }),
    maxReplicas: (name) => config.pools.find((pool) => pool.name === name)?.maxReplicas ?? 0,
  });
  const { lease, store, takeOvers, events } = doors;
  const saved = await store.read();
  let memory = restoreMemory(saved.state, { nowMs: clock.now(), graceMs: config.nodeGracePeriodMs });
  const leading = openLeading({
    ...{ lease, store, takeOvers, clock, log, identity },
    // Of two replicas the leader before may have saved since.
    ...(!options.lease && saved.answered && { known: saved }),
  });

  const feeds = openFeeds(config, { saved: saved.state?.feeds, clock, log });
  const cluster = createClusterView({
    ...{ connection, namespace, clock, log },
    pools: config.pools,
    placeholderPodLabelSelector: config.placeholderPodLabelSelector,
    ...(tuning.silenceMs !== undefined && { silenceMs: tuning.silenceMs }),
  });
  const metrics = makeMetrics({ version: version(), cluster: () => cluster.report(clock.now()), leads });
  const settled = Promise.withResolvers<PassReport>();

  const settings = (): PassSettings => {
    const stateProblem = store.problem();
    return {
      ...{ config, namespace, release },
      priorityClass: options.priorityClass,
      zone: zoneOf(config),
      problems: stateProblem === undefined ? configProblems : [...configProblems, stateProblem],
    };
  };

  const tell = openTelling({ log, metrics, events, lease });

  const loop = startLoop({
    clock,
    ...(tuning.debounceMs !== undefined && { debounceMs: tuning.debounceMs }),
    onError: (error) => log.error({ err: error }, 'pass failed'),
    async pass(trigger) {
      const { state, disowned } = leading.takeInheritance();
      if (state !== undefined) {
        memory = inherit(memory, state);
        feeds.inherit(state.feeds);
      }
      if (disowned) memory = { ...memory, lastWrites: new Map() };
      const outcome = await runPass(
        { ...doors, clock, calendar: feeds, cluster, leads },
        settings(),
        memory,
        trigger,
      );
      memory = outcome.memory;
      last = outcome.report;
      lastEndedAt = clock.monotonic();
      tell(last);
      if (last.leads && hasSeenAll(last)) settled.resolve(last);
      // Not before every feed was tried: what is saved now is all that a crash in the next five minutes leaves.
      if (leads() && !dryRun && hasSeenAll(last)) await store.offer();
      return outcome;
    },
  });

  leading.start(() => loop.trigger('leader'));
  let hasSynced = false;
  cluster.start(() => {
    if (hasSynced) return loop.trigger('cluster');
    hasSynced = cluster.snapshot(clock.now()).synced;
    // The first look is not worth waiting for.
    if (hasSynced) loop.trigger('start');
  });
  feeds.start(() => loop.trigger('feed'));
  const watch =
    options.configSource && watchConfigFile({ ...options.configSource, clock, onChange: reconfigure });

  function reconfigure(read: ReadConfig): void {
    configProblems = read.problems;
    if (read.config === undefined) {
      const problems = read.problems.map(({ where, message }) => `${where}: ${message}`);
      log.error({ problems }, 'values refused, the old ones stay in force');
    } else {
      config = putInForce([cluster, feeds], { next: read.config, old: config });
      log.info({ pools: config.pools.map((pool) => pool.name) }, 'values changed');
      if (config.pools.length === 0) log.warn(NOTHING_TO_SERVE);
    }
    loop.trigger('config');
  }

  const status = {
    ...{ version: version(), leads, dryRun, now: clock.now },
    report: () => last,
    schedule: feeds.schedule,
    pools: () => config.pools,
    zone: () => zoneOf(config),
  };
  let listening: Listening | undefined;
  listening = await listen({
    ...{ http: options.http, page: options.page, status, metrics: metrics.text },
    health: () => readVitals({ clock, loop, cluster, lease, store }, lastEndedAt),
  }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });

  async function stop(): Promise<void> {
    watch?.stop();
    const parts = async () => {
      await within(PASS_ENDS_WITHIN_MS, clock, loop.stop());
      await store.stop();
      await Promise.all([leading.stop(), events.stop(), feeds.stop(), listening?.close()]);
      await cluster.stop();
      await connection.close();
    };
    if (!(await within(STOP_WITHIN_MS, clock, parts()))) log.warn('stopped without waiting for every answer');
  }

  return {
    ...(listening.url !== undefined && { url: listening.url }),
    ...(listening.pageUrl !== undefined && { pageUrl: listening.pageUrl }),
    report: () => last,
    settled: () => settled.promise,
    stop,
  };
}

/** The zone in which people read times; what a feed itself is read in is settled per feed. */
function zoneOf(config: Config): string {
  return config.calendarTimezone ?? 'UTC';
}

function hasSeenAll({ cluster, feeds }: PassReport): boolean {
  return (
    cluster.watches.every((watching) => watching.synced) && feeds.every((feed) => feed.state !== 'unread')
  );
}
