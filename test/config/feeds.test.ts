import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../scaler/config/load.ts';

const secrets: Record<string, string> = {
  'calendars/url': 'https://calendar.example.edu/a.ics\n',
  'calendars/user': 'hub',
  'calendars/password': 'p',
  'calendars/token': 't',
  'calendars/empty': '\n',
};

const load = (text: string) =>
  loadConfig(text, { file: 'values.yaml', readSecret: (secret, key) => secrets[`${secret}/${key}`] });
const feeds = (text: string) => load(text).config?.feeds;
const messages = (text: string) => load(text).problems.map((problem) => problem.message);

describe('calendarUrl', () => {
  test.each([
    ['https://calendar.example.edu/a.ics', 'https://calendar.example.edu/a.ics'],
    ['webcal://calendar.example.edu/a.ics', 'https://calendar.example.edu/a.ics'],
    ['webcals://calendar.example.edu/a.ics', 'https://calendar.example.edu/a.ics'],
    ['file:///srv/a.ics', 'file:///srv/a.ics'],
    ['calendars/a.ics', 'calendars/a.ics'],
    ['./a.ics', './a.ics'],
    [
      'https://calendar.google.com/calendar/ical/x/public/basic.ics',
      'https://calendar.google.com/calendar/ical/x/public/basic.ics',
    ],
  ])('%s is read from %s', (typed, url) => {
    expect(feeds(`calendarUrl: ${typed}`)).toEqual([{ name: 'calendar', url, unknownPools: 'problem' }]);
  });

  test('empty or null means no calendar', () => {
    expect(feeds('calendarUrl: ""')).toEqual([]);
    expect(feeds('calendarUrl:')).toEqual([]);
  });

  test('with user name and password in it gives credentials, and an address without them', () => {
    expect(feeds('calendarUrl: https://hub:p%40ss@calendar.example.edu/a.ics')).toEqual([
      {
        name: 'calendar',
        url: 'https://calendar.example.edu/a.ics',
        auth: { username: 'hub', password: 'p@ss' },
        unknownPools: 'problem',
      },
    ]);
  });

  test.each([
    ['https://calendar.google.com/calendar/embed?src=x', 'in iCal format'],
    ['https://calendar.google.com/calendar/u/0?cid=x', 'in iCal format'],
    ['https://outlook.office365.com/owa/calendar/x/y/calendar.html', 'the ICS link'],
    ['"/calendars/a\\nb.ics"', 'an address on one line, got one with a line break'],
    ['ftp://calendar.example.edu/a.ics', 'https, webcal or file, got one of another kind'],
    ['calendar.example.edu/a.ics', 'begins with https://'],
  ])('%s is refused, and the right kind of address is named', (typed, message) => {
    expect(messages(`calendarUrl: ${typed}`)).toEqual([expect.stringContaining(message)]);
  });

  test('may come from a Secret', () => {
    expect(feeds('calendarUrlFrom: {secret: calendars, key: url}')?.[0]?.url).toBe(
      'https://calendar.example.edu/a.ics',
    );
  });

  test('typed and from a Secret at once is refused', () => {
    expect(messages('calendarUrl: /a.ics\ncalendarUrlFrom: {secret: calendars, key: url}')).toEqual([
      'expected calendarUrl or calendarUrlFrom, got both',
    ]);
  });

  test.each([
    ['other', 'url', 'expected the Secret "other" with a value under the key "url", got none'],
    [
      'calendars',
      'empty',
      'expected the Secret "calendars" with a value under the key "empty", got an empty value',
    ],
  ])('from a Secret that lacks it (%s/%s) is refused', (secret, key, message) => {
    expect(messages(`calendarUrlFrom: {secret: ${secret}, key: ${key}}`)).toEqual([message]);
  });
});

describe('where no Secrets are at hand', () => {
  const bare = (text: string) => loadConfig(text, { file: 'v.yaml' });

  test('a calendar whose address is in one stays as a feed that cannot be read, with a warning', () => {
    const { config, problems } = bare('calendarUrlFrom: {secret: calendars, key: url}');
    expect(config?.feeds).toEqual([
      {
        name: 'calendar',
        url: '',
        missingSecret: { secret: 'calendars', key: 'url' },
        unknownPools: 'problem',
      },
    ]);
    expect(problems).toMatchObject([
      {
        code: 'unread-secret',
        severity: 'warning',
        message:
          'expected a folder of Secrets to read "calendars" from, got none; the calendar cannot be read without it',
        example: '--secrets-dir DIR, with the file DIR/calendars/url',
      },
    ]);
  });

  test('a calendar whose password is in one is not asked for without it', () => {
    const { config, problems } = bare(
      'calendars: [{name: exams, url: /b.ics, username: hub, passwordFrom: {secret: calendars, key: password}}]',
    );
    expect(config?.feeds).toEqual([
      {
        name: 'exams',
        url: '/b.ics',
        missingSecret: { secret: 'calendars', key: 'password' },
        unknownPools: 'problem',
      },
    ]);
    expect(problems).toMatchObject([{ code: 'unread-secret', severity: 'warning' }]);
  });
});

