// What a restart remembers of a feed, cut to a size: the state of all feeds shares one ConfigMap. What is booked
// soonest is kept first; where something had to go, the remembered horizon ends there, so that nothing is taken for
// empty that was only forgotten.
import type { Problem } from '../problem.ts';
import type { GoodCopy } from './feed-memory.ts';
import type { FeedWindows, Segment } from './schedule.ts';

/** All feeds together; the ConfigMap may hold 1 MiB and has other things in it. */
export const SAVED_BYTES = 512 * 1024;
const MOST_PROBLEMS = 20;

/** What a restart remembers of a feed; plain JSON. */
export interface SavedFeed {
  etag?: string;
  lastModified?: string;
  bodyHash?: string;
  lastSuccessMs: number;
  horizonEndMs: number;
  events: number;
  bookings: number;
  windows: FeedWindows;
  problems: Problem[];
  /** Hash of the settings that the windows were made with (zone, pools, lead, hold, overlap, limits). */
  settingsHash: string;
  /** Hash of the address: what another calendar said is forgotten. */
  addressHash: string;
}

export function savedFeed(good: GoodCopy, bytes: number): SavedFeed {
  const problems = good.problems.slice(0, MOST_PROBLEMS);
  const room = bytes - sizeOf(problems) - 2048;
  const { windows, endMs } = nearestWindows(good.windows, room);
  return {
    ...(good.etag === undefined ? {} : { etag: good.etag }),
    ...(good.lastModified === undefined ? {} : { lastModified: good.lastModified }),
    bodyHash: good.bodyHash,
    lastSuccessMs: good.lastSuccessMs,
    horizonEndMs: Math.min(good.horizonEndMs, endMs),
    events: good.events,
    bookings: good.bookings,
    windows,
    problems,
    settingsHash: good.settingsHash,
    addressHash: good.addressHash,
  };
}

/** The windows that begin first, of all pools together, as many as fit; `endMs` is where the first left out begins. */
function nearestWindows(windows: FeedWindows, bytes: number): { windows: FeedWindows; endMs: number } {
  const all = Object.entries(windows).flatMap(([pool, segments]) =>
    segments.map((segment) => ({ pool, segment })),
  );
  all.sort((a, b) => a.segment.startMs - b.segment.startMs);
  const kept: Record<string, Segment[]> = Object.create(null);
  let room = bytes;
  let endMs = Infinity;
  for (const { pool, segment } of all) {
    const segments = kept[pool];
    room -= sizeOf(segment) + 1 + (segments === undefined ? sizeOf(pool) + 4 : 0);
    if (room < 0) {
      endMs = segment.startMs;
      break;
    }
    if (segments === undefined) kept[pool] = [segment];
    else segments.push(segment);
  }
  return { windows: kept, endMs };
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
