// The metrics of a feed, filled in from a pass's report: how it is read, and what is in it.
import type { Counter, Gauge } from 'prom-client';
import { FEED_RESULTS, FEED_STATES } from '../calendar/feeds.ts';
import { nextLostBooking } from '../calendar/lost-bookings.ts';
import type { PassReport } from '../pass.ts';
import { type Define, forget, seconds } from './metric-series.ts';

export function feedMetrics(gauge: Define<Gauge>, counter: Define<Counter>) {
  const perFeed = {
    lastSuccess: gauge('feed_last_success_timestamp_seconds', 'When the feed was last read', ['feed']),
    lastTry: gauge('feed_last_try_timestamp_seconds', 'When reading the feed was last tried', ['feed']),
    events: gauge('feed_events', 'Events in the feed as last read', ['feed']),
    bookings: gauge('feed_bookings', 'Bookings in the feed as last read, to the horizon', ['feed']),
    problems: gauge('feed_problems', 'Problems in the feed as last read', ['feed']),
    lostBooking: gauge(
      'feed_problem_event_timestamp_seconds',
      'Start of the next event, or the running one, with a line that books nothing; 0 when there is none',
      ['feed'],
    ),
    state: gauge('feed_state', '1 for the state the feed is in', ['feed', 'state']),
  };
  const tries = counter('feed_tries_total', 'Tries to read the feed by result', ['feed', 'result']);

  let feeds = new Map<string, Record<string, number>>();

  return {
    observe(report: PassReport): void {
      const now = new Map<string, Record<string, number>>();
      for (const feed of report.feeds) {
        const label = { feed: feed.name };
        const before = feeds.get(feed.name) ?? {};
        perFeed.lastSuccess.set(label, seconds(feed.lastSuccessMs));
        perFeed.lastTry.set(label, seconds(feed.lastTryMs));
        perFeed.lostBooking.set(label, seconds(nextLostBooking(feed.problems, report.startedMs)));
        perFeed.events.set(label, feed.events);
        perFeed.bookings.set(label, feed.bookings);
        perFeed.problems.set(label, feed.problems.length);
        for (const state of FEED_STATES) perFeed.state.set({ ...label, state }, state === feed.state ? 1 : 0);
        for (const result of FEED_RESULTS) {
          tries.inc({ ...label, result }, Math.max(0, (feed.tries[result] ?? 0) - (before[result] ?? 0)));
        }
        now.set(feed.name, { ...feed.tries });
      }
      for (const name of feeds.keys()) {
        if (!now.has(name)) forget({ feed: name }, [...Object.values(perFeed), tries]);
      }
      feeds = now;
    },
  };
}