describe('calendars', () => {
  const POOLS = 'nodePools: {data8: {nodeSelector: {hub.jupyter.org/pool-name: a}}}\n';

  test('stand beside calendarUrl', () => {
    expect(
      feeds('calendarUrl: /a.ics\ncalendars: [{name: exams, url: /b.ics, unknownPools: ignore}]'),
    ).toEqual([
      { name: 'calendar', url: '/a.ics', unknownPools: 'problem' },
      { name: 'exams', url: '/b.ics', unknownPools: 'ignore' },
    ]);
  });

  test('have credentials from Secrets', () => {
    const from = (key: string) => `{secret: calendars, key: ${key}}`;
    const text = `calendars:
  - {name: a, url: /a.ics, usernameFrom: ${from('user')}, passwordFrom: ${from('password')}}
  - {name: b, url: /b.ics, tokenFrom: ${from('token')}}
  - {name: c, url: /c.ics, username: hub, password: typed}`;
    expect(feeds(text)?.map((feed) => feed.auth)).toEqual([
      { username: 'hub', password: 'p' },
      { token: 't' },
      { username: 'hub', password: 'typed' },
    ]);
  });

  test.each([
    ['{name: a}', 'expected url or urlFrom, got neither'],
    ['{name: a, url: /a.ics, username: hub}', 'expected a user name and a password, got no password'],
    ['{name: a, url: /a.ics, password: p}', 'expected a user name and a password, got no username'],
    [
      '{name: a, url: /a.ics, username: u, password: p, token: t}',
      'expected a token, or a user name and a password, got both',
    ],
    [
      '{name: a, url: /a.ics, pools: [datta8]}',
      'expected one of the pools data8, got "datta8"; did you mean "data8"?',
    ],
    [
      '{name: Exams!, url: /a.ics}',
      'expected a name of at most 63 lower-case letters, digits and \'-\', beginning and ending with a letter or digit, got "Exams!"',
    ],
    [
      '{url: /a.ics}',
      "expected a name of at most 63 lower-case letters, digits and '-', beginning and ending with a letter or digit, got nothing",
    ],
  ])('%s: %s', (calendar, message) => {
    expect(messages(`${POOLS}calendars:\n  - ${calendar}`)).toEqual([message]);
  });

  test('with a password typed in place of its Secret are shown the reference, not the password', () => {
    const { problems } = load('calendars: [{name: a, url: /a.ics, username: u, passwordFrom: hunter2}]');
    expect(problems[0]).toMatchObject({
      message:
        "expected {secret: NAME, key: KEY}: a Secret of the release's namespace and a key of it, got a string that is not shown here",
      example: 'passwordFrom:\n  secret: course-calendars\n  key: password',
    });
  });

  test('may not be called as the calendar of calendarUrl', () => {
    expect(messages('calendarUrl: /a.ics\ncalendars: [{name: calendar, url: /b.ics}]')).toEqual([
      'expected a name of its own, got "calendar" a second time',
    ]);
  });
});

describe('calendarTimezone', () => {
  test.each(['America/Los_Angeles', 'UTC', 'Europe/Kyiv', 'Etc/GMT+8'])('%s is a zone', (zone) => {
    expect(load(`calendarTimezone: ${zone}`).config?.calendarTimezone).toBe(zone);
  });
  test('empty means none', () => {
    expect(load('calendarTimezone: ""').config).not.toHaveProperty('calendarTimezone');
  });
  test.each([
    ['Pacific Standard Time', undefined],
    ['Los Angeles', 'America/Los_Angeles'],
    ['Amerika/Los_Angeles', 'America/Los_Angeles'],
    ['"+02:00"', undefined],
  ])('%s is refused', (zone, near) => {
    const [message] = messages(`calendarTimezone: ${zone}`);
    expect(message).toContain('expected the IANA name of a time zone');
    if (near !== undefined) expect(message).toContain(`did you mean "${near}"?`);
  });
});
