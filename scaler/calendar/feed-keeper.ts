// Keeps one feed: asks for it when its time has come, has a new body read, and hands what came of it to feed-outcome.ts.
// One thing at a time: a try that is asked for while one is under way is that one. What is in force is feed-memory.ts,
// when the feed is asked next poll-timing.ts.
import type { Clock, Timer } from '../clock.ts';
import type { Config, FeedConfig } from '../config/schema.ts';
import type { FeedBody } from './body.ts';
import { type Expand, windowSettings } from './expand.ts';
import type { FetchResult, KnownCopy } from './feed.ts';
import {
  addressHash,
  endOfForce,
  feedKnowledge,
  type GoodCopy,
  isInForce,
  mustRemake,
  type SettingsInForce,
  settingsInForce,
} from './feed-memory.ts';
import {
  afterExpiry,
  afterRemake,
  afterTakeUp,
  afterTry,
  confirmedTooLate,
  type FeedMemory,
  newMemory,
  type Outcome,
  unforeseen,
} from './feed-outcome.ts';
import type { CalendarKnowledge } from './feeds.ts';
import { HOLD_MS } from './plausible.ts';
import { pollWaitMs } from './poll-timing.ts';
import { readBody } from './read-body.ts';

export interface KeeperTools {
  clock: Clock;
  /** 0..1, for the spread between polls. */
  random: () => number;
  fetchFeed: (
    feed: FeedConfig,
    known: KnownCopy | undefined,
    config: Config,
    signal: AbortSignal,
  ) => Promise<FetchResult>;
  expand: Expand;
  /** Called at the start and whenever the memory was replaced. */
  onMemory: (keeper: FeedKeeper) => void;
}

export class FeedKeeper {
  feed: FeedConfig;
  memory: FeedMemory;
  #config: Config;
  #settings: SettingsInForce;
  #address: string;
  #tools: KeeperTools;
  #work: Promise<void> | undefined;
  #polling = false;
  #stopping = new AbortController();
  #nextPoll: Timer | undefined;
  #expiry: Timer | undefined;

  constructor(feed: FeedConfig, config: Config, good: GoodCopy | undefined, tools: KeeperTools) {
    this.feed = feed;
    this.#config = config;
    this.#tools = tools;
    this.#address = addressHash(feed);
    this.#settings = settingsInForce(windowSettings(config, feed), tools.clock.now());
    this.memory = newMemory(good, tools.clock.now());
    this.#replace(this.memory);
  }

  /** Polls now and from then on at its times. */
  start(): void {
    this.#polling = true;
    void this.poll();
  }

  /** One try; the one under way when there is one. Never rejects. */
  poll(): Promise<void> {
    return this.#run(() => this.#try());
  }

  /** Other settings: windows are made again from the kept body, or from a body fetched anew. The address is the same. */
  reconfigure(feed: FeedConfig, config: Config): void {
    const before = { settings: this.#settings, auth: JSON.stringify(this.feed.auth) };
    this.feed = feed;
    this.#config = config;
    const nowMs = this.#tools.clock.now();
    this.#settings = settingsInForce(windowSettings(config, feed), nowMs, before.settings);
    if (this.#settings === before.settings && JSON.stringify(feed.auth) === before.auth) {
      this.#watchExpiry();
      this.#plan();
      return;
    }
    void this.#after(async () => {
      if (this.#mustRemake(this.memory.good)) await this.#remake();
      await this.#try();
    });
  }

  async stop(): Promise<void> {
    this.#polling = false;
    this.#nextPoll?.cancel();
    this.#expiry?.cancel();
    this.#stopping.abort();
    await this.#work;
  }

