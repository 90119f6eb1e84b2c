// Last good copies of calendars that no feed has at the moment. A calendar is known by its address and not by its name:
// one that is renamed, moved within the values, or taken away and brought back while its server is down finds what it
// said last. Copies that are too old to come into force are forgotten.
import type { FeedConfig } from '../config/schema.ts';
import { addressHash, endOfForce, fromSaved, type GoodCopy } from './feed-memory.ts';
import type { SavedFeed } from './saved-feed.ts';
import type { FeedWindows } from './schedule.ts';

/** Of more than these the oldest go: they share the room of the saved state with the feeds in use. */
const MOST_COPIES = 8;

export class RememberedCopies {
  #copies: GoodCopy[] = [];

  /** What a restart or the leader before remembered; what has the wrong shape is left out. */
  add(saved: Record<string, SavedFeed>): void {
    this.#copies.push(...Object.values(saved).flatMap((one) => fromSaved(one, one?.addressHash) ?? []));
  }

  keep(copy: GoodCopy): void {
    this.#copies = [...this.#copies.filter((one) => one.addressHash !== copy.addressHash), copy];
  }

  /** The latest copy of this feed's address, here or among those of other feeds, as a copy of this feed. */
  copyFor(feed: FeedConfig, inUse: GoodCopy[]): GoodCopy | undefined {
    const address = addressHash(feed);
    const copy = latestFirst([...inUse, ...this.#copies]).find((one) => one.addressHash === address);
    return copy && asSaidBy(feed, copy);
  }

  /** Copies that may come into force again, of addresses that no feed in use has; all others are forgotten. */
  unused(addressesInUse: Set<string>, feedMaxAgeMs: number, nowMs: number): GoodCopy[] {
    const seen = new Set(addressesInUse);
    this.#copies = latestFirst(this.#copies).filter((copy) => {
      const isOver = endOfForce(copy, feedMaxAgeMs) <= nowMs;
      return !isOver && seen.size < seen.add(copy.addressHash).size;
    });
    this.#copies.length = Math.min(this.#copies.length, MOST_COPIES);
    return this.#copies;
  }
}

function latestFirst(copies: GoodCopy[]): GoodCopy[] {
  return copies.toSorted((a, b) => b.lastSuccessMs - a.lastSuccessMs);
}

/** Under the feed's own name, and without pools that it may not book. */
function asSaidBy({ name, pools }: FeedConfig, copy: GoodCopy): GoodCopy {
  const windows: FeedWindows = Object.create(null);
  for (const [pool, segments] of Object.entries(copy.windows)) {
    if (pools !== undefined && !pools.includes(pool)) continue;
    windows[pool] = segments.map((one) => ({ ...one, by: one.by.map((by) => ({ ...by, feed: name })) }));
  }
  return { ...copy, windows, problems: copy.problems.map((problem) => ({ ...problem, feed: name })) };
}
