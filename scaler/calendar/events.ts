import type { CalendarLimits } from '../config/schema.ts';
import type { Problem } from '../problem.ts';

/** One time an event happens, clipped to nothing: its own start and end, epoch milliseconds. */
export interface Occurrence {
  uid: string;
  startMs: number;
  endMs: number;
  /** Decoded text as in the feed, before HTML handling. */
  summary: string;
  description: string;
}

export interface FeedReading {
  /** All occurrences that overlap [fromMs, toMs), by start, then uid; cancelled ones left out. */
  occurrences: Occurrence[];
  problems: Problem[];
  /** Events (VEVENT components) in the feed. */
  events: number;
  /** The zone that floating and all-day times were read in (IANA name). */
  zone: string;
}

export interface ReadFeedOptions {
  feed: string;
  /** `calendarTimezone`; unset: the feed's own zone, else UTC. */
  zone?: string;
  /** charset comes from here when there is no BOM. */
  contentType?: string;
  fromMs: number;
  toMs: number;
  limits: CalendarLimits;
}

/** The feed is refused whole (not a calendar, truncated, over a limit): the last good one stays in force. */
export class FeedRefused extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'FeedRefused';
    this.code = code;
  }
}

export function readFeed(_body: Uint8Array, _options: ReadFeedOptions): FeedReading {
  throw new Error('to be written');
}
