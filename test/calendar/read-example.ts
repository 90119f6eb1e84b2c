// Reads a calendar of examples/calendars as the service does: its occurrences, what they book for three pools in
// America/Los_Angeles, and every problem.
import { readFileSync } from 'node:fs';
import { type Occurrence, readFeed } from '../../scaler/calendar/events.ts';
import { planRows } from '../../scaler/calendar/plan-table.ts';
import { makeSchedule } from '../../scaler/calendar/schedule.ts';
import { feedWindows } from '../../scaler/calendar/windows.ts';
import type { Problem } from '../../scaler/problem.ts';
import { LIMITS } from '../support/calendar-limits.ts';

const POOLS = ['data8', 'stat20', 'data100'].map((name) => ({
  name,
  baseline: 0,
  leadTimeMs: 0,
  holdTimeMs: 0,
}));

export interface ReadExample {
  occurrences: Occurrence[];
  /** The zone that the feed was read in. */
  zone: string;
  /** `11-30T10:00 11-30T11:00 data8 3 Data 8 lecture` */
  rows: string[];
  problems: Problem[];
}

export function exampleBytes(file: string): Buffer {
  return readFileSync(new URL(`../../examples/calendars/${file}`, import.meta.url));
}

/** `zone`: what `calendarTimezone` would say; without it the calendar's own counts. */
export function readExample(
  body: Uint8Array,
  { fromMs, toMs, zone }: { fromMs: number; toMs: number; zone?: string },
): ReadExample {
  const range = { fromMs, toMs, limits: LIMITS };
  const reading = readFeed(body, { feed: 'calendar', ...range, ...(zone !== undefined && { zone }) });
  const { windows, problems } = feedWindows(reading, {
    feed: 'calendar',
    pools: POOLS,
    unknownPools: 'problem',
    overlap: 'max',
    limits: LIMITS,
  });
  const span = { pools: POOLS, fromMs, toMs, zone: 'America/Los_Angeles' };
  const rows = planRows(makeSchedule([windows], { overlap: 'max' }), span);
  return {
    occurrences: reading.occurrences,
    zone: reading.zone,
    rows: rows.map(
      ({ pool, count, start, end, by }) =>
        `${start.slice(5, 16)} ${end.slice(5, 16)} ${pool} ${count} ${by[0]?.title}`,
    ),
    problems,
  };
}
