// The calendars as a pass sees them: one schedule out of all feeds, how every feed stands, and what a restart should
// remember. Each feed is kept by its own keeper (feed-keeper.ts); bodies are read one after the other, so that the
// memory of one worker is the memory of all.
import { type Clock, systemClock } from '../clock.ts';
import type { Config, FeedConfig } from '../config/schema.ts';
import type { Problem } from '../problem.ts';
import { type Expand, expandWith, oneAtATime } from './expand.ts';
import { FeedKeeper, type KeeperTools } from './feed-keeper.ts';
import { addressHash } from './feed-memory.ts';
import { changeWatcher, type FeedLog, feedReport } from './feed-report.ts';
import { openFetcher } from './fetcher.ts';
import { RememberedCopies } from './remembered-copies.ts';
import { SAVED_BYTES, type SavedFeed, savedFeed } from './saved-feed.ts';
import { makeSchedule, type Schedule } from './schedule.ts';

/**
 * unread: never tried to the end (what a restart remembered may be in force); failed: tried, nothing to go by; good: the last try worked; stale: the last try
 * failed, the last good schedule is in force; expired: the last good one is older than `feedMaxAge` and was dropped.
 */
export type FeedState = (typeof FEED_STATES)[number];
export const FEED_STATES = ['unread', 'failed', 'good', 'stale', 'expired'] as const;

/** What came of a try; see the table in feed-outcome.ts. */
export type FeedResult = (typeof FEED_RESULTS)[number];
export const FEED_RESULTS = ['ok', 'unchanged', 'error', 'refused', 'held'] as const;

export interface FeedReport {
  name: string;
  /** Host of the address, or `file`; never the address. */
  host: string;
  state: FeedState;
  lastTryMs?: number;
  lastSuccessMs?: number;
  /** Why the last try failed, one sentence; absent when it worked. */
  lastError?: string;
  /** Counters since start, by result. */
  tries: Record<FeedResult, number>;
  events: number;
  bookings: number;
  problems: Problem[];
}

/**
 * unread: not tried, and nothing is known; failed: tried in vain, and nothing is known; remembered: a copy is in force
 * that may lack the last change, being of before a restart, of the leader before, or made with other settings, and for a
 * quarter of an hour no try has worked since; read: this or the last good copy is in force.
 */
export type CalendarKnowledge = (typeof KNOWLEDGE)[number];
/** Worst first. */
const KNOWLEDGE = ['unread', 'failed', 'remembered', 'read'] as const;

/** What a pass asks of the calendars. All calls are synchronous and cheap. */
export interface CalendarView {
  schedule(): Schedule;
  /**
   * Of the feeds that may book this pool: all read (also with no feeds), or what the worst of them is. A feed that has
   * expired counts as read and empty: its pools are back at their baseline, which nobody waits for any longer.
   */
  poolCalendar(pool: string, atMs: number): CalendarKnowledge;
  reports(): FeedReport[];
}

export interface Feeds extends CalendarView {
  /** Begins polling; `onChange` is called when the schedule or a report's state or problems changed. */
  start(onChange: () => void): void;
  /** Reads every feed once (for `--once` and tests). */
  pollOnce(): Promise<void>;
  /**
   * New settings, same memory: windows made with other settings are remade from the kept body. What a calendar said last
   * is remembered by its address until `feedMaxAge`, also while no feed has it.
   */
  reconfigure(config: Config): void;
  /** This replica begins to lead: what the leader before had `saved` counts where it is later than what this one read. */
  inherit(saved: Record<string, SavedFeed>): void;
  /** By feed name; copies that no feed has, by the hash of their address. */
  saved(): Record<string, SavedFeed>;
  stop(): Promise<void>;
}

export interface FeedsOptions {
  config: Config;
  /** What a restart remembered; a feed finds its own by the hash of its address. */
  saved?: Record<string, SavedFeed> | undefined;
  clock: Clock;
  fetchFeed: KeeperTools['fetchFeed'];
  expand: Expand;
  /** 0..1; spreads the polls. */
  random: () => number;
  log?: FeedLog | undefined;
}

