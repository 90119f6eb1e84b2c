// `plan`: what the calendars book in a stretch of time, window by window, and every problem; of all pools and events, or
// of those that somebody asks about. Exit code 1 when there is a problem, so that it can stand in a script.
import { answerCalendar } from '../calendar/answer.ts';
import { MOST_BY } from '../calendar/merge.ts';
import { planJson, planTable } from '../calendar/plan-table.ts';
import type { Schedule } from '../calendar/schedule.ts';
import { systemClock } from '../clock.ts';
import { nearest } from '../config/explain.ts';
import { readValuesFiles } from '../config/values-files.ts';
import { type Problem, problemLine } from '../problem.ts';
import { lookOf } from '../terminal/look.ts';
import { progressOn } from '../terminal/progress.ts';
import { readRange, UsageError } from './instants.ts';
import { readCalendars, withCalendar } from './read-calendars.ts';

export interface PlanOptions {
  values: string[];
  secretsDir?: string;
  calendar?: string;
  from?: string;
  to?: string;
  /** Only these. */
  pool?: string[];
  /** Only events with this in their title. */
  event?: string;
  output: 'table' | 'json' | 'ics';
}

const DAYS = 14;

export async function plan(options: PlanOptions): Promise<number> {
  const clock = systemClock();
  const read = readValuesFiles(options.values, options);
  if (read.config === undefined) {
    for (const problem of read.problems) process.stderr.write(`${problemLine(problem)}\n`);
    return 1;
  }
  const config = withCalendar(read.config, options.calendar);
  const zone = config.calendarTimezone ?? 'UTC';
  const range = readRange(options, { zone, nowMs: clock.now(), days: DAYS });
  const pools = chosen(config.pools, options.pool);
  const progress = progressOn(process.stderr, clock);
  const calendars = await readCalendars(config, range, { clock, progress });
  const title = options.event?.toLowerCase();
  const schedule = title === undefined ? calendars.schedule : ofEvents(calendars.schedule, title);
  const isCut = pools.some(({ name }) =>
    calendars.schedule.segments(name, range.fromMs, range.toMs).some(({ by }) => by.length >= MOST_BY),
  );
  const only = options.event === undefined ? undefined : byEvent(options.event, isCut ? MOST_BY : undefined);
  const names = new Set(pools.map(({ name }) => name));
  const problems = [...read.problems, ...calendars.problems].filter(
    (problem) =>
      (problem.pool === undefined || options.pool === undefined || names.has(problem.pool)) &&
      (title === undefined || concerns(problem, title)),
  );
  const span = { pools, ...range, zone };
  const print = {
    json: () => `${JSON.stringify(planJson(schedule, span, problems), null, 2)}\n`,
    ics: () => answerCalendar({ ...span, schedule, problems, stampMs: clock.now() }),
    table: () => planTable(schedule, { ...span, ...(only && { only }) }, problems, lookOf(process.stdout)),
  };
  process.stdout.write(print[options.output]());
  return problems.length > 0 ? 1 : 0;
}

/** All of them, or those of the names; throws UsageError. */
function chosen<Pool extends { name: string }>(pools: Pool[], names: string[] | undefined): Pool[] {
  if (names === undefined) return pools;
  const known = pools.map(({ name }) => name);
  for (const name of names.filter((each) => !known.includes(each))) {
    const close = nearest(name, known);
    const meant = close === undefined ? '' : `; did you mean ${close}?`;
    throw new UsageError(
      `--pool: expected one of the pools in the values (${known.join(', ') || 'there are none'}), got ${JSON.stringify(name)}${meant}`,
    );
  }
  return pools.filter(({ name }) => names.includes(name));
}

/** `largest`: where more events meet, only so many of them are known. */
function byEvent(event: string, largest: number | undefined): string {
  const asked = `by an event with ${JSON.stringify(event)} in its title`;
  return largest === undefined ? asked : `${asked} that is one of the ${largest} largest at its time`;
}

function ofEvents(schedule: Schedule, title: string): Schedule {
  return {
    ...schedule,
    segments: (pool, fromMs, toMs) =>
      schedule
        .segments(pool, fromMs, toMs)
        .filter(({ by }) => by.some((each) => each.title.toLowerCase().includes(title))),
  };
}

/** It is about such an event, or about a whole calendar, which may hold the event. */
function concerns({ event, where, source }: Problem, title: string): boolean {
  return source === 'feed' || `${event?.title} ${where}`.toLowerCase().includes(title);
}
