// Can a calendar that was read without error be believed? A broken export, a lost permission or a "free/busy only"
// link look like a calendar whose bookings are gone. Pure; who holds the old windows and for how long is feed-keeper's.
//
//   had coming     has coming                      answer
//   1 or more      none                            doubt: books nothing any more
//   4 or more      more than half of them gone     doubt: most are gone
//   otherwise                                      believed
//
// A booking that moved (same title) or was renamed (same times) is not gone. Coming means not over yet.
import type { BookedBy, FeedWindows } from './schedule.ts';

/** A doubtful calendar is believed once it has said the same for this long. */
export const HOLD_MS = 600_000;

/** Below this, losing most of them is what deleting an event or two looks like. */
const FEWEST = 4;

export interface Doubt {
  code: 'feed-suddenly-empty' | 'feed-suddenly-thin';
  message: string;
  example: string;
}

/** Why `next` is doubtful after `before`; undefined: it is not. Windows name at most three bookings at an instant; more of them there are not counted. */
export function implausible(before: FeedWindows, next: FeedWindows, nowMs: number): Doubt | undefined {
  const had = coming(before, nowMs);
  const has = coming(next, nowMs);
  if (had.length === 0) return undefined;
  const example = `if this is right, wait: after ${HOLD_MS / 60_000} minutes it is believed`;
  const stay = 'the earlier bookings stay in force for now';
  if (has.length === 0) {
    const message = `expected the ${told(had.length)} still to come, got a calendar that books nothing any more; ${stay}`;
    return { code: 'feed-suddenly-empty', message, example };
  }
  const gone = countGone(had, has);
  if (had.length < FEWEST || gone * 2 <= had.length) return undefined;
  const message = `expected the ${told(had.length)} still to come, got a calendar without ${gone} of them; ${stay}`;
  return { code: 'feed-suddenly-thin', message, example };
}

interface Coming extends BookedBy {
  pool: string;
}

function coming(windows: FeedWindows, nowMs: number): Coming[] {
  const found = new Map<string, Coming>();
  for (const [pool, segments] of Object.entries(windows)) {
    for (const by of segments.flatMap((segment) => segment.by)) {
      if (by.endMs > nowMs)
        found.set(JSON.stringify([pool, by.title, by.count, by.startMs, by.endMs]), { ...by, pool });
    }
  }
  return [...found.values()];
}

function countGone(had: Coming[], has: Coming[]): number {
  // What lies behind everything that was known then is new; it cannot stand for something lost.
  const knownUntilMs = had.reduce((latest, { endMs }) => Math.max(latest, endMs), 0);
  const candidates = has.filter(({ startMs }) => startMs < knownUntilMs);
  const times = ({ pool, startMs, endMs }: Coming) => JSON.stringify([pool, startMs, endMs]);
  const name = ({ pool, title }: Coming) => JSON.stringify([pool, title]);
  const [missing, unused] = unmatched(had, candidates, times);
  return unmatched(missing, unused, name)[0].length;
}

/** Pairs off what has the same key, one to one; what is left over on both sides. */
function unmatched(ones: Coming[], others: Coming[], key: (booking: Coming) => string): [Coming[], Coming[]] {
  const open = Map.groupBy(others, key);
  const left = ones.filter((one) => open.get(key(one))?.pop() === undefined);
  return [left, [...open.values()].flat()];
}

function told(count: number): string {
  return count === 1 ? '1 booking' : `${count} bookings`;
}
