// The calendar settings as they are typed in the values: one feed by `calendarUrl`, or several under `calendars`, and the
// limits that keep a bad feed from doing harm.
import { z } from 'zod';
import { choice, duration, label, optional, secretKey, setting, text, wholeNumber } from './fields.ts';

const FROM_SECRET = { secret: 'course-calendars', key: 'url' };
const ADDRESS = 'the address of a calendar in iCal format, or the path of a file';

const calendar = z.strictObject(
  {
    name: label().meta({
      description: 'What logs, metrics and the page call this calendar; unique.',
      examples: ['exams'],
    }),
    url: optional(text(ADDRESS), {
      text: 'Address of the calendar in iCal format: `https://`, `webcal://`, `file://` or a path. It is treated as a secret: the chart puts it into a Secret, and only its host is ever shown.',
      example: 'https://calendar.example.edu/exams.ics',
    }),
    urlFrom: optional(secretKey(), {
      text: 'The Secret that holds the address, instead of `url`.',
      example: FROM_SECRET,
    }),
    username: optional(text(), { text: 'User name for basic authentication.' }),
    usernameFrom: optional(secretKey(), {
      text: 'The Secret that holds the user name.',
      example: { ...FROM_SECRET, key: 'username' },
    }),
    password: optional(text(), { text: 'Password for basic authentication; better `passwordFrom`.' }),
    passwordFrom: optional(secretKey(), {
      text: 'The Secret that holds the password.',
      example: { ...FROM_SECRET, key: 'password' },
    }),
    token: optional(text(), { text: 'Bearer token; better `tokenFrom`.' }),
    tokenFrom: optional(secretKey(), {
      text: 'The Secret that holds the bearer token.',
      example: { ...FROM_SECRET, key: 'token' },
    }),
    pools: optional(z.array(text('the name of a pool'), { error: 'a list of pool names' }), {
      text: 'Only bookings for these pools are taken from this calendar; all when absent.',
      example: ['data8', 'stat20'],
    }),
    unknownPools: setting(choice(['problem', 'ignore']), 'problem', {
      text: 'What `name: number` with an unknown name is: a problem, or (`ignore`, for a calendar that is shared with other uses) prose.',
    }),
  },
  { error: 'a calendar: {name: ..., url: ...}' },
);

const limit = (fallback: number, what: string) =>
  setting(wholeNumber({ least: 1 }), fallback, { text: what });

const calendarLimits = z.strictObject(
  {
    bodyBytes: limit(20_000_000, 'Size of a feed, decompressed.'),
    lineBytes: limit(1_000_000, 'Length of a line, unfolded.'),
    parametersPerLine: limit(200, 'Parameters of a property.'),
    nesting: limit(16, 'Components within components.'),
    events: limit(50_000, 'Events of a feed.'),
    datesPerSeries: limit(10_000, 'Single dates added to or taken from a series (RDATE, EXDATE).'),
    ruleCount: limit(10_000, 'COUNT of a repeat rule.'),
    occurrencesPerSeries: limit(10_000, 'Times one series happens inside the window.'),
    occurrences: limit(100_000, 'Times all events of a feed happen inside the window.'),
    durationDays: limit(400, 'Length of an event, in days.'),
    descriptionBytes: limit(32_768, 'Length of a description that is searched for bookings.'),
    deadline: setting(duration({ least: '1s', most: '10m' }), '10s', { text: 'Time for reading one feed.' }),
    memoryMb: setting(wholeNumber({ least: 32, most: 8_192 }), 512, {
      text: 'Memory for reading one feed, in MB.',
    }),
  },
  { error: 'limits by name, such as {events: 50000}' },
);

export const feedSettings = {
  calendarUrl: optional(text(ADDRESS), {
    text: 'Address of the calendar in iCal format: `https://`, `webcal://`, `file://` or a path; empty means no calendar. It is treated as a secret: the chart puts it into a Secret, and only its host is ever shown.',
    example: 'https://calendar.example.edu/warm-nodes.ics',
  }),
  calendarUrlFrom: optional(secretKey(), {
    text: 'The Secret that holds the address, instead of `calendarUrl`.',
    example: FROM_SECRET,
  }),
  calendars: setting(z.array(calendar, { error: 'a list of calendars' }), [], {
    text: 'Several calendars; their bookings are taken together. Beside `calendarUrl` or instead of it.',
    example: [{ name: 'exams', urlFrom: FROM_SECRET }],
  }),
  calendarTimezone: optional(text('the name of a time zone, such as America/Los_Angeles'), {
    text: "Zone of all-day events and of times without a zone (IANA name). Unset: the calendar's own zone, else UTC.",
    example: 'America/Los_Angeles',
  }),
  pollInterval: setting(duration({ least: '5s', most: '1d' }), '60s', {
    text: 'How often calendars are fetched.',
  }),
  feedMaxAge: setting(duration({ least: '1m' }), '168h', {
    text: 'How long the last good copy of a calendar stays in force while it cannot be read.',
  }),
  calendarLimits: setting(
    calendarLimits,
    {},
    {
      text: 'What a calendar may cost at most. Over a limit, the event or the whole feed is refused, with a problem that names the limit.',
      example: { events: 50_000 },
    },
  ),
};
