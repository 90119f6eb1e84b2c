// The calendar settings -> the feeds: addresses and credentials resolved from where they stand (values or Secrets), and
// what only all of them together can show: names used twice, pools that do not exist, a time zone that is none.
import type { Problem } from '../problem.ts';
import { readAddress } from './address.ts';
import { nearest, shown } from './explain.ts';
import type { FeedConfig, Values } from './schema.ts';
import { looksLikeAddress } from './secret-keys.ts';
import type { Path, Source } from './source.ts';

export type ReadSecret = (secret: string, key: string) => string | undefined;

interface Asked {
  values: Values;
  source: Source;
  readSecret?: ReadSecret;
  problems: Problem[];
}

type SecretKey = { secret: string; key: string };
/** A setting's text, or the Secret that should hold it and is not at hand. */
type Read = { text?: string; missing?: SecretKey };
type CalendarValues = Values['calendars'][number];

export function feedsOf(asked: Asked): FeedConfig[] {
  const { values, problems, source } = asked;
  const feeds: FeedConfig[] = [];
  const single = addressOf(asked, ['calendarUrl'], values.calendarUrl, values.calendarUrlFrom);
  if (single !== undefined) feeds.push({ name: 'calendar', ...single, unknownPools: 'problem' });
  const names = new Set(feeds.map((feed) => feed.name));
  for (const [index, calendar] of values.calendars.entries()) {
    const path = ['calendars', index];
    const address = addressOf(asked, [...path, 'url'], calendar.url, calendar.urlFrom);
    if (names.has(calendar.name)) {
      problems.push(
        wrong(
          source.where([...path, 'name']),
          `expected a name of its own, got "${calendar.name}" a second time`,
          {
            example: `name: ${calendar.name}-2`,
          },
        ),
      );
    }
    names.add(calendar.name);
    checkPools(asked, [...path, 'pools'], calendar.pools ?? []);
    const typed = authOf(asked, path, calendar);
    if (address === undefined) {
      if (calendar.url === undefined && calendar.urlFrom === undefined) {
        problems.push(
          wrong(source.where(path), 'expected url or urlFrom, got neither', {
            example: 'url: https://calendar.example.edu/exams.ics',
          }),
        );
      }
      continue;
    }
    const auth = typed.auth ?? address.auth;
    const missingSecret = address.missingSecret ?? typed.missingSecret;
    feeds.push({
      name: calendar.name,
      url: address.url,
      ...(missingSecret === undefined ? {} : { missingSecret }),
      ...(missingSecret !== undefined || auth === undefined ? {} : { auth }),
      ...(calendar.pools === undefined ? {} : { pools: calendar.pools }),
      unknownPools: calendar.unknownPools,
    });
  }
  return feeds;
}

/** `path` ends in the key of the address; `KeyFrom` stands beside it. */
function addressOf(
  asked: Asked,
  path: Path,
  typed?: string,
  from?: SecretKey,
): Pick<FeedConfig, 'url' | 'auth' | 'missingSecret'> | undefined {
  const { text, missing } = secretOr(asked, path, typed === '' ? undefined : typed, from);
  if (missing !== undefined) return { url: '', missingSecret: missing };
  if (text === undefined || text.trim() === '') return undefined;
  const address = readAddress(text);
  if (!('refused' in address)) return address;
  const where = asked.source.where(from === undefined ? path : fromPath(path));
  asked.problems.push(wrong(where, `expected ${address.refused}`, { example: address.example }));
  return undefined;
}

function authOf(
  asked: Asked,
  path: Path,
  calendar: CalendarValues,
): Pick<FeedConfig, 'auth' | 'missingSecret'> {
  const read = (key: 'username' | 'password' | 'token') =>
    secretOr(asked, [...path, key], calendar[key], calendar[`${key}From`]);
  const parts = [read('token'), read('username'), read('password')] as const;
  const missing = parts.find((part) => part.missing !== undefined)?.missing;
  if (missing !== undefined) return { missingSecret: missing };
  const [token, username, password] = parts.map(({ text }) => text);
  if (token !== undefined && (username !== undefined || password !== undefined)) {
    asked.problems.push(
      wrong(asked.source.where(path), 'expected a token, or a user name and a password, got both'),
    );
  }
  if (token !== undefined) return { auth: { token } };
  if (username === undefined && password === undefined) return {};
  if (username === undefined || password === undefined) {
    const missing = username === undefined ? 'username' : 'password';
    // A Secret that could not be read was already reported.
    if (calendar[`${missing}From`] === undefined) {
      asked.problems.push(
        wrong(asked.source.where(path), `expected a user name and a password, got no ${missing}`, {
          example: `${missing}From: {secret: course-calendars, key: ${missing}}`,
        }),
      );
    }
    return {};
  }
  return { auth: { username, password } };
}

