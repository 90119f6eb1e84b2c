// `check`: are the values and the calendars all right? Prints every problem, one after the other, and says what was
// looked at. Fit for a git hook or a CI job: exit code 1 on any problem.
import { problemLines } from '../calendar/problem-lines.ts';
import { systemClock } from '../clock.ts';
import { readConfigFile } from '../config/file.ts';
import { readCalendars, withCalendar } from './read-calendars.ts';

export interface CheckOptions {
  values: string;
  secretsDir?: string;
  /** A calendar instead of those in the values; false: look at none. */
  calendar?: string;
  calendars: boolean;
}

const AHEAD_MS = 90 * 86_400_000;

export async function check(options: CheckOptions): Promise<number> {
  const clock = systemClock();
  const { config, problems } = readConfigFile(options.values, options);
  const all = [...problems];
  const looked = [options.values];
  if (config !== undefined && options.calendars) {
    const checked = withCalendar(config, options.calendar);
    const now = clock.now();
    const calendars = await readCalendars(checked, { fromMs: now, toMs: now + AHEAD_MS }, clock);
    all.push(...calendars.problems);
    looked.push(...checked.feeds.map((feed) => `calendar '${feed.name}'`));
  }
  for (const problem of all) process.stdout.write(`${problemLines(problem).join('\n')}\n\n`);
  const count = all.length === 0 ? 'no problems' : all.length === 1 ? '1 problem' : `${all.length} problems`;
  const unseen = config === undefined && options.calendars ? '; the calendars were not looked at' : '';
  process.stdout.write(`${looked.join(', ')}: ${count}${unseen}\n`);
  return all.length > 0 ? 1 : 0;
}