  /** This replica begins to lead; `copy` is what the leader before saved of this feed. */
  takeUp(copy: GoodCopy | undefined): void {
    const memory = afterTakeUp(this.memory, copy, this.#tools.clock.now());
    if (memory === this.memory) return;
    this.#replace(memory);
    if (this.#polling && !memory.failing) void this.poll();
  }

  /** The copy whose bookings count. */
  inForce(nowMs: number): GoodCopy | undefined {
    return isInForce(this.memory, this.#config.feedMaxAgeMs, nowMs) ? this.memory.good : undefined;
  }

  knowledge(nowMs: number): CalendarKnowledge {
    const { feedMaxAgeMs } = this.#config;
    return feedKnowledge(this.memory, { feedMaxAgeMs, settings: this.#settings, nowMs });
  }

  #run(job: () => Promise<void>): Promise<void> {
    this.#nextPoll?.cancel();
    this.#work ??= job()
      .catch((error) => this.#tried(unforeseen(error)))
      .finally(() => {
        this.#work = undefined;
        this.#plan();
      });
    return this.#work;
  }

  async #after(job: () => Promise<void>): Promise<void> {
    await this.#work;
    await this.#run(job);
  }

  #plan(): void {
    this.#nextPoll?.cancel();
    if (!this.#polling || this.#work !== undefined) return;
    const { clock, random } = this.#tools;
    const { held, failures, passing, retryAtMs } = this.memory;
    const last = { failures, passing, retryAtMs, heldUntilMs: held && held.sinceMs + HOLD_MS };
    const { pollIntervalMs: intervalMs } = this.#config;
    const waitMs = pollWaitMs(last, { nowMs: clock.now(), intervalMs, random: random() });
    this.#nextPoll = clock.after(waitMs, () => void this.poll());
  }

  async #try(): Promise<void> {
    const stopping = this.#stopping.signal;
    const outcome = await this.#ask(stopping);
    if (stopping.aborted) return;
    this.#tried(outcome);
    if (outcome.kind === 'error' && this.#mustRemake(this.memory.good)) await this.#remake();
  }

  #tried(outcome: Outcome): void {
    const { feedMaxAgeMs } = this.#config;
    const { pools } = this.#settings;
    const nowMs = this.#tools.clock.now();
    this.#replace(afterTry(this.memory, outcome, { feedMaxAgeMs, pools, nowMs }));
  }

  async #ask(stopping: AbortSignal): Promise<Outcome> {
    const { good } = this.memory;
    const remake = this.#mustRemake(good);
    const known = good !== undefined && (!remake || good.body !== undefined) ? good : undefined;
    const got = await this.#tools.fetchFeed(this.feed, known, this.#config, stopping);
    if (got.kind === 'error') return got;
    if (got.kind === 'unchanged') {
      if (good === undefined || good !== this.memory.good) return confirmedTooLate();
      if (!remake || good.body === undefined) return { kind: 'unchanged' };
      return this.#read(good.body, good, stopping);
    }
    if (good?.bodyHash === got.body.hash && !this.#mustRemake(good)) return { ...got, kind: 'unchanged' };
    const { held } = this.memory;
    if (held?.copy.bodyHash === got.body.hash && !this.#mustRemake(held.copy))
      return { kind: 'read', copy: held.copy };
    return this.#read(got.body, got, stopping);
  }

  /** The last good body once more, without asking for it. */
  async #remake(): Promise<void> {
    const stopping = this.#stopping.signal;
    const { good } = this.memory;
    if (good?.body === undefined) return;
    const outcome = await this.#read(good.body, good, stopping);
    if (stopping.aborted || this.memory.good !== good) return;
    this.#replace(afterRemake(this.memory, outcome, this.#tools.clock.now()));
  }

  #read(body: FeedBody, known: KnownCopy, signal: AbortSignal): Promise<Outcome> {
    const { clock, expand } = this.#tools;
    return readBody(body, known, {
      settings: windowSettings(this.#config, this.feed),
      addressHash: this.#address,
      refused: this.memory.refused,
      nowMs: clock.now(),
      expand,
      signal,
    });
  }

  #mustRemake(copy: GoodCopy | undefined): boolean {
    return mustRemake(copy, this.#settings, this.#tools.clock.now());
  }

  #replace(memory: FeedMemory): void {
    this.memory = memory;
    this.#watchExpiry();
    this.#tools.onMemory(this);
  }

  /** While no try works, the last good copy ends at an instant: then its windows are dropped, at that instant. */
  #watchExpiry(): void {
    this.#expiry?.cancel();
    const { good, tried, failing } = this.memory;
    if (good === undefined || good.horizonEndMs === 0 || (tried && !failing)) return;
    this.#expiry = this.#tools.clock.at(endOfForce(good, this.#config.feedMaxAgeMs), () =>
      this.#replace(afterExpiry(this.memory)),
    );
  }
}