/** As Kubernetes names Secrets and their keys; anything else may be the secret itself, and is not shown. */
const SECRET_NAME = /^[\w.-]+$/;

/** The value itself, or what the Secret holds; both, or a Secret without it, are problems. Where no Secrets are at hand
 * (on somebody's machine) that is a warning: the rest of the values can still be looked at. */
function secretOr(asked: Asked, path: Path, typed?: string, from?: SecretKey): Read {
  if (from === undefined) return typed === undefined ? {} : { text: typed };
  const key = String(path.at(-1));
  const where = asked.source.where(fromPath(path));
  const refuse = (message: string, more: Partial<Problem> = {}): Read => {
    asked.problems.push(wrong(where, message, more));
    return {};
  };
  if (typed !== undefined) return refuse(`expected ${key} or ${key}From, got both`);
  const { secret, key: part } = from;
  if (![secret, part].every((name) => SECRET_NAME.test(name))) {
    return refuse('expected the name of a Secret and a key of it, got other text', {
      example: `${key}From: {secret: course-calendars, key: ${key}}`,
    });
  }
  if (asked.readSecret === undefined) {
    refuse(
      `expected a folder of Secrets to read "${secret}" from, got none; the calendar cannot be read without it`,
      {
        code: 'unread-secret',
        severity: 'warning',
        example: `--secrets-dir DIR, with the file DIR/${secret}/${part}`,
      },
    );
    return { missing: from };
  }
  const value = asked.readSecret(secret, part)?.trim();
  if (value !== undefined && value !== '') return { text: value };
  return refuse(
    `expected the Secret "${secret}" with a value under the key "${part}", got ${value === '' ? 'an empty value' : 'none'}`,
    {
      code: 'missing-secret',
      example: `kubectl create secret generic ${secret} --from-literal=${part}=VALUE`,
    },
  );
}

const fromPath = (path: Path): Path => [...path.slice(0, -1), `${String(path.at(-1))}From`];

function checkPools({ values, source, problems }: Asked, path: Path, pools: string[]): void {
  const known = Object.keys(values.nodePools).filter((name) => !looksLikeAddress(name));
  for (const [index, pool] of pools.entries()) {
    if (known.includes(pool)) continue;
    const near = nearest(pool, known);
    problems.push(
      wrong(
        source.where([...path, index]),
        `expected one of the pools ${known.join(', ') || '(there are none)'}, got ${shown([...path, index], pool)}${near === undefined ? '' : `; did you mean "${near}"?`}`,
      ),
    );
  }
}

/** The zone as IANA writes it, or undefined with a problem; empty means none. */
export function timezoneOf({ values, source, problems }: Asked): string | undefined {
  const typed = values.calendarTimezone?.trim();
  if (typed === undefined || typed === '') return undefined;
  if (isTimezone(typed)) return typed;
  const zones = Intl.supportedValuesOf('timeZone');
  const near =
    nearest(typed, zones) ??
    zones.find((zone) => zone.toLowerCase().endsWith(`/${typed.toLowerCase().replaceAll(' ', '_')}`));
  problems.push(
    wrong(
      source.where(['calendarTimezone']),
      `expected the IANA name of a time zone, got ${shown(['calendarTimezone'], typed)}${near === undefined ? '' : `; did you mean "${near}"?`}`,
      { example: `calendarTimezone: ${near ?? 'America/Los_Angeles'}` },
    ),
  );
  return undefined;
}

function isTimezone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export function wrong(where: string, message: string, more: Partial<Problem> = {}): Problem {
  return { code: 'wrong-setting', source: 'config', severity: 'error', where, message, ...more };
}
