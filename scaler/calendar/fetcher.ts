// The one way out to the calendars, for the service and for commands alike: an agent for all feeds that honours
// HTTPS_PROXY and NO_PROXY (many clusters reach the outside only so), one deadline, and the size limit of the settings.
import { EnvHttpProxyAgent } from 'undici';
import type { Clock } from '../clock.ts';
import type { CalendarLimits, FeedConfig } from '../config/schema.ts';
import { type FetchResult, fetchFeed, type KnownCopy } from './feed.ts';

/** From the first connection to the last byte of a body. */
const FETCH_DEADLINE_MS = 30_000;

export interface FeedFetcher {
  /** Never throws. `known`: the copy at hand, for "unchanged"; absent: the body is wanted in any case. */
  fetch(
    feed: FeedConfig,
    limits: Pick<CalendarLimits, 'bodyBytes'>,
    given?: { known?: KnownCopy | undefined; signal?: AbortSignal },
  ): Promise<FetchResult>;
  close(): Promise<void>;
}

export function openFetcher(clock: Clock): FeedFetcher {
  const dispatcher = new EnvHttpProxyAgent({ connect: { timeout: 10_000 }, pipelining: 1 });
  return {
    fetch: (feed, { bodyBytes }, given = {}) =>
      fetchFeed(feed, { dispatcher, clock, bodyBytes, deadlineMs: FETCH_DEADLINE_MS, ...given }),
    close: () => dispatcher.destroy(),
  };
}
