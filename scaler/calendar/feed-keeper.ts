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
  type GoodCopy,
  HORIZON_LEFT_MS,
  isInForce,
  settingsHash,
} from './feed-memory.ts';
import {
  afterExpiry,
  afterRemake,
  afterTry,
  confirmedTooLate,
  type FeedMemory,
  newMemory,
  type Outcome,
  unforeseen,
} from './feed-outcome.ts';
import { HOLD_MS } from './plausible.ts';
import { nextPollMs } from './poll-timing.ts';
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
    this.memory = newMemory(good);
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
    const before = { hash: this.#hash(), auth: JSON.stringify(this.feed.auth) };
    this.feed = feed;
    this.#config = config;
    if (this.#hash() === before.hash && JSON.stringify(feed.auth) === before.auth) {
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

  inForce(nowMs: number): boolean {
    return isInForce(this.memory, this.#config.feedMaxAgeMs, nowMs);
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
    const atMs = nextPollMs(last, clock.now(), this.#config.pollIntervalMs, random());
    this.#nextPoll = clock.at(atMs, () => void this.poll());
  }

  async #try(): Promise<void> {
    const stopping = this.#stopping.signal;
    const outcome = await this.#ask(stopping);
    if (stopping.aborted) return;
    this.#tried(outcome);
    if (outcome.kind === 'error' && this.#mustRemake(this.memory.good)) await this.#remake();
  }

  #tried(outcome: Outcome): void {
    const nowMs = this.#tools.clock.now();
    this.#replace(afterTry(this.memory, outcome, this.#config.feedMaxAgeMs, nowMs));
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
    if (copy === undefined) return true;
    return (
      copy.settingsHash !== this.#hash() || copy.horizonEndMs - this.#tools.clock.now() < HORIZON_LEFT_MS
    );
  }

  #hash(): string {
    return settingsHash(windowSettings(this.#config, this.feed));
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
