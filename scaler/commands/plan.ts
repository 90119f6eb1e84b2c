// `plan`: what the calendars book in a stretch of time, window by window, and every problem. Exit code 1 when there is
// a problem, so that it can stand in a script.
import { answerCalendar } from '../calendar/answer.ts';
import { planJson, planTable } from '../calendar/plan-table.ts';
import { systemClock } from '../clock.ts';
import { readConfigFile } from '../config/file.ts';
import { problemLine } from '../problem.ts';
import { readRange } from './instants.ts';
import { readCalendars, withCalendar } from './read-calendars.ts';

export interface PlanOptions {
  values: string;
  secretsDir?: string;
  calendar?: string;
  from?: string;
  to?: string;
  output: 'table' | 'json' | 'ics';
}

const DAYS = 14;

export async function plan(options: PlanOptions): Promise<number> {
  const clock = systemClock();
  const read = readConfigFile(options.values, options);
  if (read.config === undefined) {
    for (const problem of read.problems) process.stderr.write(`${problemLine(problem)}\n`);
    return 1;
  }
  const config = withCalendar(read.config, options.calendar);
  const zone = config.calendarTimezone ?? 'UTC';
  const range = readRange(options, { zone, nowMs: clock.now(), days: DAYS });
  const calendars = await readCalendars(config, range, clock);
  const problems = [...read.problems, ...calendars.problems];
  const span = { pools: config.pools, ...range, zone };
  const print = {
    json: () => `${JSON.stringify(planJson(calendars.schedule, span, problems), null, 2)}\n`,
    ics: () => answerCalendar({ ...span, schedule: calendars.schedule, problems, stampMs: clock.now() }),
    table: () => planTable(calendars.schedule, span, problems),
  };
  process.stdout.write(print[options.output]());
  return problems.length > 0 ? 1 : 0;
}
