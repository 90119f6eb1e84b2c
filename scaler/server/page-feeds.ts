// The feeds on the page: how old what we know is, how many events and bookings it has, and why it could not be read.
// Of an address only the host is ever known here.
import type { FeedReport, FeedState } from '../calendar/feeds.ts';
import { shown } from '../calendar/text.ts';
import { type Html, html } from './page-markup.ts';
import type { PageTimes } from './page-times.ts';

const STATE: Record<FeedState, { word: string; look: string; meaning: string }> = {
  unread: { word: 'not read yet', look: 'warn', meaning: 'Its pools are left as they are until it is.' },
  good: { word: 'read', look: 'good', meaning: '' },
  stale: { word: 'old copy', look: 'warn', meaning: 'The last good copy is in force.' },
  failed: { word: 'cannot be read', look: 'bad', meaning: 'Nothing is known of it, so nothing is lowered.' },
  expired: {
    word: 'too old',
    look: 'bad',
    meaning: 'Its last good copy is over: pools are at their baseline.',
  },
};

export function feedsSection(feeds: FeedReport[], times: PageTimes): Html {
  return html`<section aria-labelledby="feeds-title"><h2 id="feeds-title">Calendars</h2>
${feeds.length === 0 && html`<p>No calendar is set: every pool keeps its baseline. Set <code>calendarUrl</code> in the values.</p>`}
<ul class="feeds">${feeds.map((feed) => feedItem(feed, times))}</ul></section>`;
}

function feedItem(feed: FeedReport, times: PageTimes): Html {
  const { name, host, state, lastTryMs, lastSuccessMs, lastError, events, bookings, problems } = feed;
  const { word, look, meaning } = STATE[state];
  const read = lastSuccessMs === undefined ? 'never read' : `last read ${times.ago(lastSuccessMs)}`;
  const tried =
    lastTryMs !== undefined && lastTryMs !== lastSuccessMs && `, last tried ${times.ago(lastTryMs)}`;
  return html`<li><h3>${name} <span class="badge ${look}">${word}</span></h3>
<p class="quiet">${host}: ${read}${lastSuccessMs !== undefined && ` (${times.at(lastSuccessMs)})`}${tried}; ${many(events, 'event')}, ${many(bookings, 'booking')}${problems.length > 0 && `, ${many(problems.length, 'problem')}`}</p>
${lastError !== undefined && html`<p class="notice ${look}">${shown(lastError, 400)}. ${meaning}</p>`}</li>`;
}

export function isWell({ state }: FeedReport): boolean {
  return state === 'good';
}

function many(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
