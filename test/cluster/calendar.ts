// A calendar that a test edits while it is being read: served over HTTP on loopback, with an ETag, times in UTC.
import { createHash } from 'node:crypto';
import { feedServer } from '../support/feed-server.ts';

export interface CalendarEvent {
  title: string;
  /** The description: `data8: 2`. */
  books: string;
  startMs: number;
  endMs: number;
}

export interface Calendar {
  url: string;
  set(...events: CalendarEvent[]): void;
  /** Answers 503 until `up`. */
  down(): void;
  up(): void;
  /** How often it was asked. */
  asked(): number;
  close(): Promise<void>;
}

/** An instant that a calendar can hold: whole seconds, at least this far ahead. */
export function inSeconds(seconds: number): number {
  return Math.ceil(Date.now() / 1000 + seconds) * 1000;
}

export async function openCalendar(): Promise<Calendar> {
  let events: CalendarEvent[] = [];
  let isDown = false;
  const server = await feedServer((request, response) => {
    const text = calendarOf(events);
    const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"`;
    if (isDown) response.writeHead(503).end('down for maintenance');
    else if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.writeHead(200, { 'content-type': 'text/calendar; charset=utf-8', etag }).end(text);
  });
  return {
    url: `${server.origin}/warm-nodes.ics`,
    set(...next) {
      events = next;
    },
    down() {
      isDown = true;
    },
    up() {
      isDown = false;
    },
    asked: () => server.requests.length,
    close: server.close,
  };
}

function calendarOf(events: CalendarEvent[]): string {
  const stamp = (ms: number) => `${new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '')}`;
  const lines = events.flatMap(({ title, books, startMs, endMs }) => [
    'BEGIN:VEVENT',
    `UID:${title.replace(/\W/g, '-')}@example.edu`,
    'DTSTAMP:20260101T000000Z',
    `DTSTART:${stamp(startMs)}`,
    `DTEND:${stamp(endMs)}`,
    `SUMMARY:${title}`,
    `DESCRIPTION:${books}`,
    'END:VEVENT',
  ]);
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//example.edu//test//EN',
    ...lines,
    'END:VCALENDAR',
    '',
  ].join('\r\n');
}
