// `events`: the occurrences of one feed that overlap [from, to), one JSON object per line, as the feed says them;
// problems go to stderr. The bookings in them are left to `plan`.

import { feedHost } from '../calendar/address.ts';
import { joinSlabs } from '../calendar/body.ts';
import { FeedRefused, readFeed } from '../calendar/events.ts';
import { openFetcher } from '../calendar/fetcher.ts';
import { shown } from '../calendar/text.ts';
import { systemClock } from '../clock.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { problemLine } from '../problem.ts';
import { progressOn } from '../terminal/progress.ts';
import { readRange, UsageError } from './instants.ts';
import { calendarAt, sizeOf } from './read-calendars.ts';

export interface EventsOptions {
  calendar: string;
  timezone?: string;
  from: string;
  to: string;
}

export async function events(options: EventsOptions): Promise<number> {
  const clock = systemClock();
  const { timezone } = options;
  if (timezone !== undefined && !isZone(timezone)) {
    throw new UsageError(
      `--timezone: expected an IANA time zone, got ${JSON.stringify(timezone)}; write for example --timezone America/Los_Angeles`,
    );
  }
  const range = readRange(options, { zone: timezone ?? 'UTC', nowMs: clock.now(), days: 14 });
  const { calendarLimits: limits } = loadConfig('{}', { file: 'defaults' }).config as Config;
  const feed = calendarAt(options.calendar);
  const progress = progressOn(process.stderr, clock);
  const fetcher = openFetcher(clock);
  progress.say(`waiting for ${shown(feedHost(feed.url))}`);
  const fetched = await fetcher.fetch(feed, limits).finally(() => progress.end());
  await fetcher.close();
  if (fetched.kind !== 'body')
    return refuse(fetched.kind === 'error' ? fetched.message : 'the calendar is unchanged');
  try {
    const { slabs, contentType } = fetched.body;
    progress.say(`reading ${sizeOf(slabs)}`);
    const reading = readFeed(joinSlabs(slabs), {
      feed: feed.name,
      ...(timezone !== undefined && { zone: timezone }),
      ...(contentType !== undefined && { contentType }),
      ...range,
      limits,
    });
    progress.end();
    process.stdout.write(reading.occurrences.map((occurrence) => `${line(occurrence)}\n`).join(''));
    for (const problem of reading.problems) process.stderr.write(`${problemLine(problem)}\n`);
    return 0;
  } catch (error) {
    if (error instanceof FeedRefused) return refuse(error.message);
    throw error;
  }
}

function line({
  uid,
  startMs,
  endMs,
  summary,
  description,
}: ReturnType<typeof readFeed>['occurrences'][number]): string {
  const iso = (ms: number) => new Date(ms).toISOString();
  return JSON.stringify({ uid, start: iso(startMs), end: iso(endMs), summary, description });
}

function refuse(message: string): number {
  process.stderr.write(`error: ${message}\n`);
  return 1;
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
