// `check`: are the values and the calendars all right? Prints every problem, one after the other, and says what was
// looked at. Fit for a git hook or a CI job: exit code 1 on any problem. A calendar that is left out because its Secret is
// not on this machine is none: the values may be right, and whoever runs this need not have the Secret.
import { problemLines } from '../calendar/problem-lines.ts';
import { systemClock } from '../clock.ts';
import { readConfigFile } from '../config/file.ts';
import { readable, readCalendars, withCalendar } from './read-calendars.ts';

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
    looked.push(...readable(checked.feeds).map((feed) => `calendar '${feed.name}'`));
  }
  for (const problem of all) process.stdout.write(`${problemLines(problem).join('\n')}\n\n`);
  const unread = all.filter(({ code }) => code === 'unread-secret').length;
  const found = all.length - unread;
  const notes = [
    `${looked.join(', ')}: ${found === 0 ? 'no' : found} problem${found === 1 ? '' : 's'}`,
    ...(unread > 0 ? [NOT_AT_HAND] : []),
    ...(config === undefined && options.calendars ? ['the calendars were not looked at'] : []),
  ];
  process.stdout.write(`${notes.join('; ')}\n`);
  return found > 0 ? 1 : 0;
}

const NOT_AT_HAND =
  'a Secret that is not at hand counts as none, but its calendar was not looked at (--secrets-dir DIR)';
