// Reads every calendar of the values once, for a command: the same fetch, worker and merge as the service's.
import { feedHost } from '../calendar/address.ts';
import { expandWith, windowSettings } from '../calendar/expand.ts';
import { openFetcher } from '../calendar/fetcher.ts';
import { type FeedWindows, makeSchedule, type Schedule } from '../calendar/schedule.ts';
import { shown } from '../calendar/text.ts';
import type { Clock } from '../clock.ts';
import type { Config, FeedConfig } from '../config/schema.ts';
import type { Problem } from '../problem.ts';
import type { Progress } from '../terminal/progress.ts';
import type { Range } from './instants.ts';

export interface ReadCalendars {
  schedule: Schedule;
  /** Of feeds that could not be read, of events and of lines. */
  problems: Problem[];
}

/** The config with `address` in place of its calendars. */
export function withCalendar(config: Config, address: string | undefined): Config {
  if (address === undefined) return config;
  return { ...config, feeds: [calendarAt(address)] };
}

/** The feed of an address from the command line. */
export function calendarAt(address: string): FeedConfig {
  return { name: 'calendar', url: address, unknownPools: 'problem' };
}

/** Without those whose Secret is not at hand: the values already have a problem that says so. */
export function readable(feeds: FeedConfig[]): FeedConfig[] {
  return feeds.filter(({ missingSecret }) => missingSecret === undefined);
}

export async function readCalendars(
  config: Config,
  { fromMs, toMs }: Range,
  { clock, progress }: { clock: Clock; progress: Progress },
): Promise<ReadCalendars> {
  const fetcher = openFetcher(clock);
  const expand = expandWith(clock);
  const problems: Problem[] = [];
  const windows: FeedWindows[] = [];
  try {
    const feeds = readable(config.feeds);
    for (const [index, feed] of feeds.entries()) {
      const of = feeds.length === 1 ? '' : ` (${index + 1} of ${feeds.length})`;
      progress.say(`waiting for ${shown(feedHost(feed.url))}, calendar '${feed.name}'${of}`);
      const fetched = await fetcher.fetch(feed, config.calendarLimits);
      if (fetched.kind === 'unchanged') continue;
      if (fetched.kind === 'error') {
        problems.push(unread(feed, fetched));
        continue;
      }
      const { slabs, contentType } = fetched.body;
      progress.say(`reading ${sizeOf(slabs)} of calendar '${feed.name}'${of}`);
      const settings = windowSettings(config, feed);
      // Lead and hold time reach into the range from events outside it.
      const around = Math.max(0, ...config.pools.flatMap((pool) => [pool.leadTimeMs, pool.holdTimeMs]));
      const made = await expand({
        slabs,
        contentType,
        fromMs: fromMs - around,
        toMs: toMs + around,
        nowMs: clock.now(),
        settings,
      });
      if (made.kind === 'refused') problems.push(unread(feed, made));
      else {
        windows.push(made.windows);
        problems.push(...made.problems);
      }
    }
  } finally {
    progress.end();
    await fetcher.close();
  }
  return { schedule: makeSchedule(windows, { overlap: config.overlap }), problems };
}

/** `4.2 MB`, `12 kB` */
export function sizeOf(slabs: Uint8Array[]): string {
  const bytes = slabs.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return bytes < 1e5 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function unread(
  feed: FeedConfig,
  { code, message, example }: { code: string; message: string; example?: string },
): Problem {
  return {
    code,
    source: 'feed',
    severity: 'error',
    feed: feed.name,
    where: `calendar '${feed.name}' (${feedHost(feed.url)})`,
    message,
    ...(example !== undefined && { example }),
  };
}