/** The feeds of the settings, over the network and with real workers. */
export function openFeeds(
  config: Config,
  options: { saved?: Record<string, SavedFeed> | undefined; clock?: Clock; log?: FeedLog } = {},
): Feeds {
  const clock = options.clock ?? systemClock();
  const fetcher = openFetcher(clock);
  const feeds = createFeeds({
    config,
    saved: options.saved,
    clock,
    log: options.log,
    random: Math.random,
    // How long a worker really works is the machine's time, whatever clock the polls go by.
    expand: expandWith(systemClock()),
    fetchFeed: (feed, known, { calendarLimits }, signal) =>
      fetcher.fetch(feed, calendarLimits, { known, signal }),
  });
  return {
    ...feeds,
    async stop() {
      await feeds.stop();
      await fetcher.close();
    },
  };
}

/** The same with every door to the world handed in. */
export function createFeeds(options: FeedsOptions): Feeds {
  const { clock, log } = options;
  const keepers = new Map<string, FeedKeeper>();
  let config = options.config;
  let onChange: (() => void) | undefined;
  let schedule: Schedule | undefined;
  const reportOf = (keeper: FeedKeeper) =>
    feedReport(keeper.feed, keeper.memory, config.feedMaxAgeMs, clock.now());

  const isOther = changeWatcher(reportOf, log);
  const tools: KeeperTools = {
    clock,
    random: options.random,
    fetchFeed: options.fetchFeed,
    expand: oneAtATime(options.expand),
    onMemory(keeper) {
      if (!isOther(keeper)) return;
      schedule = undefined;
      onChange?.();
    },
  };
  const remembered = new RememberedCopies();
  remembered.add(options.saved ?? {});
  const copiesInForce = () => [...keepers.values()].flatMap((keeper) => keeper.inForce(clock.now()) ?? []);
  const keep = (feed: FeedConfig) => {
    const keeper = new FeedKeeper(feed, config, remembered.copyFor(feed, copiesInForce()), tools);
    keepers.set(feed.name, keeper);
    return keeper;
  };
  const drop = (keeper: FeedKeeper) => {
    keepers.delete(keeper.feed.name);
    const good = keeper.inForce(clock.now());
    if (good !== undefined) remembered.keep(good);
    void keeper.stop();
  };
  const trimRemembered = () => {
    const inUse = [...keepers.values()].flatMap(({ memory }) => memory.good?.addressHash ?? []);
    return remembered.unused(new Set(inUse), config.feedMaxAgeMs, clock.now());
  };
  for (const feed of config.feeds) keep(feed);

  return {
    schedule() {
      schedule ??= makeSchedule(
        copiesInForce().map(({ windows }) => windows),
        config,
      );
      return schedule;
    },
    poolCalendar(pool, atMs) {
      const known = [...keepers.values()]
        .filter(({ feed }) => feed.pools === undefined || feed.pools.includes(pool))
        .map((keeper) => keeper.knowledge(atMs));
      return KNOWLEDGE.find((each) => known.includes(each)) ?? 'read';
    },
    reports: () => [...keepers.values()].map(reportOf),
    start(changed) {
      onChange = changed;
      for (const keeper of keepers.values()) keeper.start();
    },
    async pollOnce() {
      await Promise.all([...keepers.values()].map((keeper) => keeper.poll()));
    },
    reconfigure(next) {
      config = next;
      const named = new Map(next.feeds.map((feed) => [feed.name, feed]));
      for (const keeper of [...keepers.values()]) {
        const feed = named.get(keeper.feed.name);
        if (feed === undefined || addressHash(feed) !== addressHash(keeper.feed)) drop(keeper);
      }
      for (const feed of next.feeds) {
        const keeper = keepers.get(feed.name);
        keepers.delete(feed.name);
        if (keeper !== undefined) {
          keepers.set(feed.name, keeper);
          keeper.reconfigure(feed, next);
        } else if (onChange !== undefined) keep(feed).start();
        else keep(feed);
      }
      trimRemembered();
      schedule = undefined;
      onChange?.();
    },
    inherit(saved) {
      remembered.add(saved);
      for (const keeper of keepers.values()) keeper.takeUp(remembered.copyFor(keeper.feed, []));
      trimRemembered();
    },
    saved() {
      const good = [...keepers].flatMap(([name, { memory }]) =>
        memory.good ? [[name, memory.good] as const] : [],
      );
      const unused = trimRemembered().map((copy) => [copy.addressHash, copy] as const);
      const all = [...good, ...unused];
      return Object.fromEntries(all.map(([name, copy]) => [name, savedFeed(copy, SAVED_BYTES / all.length)]));
    },
    async stop() {
      onChange = undefined;
      await Promise.all([...keepers.values()].map((keeper) => keeper.stop()));
    },
  };
}
