// The calendars of the two runs, served as a calendar service would: iCal over HTTP with an ETag, one address each.
// Both hold an event that books nothing; the event with the booking is typed into one of them while the demo runs.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CalendarEvent {
  uid: string;
  title: string;
  description: string;
  startMs: number;
  endMs: number;
}

export interface CalendarServer {
  address(calendar: string): string;
  type(calendar: string, event: CalendarEvent): void;
  stop(): Promise<void>;
}

const stamp = (ms: number) => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');

const escaped = (text: string) => text.replace(/[\\;,]/g, (sign) => `\\${sign}`).replace(/\r\n?|\n/g, '\\n');

/** RFC 5545 folds lines at 75 octets. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = '';
  for (const letter of line) {
    if (Buffer.byteLength(part + letter) > 74) {
      parts.push(part);
      part = '';
    }
    part += letter;
  }
  return [...parts, part].join('\r\n ');
}

export function calendarText(events: CalendarEvent[]): string {
  const lines = events.flatMap(({ uid, title, description, startMs, endMs }) => [
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `DTSTAMP:${stamp(startMs)}`,
    `DTSTART:${stamp(startMs)}`,
    `DTEND:${stamp(endMs)}`,
    `SUMMARY:${escaped(title)}`,
    ...(description === '' ? [] : [`DESCRIPTION:${escaped(description)}`]),
    'END:VEVENT',
  ]);
  const all = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//demo//calendar//EN', ...lines, 'END:VCALENDAR'];
  return `${all.map(folded).join('\r\n')}\r\n`;
}

export async function startCalendarServer(nowMs: number): Promise<CalendarServer> {
  const day = 86_400_000;
  const officeHours: CalendarEvent = {
    uid: 'office-hours@demo',
    title: 'Office hours',
    description: 'Room 210, bring your questions',
    startMs: nowMs + day,
    endMs: nowMs + day + 3_600_000,
  };
  const calendars = new Map<string, CalendarEvent[]>();
  const eventsOf = (calendar: string) => calendars.get(calendar) ?? [officeHours];
  const server = createServer((request, response) => {
    const calendar = /^\/([a-z]+)\.ics$/.exec(request.url ?? '')?.[1];
    if (calendar === undefined) return response.writeHead(404).end();
    const text = calendarText(eventsOf(calendar));
    const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"`;
    if (request.headers['if-none-match'] === etag) return response.writeHead(304, { etag }).end();
    response.writeHead(200, { 'content-type': 'text/calendar; charset=utf-8', etag }).end(text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: (calendar) => `http://127.0.0.1:${port}/${calendar}.ics`,
    type(calendar, event) {
      calendars.set(calendar, [...eventsOf(calendar), event]);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
