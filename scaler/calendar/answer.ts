// The answer calendar: what was understood, as a feed (RFC 5545) that anyone can subscribe to. The same events give the
// same text, whatever the time; only DTSTAMP is handed in, and stays with the caller until something changes.
import { type AnswerEvent, type AnswerInput, answerEvents } from './answer-events.ts';
import { icsText, textValue, utcStamp } from './ics-text.ts';

export interface AnswerOptions extends AnswerInput {
  /** When the answer became what it is (epoch ms). */
  stampMs: number;
}

export function answerCalendar(options: AnswerOptions): string {
  const { zone, pool, stampMs } = options;
  const events = answerEvents(options);
  return icsText([
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//node-placeholder-scaler//answer calendar//EN',
    'CALSCALE:GREGORIAN',
    `X-WR-CALNAME:${textValue(pool === undefined ? 'Warm nodes' : `Warm nodes: ${pool}`)}`,
    `X-WR-TIMEZONE:${textValue(zone)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT15M',
    'X-PUBLISHED-TTL:PT15M',
    ...(events.length === 0 ? NO_EVENTS : events.flatMap((event) => eventLines(event, stampMs))),
    'END:VCALENDAR',
  ]);
}

/** A calendar has at least one component (RFC 5545, 3.6); one about nothing has a zone. */
const NO_EVENTS = [
  'BEGIN:VTIMEZONE',
  'TZID:UTC',
  'BEGIN:STANDARD',
  'DTSTART:19700101T000000',
  'TZOFFSETFROM:+0000',
  'TZOFFSETTO:+0000',
  'END:STANDARD',
  'END:VTIMEZONE',
];

function eventLines({ uid, startMs, endMs, title, description, kind }: AnswerEvent, stampMs: number) {
  return [
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `DTSTAMP:${utcStamp(stampMs)}`,
    `DTSTART:${utcStamp(startMs)}`,
    // Must be later than the start; an event that takes no time has none (3.6.1).
    ...(endMs > startMs ? [`DTEND:${utcStamp(endMs)}`] : []),
    `SUMMARY:${textValue(title)}`,
    `DESCRIPTION:${textValue(description)}`,
    `CATEGORIES:${kind}`,
    // Nobody is busy because nodes are.
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ];
}
