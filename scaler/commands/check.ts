// `check`: are the values and the calendars all right? Fit for a git hook or a CI job (docs/check.md): exit code 1 on any
// problem, one line when there is none. A calendar that is left out because its Secret is not on this machine is no
// problem: the values may be right, and whoever runs this need not have the Secret.
import { systemClock } from '../clock.ts';
import { readValuesFiles } from '../config/values-files.ts';
import { lookOf } from '../terminal/look.ts';
import { progressOn } from '../terminal/progress.ts';
import { type CheckOutput, checkText } from './check-output.ts';
import { readable, readCalendars, withCalendar } from './read-calendars.ts';

export interface CheckOptions {
  values: string[];
  secretsDir?: string;
  /** A calendar instead of those in the values; false: look at none. */
  calendar?: string;
  calendars: boolean;
  output: CheckOutput;
}

const AHEAD_MS = 90 * 86_400_000;

export async function check(options: CheckOptions): Promise<number> {
  const clock = systemClock();
  const { config, problems } = readValuesFiles(options.values, options);
  const all = [...problems];
  const looked = [...options.values];
  if (config !== undefined && options.calendars) {
    const checked = withCalendar(config, options.calendar);
    const now = clock.now();
    const progress = progressOn(process.stderr, clock);
    const calendars = await readCalendars(
      checked,
      { fromMs: now, toMs: now + AHEAD_MS },
      { clock, progress },
    );
    all.push(...calendars.problems);
    looked.push(...readable(checked.feeds).map((feed) => `calendar '${feed.name}'`));
  }
  const found = all.filter(({ code }) => code !== 'unread-secret');
  const result = {
    problems: found,
    unread: all.filter(({ code }) => code === 'unread-secret'),
    files: options.values,
    looked,
    isCutShort: config === undefined && options.calendars,
  };
  process.stdout.write(checkText(result, options.output, lookOf(process.stdout)));
  return found.length > 0 ? 1 : 0;
}
