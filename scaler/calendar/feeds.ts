import type { Config } from '../config/schema.ts';
import type { Problem } from '../problem.ts';
import type { FeedWindows, Schedule } from './schedule.ts';

/**
 * unread: never tried to the end; failed: tried, nothing to go by; good: the last try worked; stale: the last try
 * failed, the last good schedule is in force; expired: the last good one is older than `feedMaxAge` and was dropped.
 */
export type FeedState = 'unread' | 'failed' | 'good' | 'stale' | 'expired';

export interface FeedReport {
  name: string;
  /** Host of the address, or `file`; never the address. */
  host: string;
  state: FeedState;
  lastTryMs?: number;
  lastSuccessMs?: number;
  /** Why the last try failed, one sentence; absent when it worked. */
  lastError?: string;
  /** Counters since start, by result: ok, unchanged, error, refused, held. */
  tries: Record<string, number>;
  events: number;
  bookings: number;
  problems: Problem[];
}

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
  /** Hash of the settings that the windows were made with (zone, pools, lead, hold, overlap, address). */
  settingsHash: string;
}

/** What a pass asks of the calendars. All calls are synchronous and cheap. */
export interface CalendarView {
  schedule(): Schedule;
  /** Of the feeds that may book this pool: all read or remembered (`read`; also with no feeds), or one is not. */
  poolCalendar(pool: string, atMs: number): 'read' | 'unread' | 'failed';
  reports(): FeedReport[];
}

export interface Feeds extends CalendarView {
  /** Begins polling; `onChange` is called when the schedule or a report's state or problems changed. */
  start(onChange: () => void): void;
  /** Reads every feed once (for `--once` and tests). */
  pollOnce(): Promise<void>;
  /** New settings, same memory: windows made with other settings are remade from the kept body. */
  reconfigure(config: Config): void;
  saved(): Record<string, SavedFeed>;
  stop(): Promise<void>;
}
