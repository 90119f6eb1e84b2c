// The user's own calendar as the story: its next event that books something is read with the scaler's own code, and
// played with its own title and text as if it were about to begin. Only the times are changed.
import { Agent } from 'undici';
import { bookingReader } from '../../../scaler/calendar/bookings.ts';
import { readEntries } from '../../../scaler/calendar/entries.ts';
import { type Occurrence, readFeed } from '../../../scaler/calendar/events.ts';
import { fetchFeed } from '../../../scaler/calendar/feed.ts';
import { textReader } from '../../../scaler/calendar/text.ts';
import type { Clock } from '../../../scaler/clock.ts';
import { loadConfig } from '../../../scaler/config/load.ts';
import { roomAtStart, SEATS_PER_NODE, type Story, titleOf } from './story.ts';

const DAY_MS = 86_400_000;
const AHEAD_DAYS = 60;
const ALREADY = 40;
/** More would crowd the picture and tell nothing new. */
const MOST_STUDENTS = 600;
/** A pool's name, as it must be to name a Deployment. */
const POOL_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** Every `name: number` in the text counts as a pool here: nobody told the demo which pools there are. */
function namesIn({ summary, description }: Occurrence, toLines: (typed: string) => string): string[] {
  const names = [toLines(description), toLines(summary)]
    .flatMap((text) => readEntries(text))
    .filter(({ sign, value }) => sign === 'colon' && /^\d+$/.test(value))
    .map(({ name }) => name.toLowerCase());
  return [...new Set(names)].filter((name) => POOL_NAME.test(name) && name.length <= 50);
}

/** The story of the first event, by its start, that books one node or more. */
export function storyOf(
  occurrences: Occurrence[],
  { like, zone }: { like: Story; zone: string },
): Story | undefined {
  const toLines = textReader();
  for (const occurrence of occurrences) {
    const { summary: title, description } = occurrence;
    const pools = namesIn(occurrence, toLines).map((name) => ({ name, baseline: 0 }));
    if (pools.length === 0) continue;
    const { bookings } = bookingReader({ pools, unknownPools: 'ignore', descriptionBytes: 32_768 })({
      title,
      description,
    });
    const booking = bookings.sort((a, b) => b.count - a.count)[0];
    if (booking === undefined || booking.count === 0) continue;
    const when = new Date(occurrence.startMs).toLocaleString('en-GB', {
      timeZone: zone,
      dateStyle: 'full',
      timeStyle: 'short',
    });
    const others = bookings.length > 1 ? ` (its other pools are left out: ${bookings.length - 1})` : '';
    return {
      ...like,
      title,
      description,
      pool: booking.pool,
      count: booking.count,
      // The node at the start is nearly full, so that it counts as no spare; the class fills what the booking adds.
      already: ALREADY,
      students: Math.min(
        roomAtStart({ already: ALREADY }) + booking.count * SEATS_PER_NODE - 15,
        MOST_STUDENTS,
      ),
      source:
        `Your calendar's next booking is "${titleOf({ title })}", ${when} (${zone}): ${booking.pool}: ${booking.count}${others}.\n` +
        'It is played as if it were about to begin: its title and text are yours, its times are not.',
    };
  }
  return undefined;
}

/** Reads the calendar once. Throws with a sentence for the user; of an address only its host is in it. */
export async function storyFromCalendar(
  calendar: string,
  { clock, like }: { clock: Clock; like: Story },
): Promise<Story> {
  const { config, problems } = loadConfig(JSON.stringify({ calendarUrl: calendar, nodePools: {} }), {
    file: '--calendar',
  });
  const feed = config?.feeds[0];
  if (config === undefined || feed === undefined) {
    throw new Error(problems[0]?.message ?? 'expected the address or the path of a calendar, got neither');
  }
  const dispatcher = new Agent();
  const limits = config.calendarLimits;
  const { bodyBytes, deadlineMs } = limits;
  const fetched = await fetchFeed(feed, { dispatcher, clock, bodyBytes, deadlineMs });
  await dispatcher.close();
  if (fetched.kind !== 'body')
    throw new Error(fetched.kind === 'error' ? fetched.message : 'the calendar sent nothing');
  const fromMs = clock.now();
  const { occurrences, zone } = readFeed(Buffer.concat(fetched.body.slabs), {
    feed: 'own',
    contentType: fetched.body.contentType,
    fromMs,
    toMs: fromMs + AHEAD_DAYS * DAY_MS,
    limits,
  });
  const story = storyOf(occurrences, { like, zone });
  if (story !== undefined) return story;
  throw new Error(
    `no event of the next ${AHEAD_DAYS} days books anything (${occurrences.length} events were read); ` +
      'an event books three nodes with the line  data8: 3  in its description',
  );
}
