import type { SavedFeed } from '../calendar/feeds.ts';

/** What survives a restart; never required. Plain JSON, well under 1 MiB. */
export interface SavedState {
  version: 1;
  savedAtMs: number;
  feeds: Record<string, SavedFeed>;
  lastBusyMs: Record<string, number>;
  /** Last good measured size per pool with `resources: auto`. */
  sizes: Record<string, Record<string, string>>;
  /** Replicas of a Deployment that is being taken over, until it is ours. */
  takeOvers: Record<string, number>;
}
