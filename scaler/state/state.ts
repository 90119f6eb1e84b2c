import type { SavedFeed } from '../calendar/saved-feed.ts';

/** What survives a restart; never required. Plain JSON, well under 1 MiB. */
export interface SavedState {
  version: 1;
  savedAtMs: number;
  feeds: Record<string, SavedFeed>;
  lastBusyMs: Record<string, number>;
  /** Last good measured size per pool with `resources: auto`, by plan/kept-sizes.ts. */
  sizes: Record<string, Record<string, string>>;
  /** Replicas of a Deployment that is being taken over, until it is ours. */
  takeOvers: Record<string, number>;
}

/** So much older may the copy of a feed seem after a crash than it is; little beside `feedMaxAge`, which is days. */
const OLDER_AT_MOST_MS = 3_600_000;

/**
 * Whether `now` says something that `saved` does not, beyond times that go on by themselves: a feed was read again and
 * found the same, a busy node is busy still. Those alone are worth a write once an hour, not every five minutes.
 */
export function isNews(now: SavedState, saved: SavedState | undefined): boolean {
  if (saved === undefined || withoutTimes(now) !== withoutTimes(saved)) return true;
  return Object.entries(now.feeds).some(
    ([name, { lastSuccessMs }]) =>
      lastSuccessMs - (saved.feeds[name]?.lastSuccessMs ?? 0) >= OLDER_AT_MOST_MS,
  );
}

function withoutTimes({ savedAtMs, feeds, lastBusyMs, ...rest }: SavedState): string {
  return JSON.stringify({
    ...rest,
    feeds: Object.entries(feeds).map(([name, { lastSuccessMs: _, etag: __, lastModified: ___, ...feed }]) => [
      name,
      feed,
    ]),
    // Of busy nodes who they are, of the others also since when they are not.
    busy: Object.entries(lastBusyMs).map(([node, atMs]) => (atMs === savedAtMs ? node : [node, atMs])),
  });
}
