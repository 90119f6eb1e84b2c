// A row of a golden table: the lines of a calendar as a program wrote them, and the instants that must come out.

import { expect } from 'vitest';
import { type FeedReading, type ReadFeedOptions, readFeed } from '../../scaler/calendar/events.ts';
import { LIMITS } from './calendar-limits.ts';

export interface GoldenRow {
  /** The fact, as a sentence. */
  name: string;
  /** Lines of the feed between BEGIN:VCALENDAR and END:VCALENDAR; or a whole body. */
  ics: string[] | Uint8Array;
  /** `2026-03-28T01:30Z` for a start, `.../2026-03-28T02:30Z` with the end too; a `Title: ` may stand before it. */
  gives: string[];
  /** Codes of the problems; none when absent. */
  problems?: string[];
  options?: Partial<ReadFeedOptions>;
}

/** Lines of one event; UID `e` and the title `Class` unless the lines say otherwise. */
export function event(...lines: string[]): string[] {
  const given = (name: string) => lines.some((line) => line.toUpperCase().startsWith(name));
  return [
    'BEGIN:VEVENT',
    ...(given('UID') ? [] : ['UID:e']),
    ...(given('SUMMARY') ? [] : ['SUMMARY:Class']),
    ...lines,
    'END:VEVENT',
  ];
}

export function calendar(lines: string[]): Buffer {
  return Buffer.from(['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n'));
}

/** Reads the year 2026 with Europe/Berlin configured, unless the options say otherwise. */
export function read(ics: string[] | Uint8Array, options: Partial<ReadFeedOptions> = {}): FeedReading {
  return readFeed(Array.isArray(ics) ? calendar(ics) : ics, {
    feed: 'test',
    zone: 'Europe/Berlin',
    fromMs: Date.parse('2026-01-01T00:00Z'),
    toMs: Date.parse('2027-01-01T00:00Z'),
    limits: LIMITS,
    ...options,
  });
}

export function checkRow({ ics, gives, problems = [], options }: GoldenRow): void {
  const reading = read(ics, options);
  const [first = ''] = gives;
  const got = reading.occurrences.map(({ startMs, endMs, summary }) => {
    const times = first.includes('/') ? `${minute(startMs)}/${minute(endMs)}` : minute(startMs);
    return /^[A-Z][\w ]*: /.test(first) ? `${summary}: ${times}` : times;
  });
  expect(got).toEqual(gives);
  expect(reading.problems.map(({ code }) => code).sort()).toEqual([...problems].sort());
}

function minute(ms: number): string {
  return new Date(ms).toISOString().replace(/:\d\d\.\d+Z$/, 'Z');
}
