// The bytes of a feed become occurrences: what happens in a window, with its text as it stands in the feed. The reader
// is ours from the bytes up, because one odd event must never cost the others (RFC 5545; what calendars in the field
// really hold is why each rule is here). The way: text by bytes -> skeleton -> groups of one UID that can touch the
// window -> fields -> instances -> occurrences. Cancelled ones are left out; everything odd becomes a problem.

import type { CalendarLimits } from '../config/schema.ts';
import type { Problem } from '../problem.ts';
import { bodyText } from './body-text.ts';
import { type RawCalendar, type RawEvent, readSkeleton } from './components.ts';
import { quoted } from './date-values.ts';
import { type CalendarEvent, type EventReader, EventRefused, plainText, readEvent } from './event-fields.ts';
import { eventProblem, eventWhere } from './event-problem.ts';
import { FeedRefused } from './feed-refused.ts';
import { feedZones } from './feed-zones.ts';
import type { RuleTooLarge } from './recurrence-rule.ts';
import { seriesOccurrences } from './series.ts';
import { notACalendar } from './sniff.ts';
import { groupsByUid } from './uid-groups.ts';
import { mayTouch } from './window-reach.ts';

export { FeedRefused };

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

/** Reads a feed. Throws `FeedRefused`; anything wrong with one event is a problem in the result. */
export function readFeed(body: Uint8Array, options: ReadFeedOptions): FeedReading {
  const { limits, feed } = options;
  if (body.length > limits.bodyBytes) {
    throw new FeedRefused('feed-too-large', `expected up to ${limits.bodyBytes} bytes, got ${body.length}`);
  }
  const other = notACalendar(body, { bytes: body.length });
  if (other) throw new FeedRefused(other.code, other.message);

  const problems: Problem[] = [];
  const warn = (code: string, message: string, example?: string) => {
    problems.push({
      code,
      source: 'feed',
      severity: 'warning',
      where: `feed '${feed}'`,
      message,
      ...(example && { example }),
      feed,
    });
  };
  const { bytes, warning } = bodyText(body, options.contentType);
  if (warning) warn('feed-encoding', warning);
  const skeleton = readSkeleton(bytes, limits);
  if (skeleton.longLines > 0) {
    const lines = skeleton.longLines === 1 ? '1 longer line' : `${skeleton.longLines} longer lines`;
    warn(
      'long-line',
      `expected lines of up to ${limits.lineBytes} bytes, passed over ${lines} that nobody reads`,
    );
  }
  const zones = feedZones({ bytes, skeleton, window: options, limits, warn }, options.zone);
  const { floating } = zones;
  const usersOfUnknown = new Map<string, Set<RawEvent>>();
  const reader: EventReader = {
    bytes,
    limits,
    floating,
    zone: (tzid, calendar) => zones.find(tzid, calendar) ?? zones.instead(tzid),
  };
  const readerFor = (raw: RawEvent): EventReader => ({
    ...reader,
    zone(tzid, calendar) {
      const zone = zones.find(tzid, calendar);
      if (!zone) usersOfUnknown.set(tzid, (usersOfUnknown.get(tzid) ?? new Set()).add(raw));
      return zone ?? zones.instead(tzid);
    },
  });

  const occurrences: Occurrence[] = [];
  const dropped = cancelledCalendars(skeleton.calendars, reader);
  for (const group of groupsByUid(skeleton.events, reader)) {
    if (!group.some((event) => mayTouch(event, options, bytes, limits))) continue;
    const live = group.filter((event) => !dropped.has(event.calendar));
    for (const occurrence of groupOccurrences(live, readerFor, options, problems)) {
      if (occurrences.length >= limits.occurrences) {
        throw new FeedRefused(
          'feed-too-many-occurrences',
          `expected up to ${limits.occurrences} occurrences in the time looked at, got more`,
        );
      }
      occurrences.push(occurrence);
    }
  }
  for (const [tzid, events] of usersOfUnknown) {
    const [first] = [...events].map((raw) => eventWhere(raw, reader));
    const more = events.size > 1 ? ` and ${events.size - 1} more` : '';
    const { name } = zones.instead(tzid);
    const read = name === floating.name ? name : `${name}, in summer as in winter`;
    warn(
      'unknown-time-zone',
      `expected a known TZID, got ${quoted(tzid)} in ${first}${more}; its times are read in ${read}`,
      `TZID=${floating.name}`,
    );
  }
  occurrences.sort((a, b) => a.startMs - b.startMs || compare(a.uid, b.uid) || a.endMs - b.endMs);
  return { occurrences, problems, events: skeleton.events.length, zone: floating.name };
}

/** The occurrences of one UID. An event that cannot be read becomes a problem; the others of its UID stay. */
function groupOccurrences(
  group: RawEvent[],
  readerFor: (raw: RawEvent) => EventReader,
  options: ReadFeedOptions,
  problems: Problem[],
): Occurrence[] {
  const raws = new Map<CalendarEvent, RawEvent>();
  const complain = (
    raw: RawEvent | undefined,
    severity: Problem['severity'],
    code: string,
    message: string,
  ) => {
    if (raw)
      problems.push(eventProblem(raw, readerFor(raw), { feed: options.feed, severity, code, message }));
  };
  const refused = new Set<RawEvent | undefined>();
  const attempt = <T>(raw: RawEvent | undefined, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      refused.add(raw);
      // Whatever it is, one event is no reason to lose the others.
      const code = error instanceof EventRefused ? error.code : 'event-unreadable';
      complain(raw, 'error', code, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  for (const raw of group) {
    const event = attempt(raw, () => readEvent(raw, readerFor(raw)));
    if (event) raws.set(event, raw);
  }
  const tooLarge = (event: CalendarEvent, error: RuleTooLarge) =>
    complain(raws.get(event), 'error', error.code, error.message);
  const found = attempt(group[0], () =>
    seriesOccurrences([...raws.keys()], options, options.limits, tooLarge),
  );
  for (const [event, raw] of raws) {
    for (const { code, message } of event.remarks) complain(raw, 'warning', code, message);
  }
  return (found ?? []).flatMap(({ event, startMs, endMs }) => {
    const raw = raws.get(event);
    const text = refused.has(raw) ? undefined : attempt(raw, event.text);
    return text ? { uid: event.uid, startMs, endMs, ...text } : [];
  });
}

/** Calendars with METHOD:CANCEL: everything in them is called off. */
function cancelledCalendars(calendars: RawCalendar[], reader: EventReader): Set<RawCalendar> {
  return new Set(
    calendars.filter((calendar) => /^\s*cancel\s*$/i.test(plainText(calendar, 'METHOD', reader))),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
