// The saved state as text and back. What comes back may be from another version, cut off, or edited by a person: each
// part that has the right shape is taken, the rest is dropped and named in one problem. Nothing here is ever required.
import { z } from 'zod';
import type { SavedFeed } from '../calendar/saved-feed.ts';
import type { Problem } from '../problem.ts';
import type { SavedState } from './state.ts';

/** A ConfigMap may hold 1 MiB; the rest is room for its metadata. */
export const LARGEST_STATE = 900 * 1024;

const instant = z.number().finite();
const count = z.number().int().min(0);
const segment = z.looseObject({
  startMs: instant,
  endMs: instant,
  by: z.array(z.looseObject({ title: z.string() })),
});
const feed = z.looseObject({
  lastSuccessMs: instant,
  horizonEndMs: instant,
  events: count,
  bookings: count,
  windows: z.record(z.string(), z.array(segment)),
  problems: z.array(z.looseObject({ code: z.string(), message: z.string() })),
  settingsHash: z.string(),
});
const PARTS = {
  feeds: feed,
  lastBusyMs: instant,
  sizes: z.record(z.string(), z.string()),
  takeOvers: count,
};

export interface ReadState {
  state?: SavedState;
  problem?: Problem;
}

/** `where` is how the problem names the place: `ConfigMap hub/scaler-state`. */
export function readStateText(text: string, where: string): ReadState {
  let saved: unknown;
  try {
    saved = JSON.parse(text);
  } catch {
    return {
      problem: unreadable(where, 'JSON', `${text.length} characters that are none (cut off, or edited?)`),
    };
  }
  const { version, savedAtMs, ...parts } = (saved ?? {}) as Record<string, unknown>;
  if (version !== 1 || typeof savedAtMs !== 'number') {
    return {
      problem: unreadable(where, 'a state of version 1', `version ${JSON.stringify(version) ?? 'none'}`),
    };
  }
  const dropped: string[] = [];
  const take = (part: keyof typeof PARTS) => takeEntries(part, parts[part], dropped);
  const state = {
    ...parts,
    version: 1,
    savedAtMs,
    feeds: take('feeds') as Record<string, SavedFeed>,
    lastBusyMs: take('lastBusyMs') as Record<string, number>,
    sizes: take('sizes') as Record<string, Record<string, string>>,
    takeOvers: take('takeOvers') as Record<string, number>,
  } satisfies SavedState;
  if (dropped.length === 0) return { state };
  return {
    state,
    problem: unreadable(where, 'every part in its right shape', `unusable ${dropped.slice(0, 5).join(', ')}`),
  };
}

function takeEntries(part: keyof typeof PARTS, value: unknown, dropped: string[]): Record<string, unknown> {
  if (value === undefined) return {};
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    dropped.push(part);
    return {};
  }
  const good: [string, unknown][] = [];
  for (const [key, entry] of Object.entries(value)) {
    if (PARTS[part].safeParse(entry).success) good.push([key, entry]);
    else dropped.push(`${part}.${key}`);
  }
  return Object.fromEntries(good);
}

/**
 * The text to write: never more than `largest` bytes. The feeds cut their own part (calendar/saved-feed.ts), so this is
 * a net under many feeds and very many nodes. What matters least goes first: problems (the feed is read again anyway), the
 * nodes' past, then the windows furthest ahead; a feed that lost windows forgets its validators, so that it is read
 * again and not taken for unchanged. Take-overs and sizes always stay.
 */
export function stateText(state: SavedState, largest: number = LARGEST_STATE): string {
  const text = JSON.stringify(state);
  if (Buffer.byteLength(text) <= largest) return text;
  const calm = mapValues(state.feeds, (one) => ({ ...one, problems: [] }));
  const smaller = [
    { ...state, feeds: calm },
    { ...state, feeds: calm, lastBusyMs: {} },
  ];
  for (const attempt of smaller.map((one) => JSON.stringify(one))) {
    if (Buffer.byteLength(attempt) <= largest) return attempt;
  }
  const starts = Object.values(calm)
    .flatMap(({ windows }) => Object.values(windows).flat())
    .map(({ startMs }) => startMs)
    .sort((a, b) => a - b);
  // The latest horizon that fits, by halving.
  let [fits, tooMuch] = [0, starts.length];
  const cutAt = (kept: number) => {
    const endMs = starts[kept] ?? Number.POSITIVE_INFINITY;
    return JSON.stringify({
      ...state,
      lastBusyMs: {},
      feeds: mapValues(calm, (one) => endingAt(one, endMs)),
    });
  };
  while (tooMuch - fits > 1) {
    const middle = (fits + tooMuch) >> 1;
    if (Buffer.byteLength(cutAt(middle)) <= largest) fits = middle;
    else tooMuch = middle;
  }
  return cutAt(fits);
}

function endingAt(feed: SavedFeed, endMs: number): SavedFeed {
  const { etag: _etag, lastModified: _lastModified, bodyHash: _bodyHash, ...rest } = feed;
  const windows = mapValues(feed.windows, (segments) => segments.filter(({ startMs }) => startMs < endMs));
  return { ...rest, horizonEndMs: Math.min(feed.horizonEndMs, endMs), windows } as SavedFeed;
}

function mapValues<T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function unreadable(where: string, expected: string, got: string): Problem {
  return {
    code: 'state-unreadable',
    source: 'cluster',
    severity: 'warning',
    where,
    message: `expected ${expected}, got ${got}; the scaler goes on without it and writes a new one`,
    example: `kubectl delete ${where.replace('ConfigMap ', 'configmap -n ').replace('/', ' ')}`,
  };
}
