import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { Agent, type Dispatcher, MockAgent } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { joinSlabs } from '../../scaler/calendar/body.ts';
import { type FetchOptions, type FetchResult, fetchFeed } from '../../scaler/calendar/feed.ts';
import type { FeedConfig } from '../../scaler/config/schema.ts';
import { calendarText } from '../support/calendar-text.ts';
import { type FeedServer, feedServer } from '../support/feed-server.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';

const CALENDAR = calendarText({ at: '20261123T100000Z', description: 'data8: 3' });
const SECRET_PATH = '/calendar/private-5ecret/basic.ics?key=Que5ecret';

let server: FeedServer;
let dispatcher: Dispatcher;
let clock: ManualClock;

beforeEach(async () => {
  server = await feedServer((_request, response) => response.end(CALENDAR));
  dispatcher = new Agent();
  clock = manualClock();
});

afterEach(async () => {
  await dispatcher.destroy();
  await server.close();
});

function fetching(
  url: string,
  more: Partial<FetchOptions> & { auth?: FeedConfig['auth'] } = {},
): Promise<FetchResult> {
  const { auth, ...options } = more;
  const feed: FeedConfig = {
    name: 'team',
    url,
    unknownPools: 'problem',
    ...(auth === undefined ? {} : { auth }),
  };
  return fetchFeed(feed, { dispatcher, clock, bodyBytes: 1_000_000, deadlineMs: 30_000, ...options });
}

const secret = (origin = server.origin) => `${origin}${SECRET_PATH}`;
const hostOf = (served: FeedServer) => new URL(served.origin).host;
const textOf = (result: FetchResult) =>
  result.kind === 'body' ? Buffer.from(joinSlabs(result.body.slabs)).toString() : result;

describe('a calendar on the web', () => {
  test('is fetched with what identifies this copy', async () => {
    server.answer = (_request, response) =>
      response
        .writeHead(200, {
          etag: '"v1"',
          'last-modified': 'Mon, 23 Nov 2026 08:00:00 GMT',
          'content-type': 'text/calendar; charset=utf-8',
        })
        .end(CALENDAR);
    const result = await fetching(secret());
    expect(textOf(result)).toBe(CALENDAR);
    expect(result).toMatchObject({
      kind: 'body',
      etag: '"v1"',
      lastModified: 'Mon, 23 Nov 2026 08:00:00 GMT',
      body: { bytes: CALENDAR.length, contentType: 'text/calendar; charset=utf-8' },
    });
    expect(server.requests[0]?.url).toBe(SECRET_PATH);
  });

  test('is unchanged when the server says so of the copy we have', async () => {
    server.answer = (request, response) =>
      response.writeHead(request.headers['if-none-match'] === '"v1"' ? 304 : 200).end();
    const known = { etag: '"v1"', lastModified: 'Mon, 23 Nov 2026 08:00:00 GMT' };
    expect(await fetching(secret(), { known })).toEqual({ kind: 'unchanged' });
    expect(server.requests[0]?.headers['if-modified-since']).toBe(known.lastModified);
  });

  test('is asked for without conditions when there is no copy, and a 304 is an error then', async () => {
    server.answer = (_request, response) => response.writeHead(304).end();
    expect(await fetching(secret(), { known: {} })).toMatchObject({ kind: 'error', code: 'feed-http' });
    expect(server.requests[0]?.headers).not.toHaveProperty('if-none-match');
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('is decompressed from %s', async (encoding, compress) => {
    const plain = await fetching(secret());
    server.answer = (_request, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(compress(CALENDAR));
    const result = await fetching(secret());
    expect(textOf(result)).toBe(CALENDAR);
    expect(result).toMatchObject({ body: { hash: plain.kind === 'body' ? plain.body.hash : '' } });
  });

  test('has a hash that a new DTSTAMP does not change and a new title does', async () => {
    const hashOf = async (text: string) => {
      server.answer = (_request, response) => response.end(text);
      const result = await fetching(secret());
      return result.kind === 'body' ? result.body.hash : undefined;
    };
    const first = await hashOf(CALENDAR);
    expect(await hashOf(CALENDAR.replace('20261101T000000Z', '20261102T111111Z'))).toBe(first);
    expect(await hashOf(CALENDAR.replace('Class', 'Exam'))).not.toBe(first);
  });
});

describe('credentials', () => {
  const basic = `Basic ${Buffer.from('ada:päss').toString('base64')}`;

  test.each<[string, FeedConfig['auth'], string]>([
    ['a user name and password', { username: 'ada', password: 'päss' }, basic],
    ['a token', { token: 't0ken' }, 'Bearer t0ken'],
  ])('%s are sent', async (_name, auth, header) => {
    await fetching(secret(), { auth });
    expect(server.requests[0]?.headers.authorization).toBe(header);
  });

  test('in the address are sent as a header', async () => {
    await fetching(secret(server.origin.replace('//', '//ada:p%C3%A4ss@')));
    expect(server.requests[0]?.headers.authorization).toBe(basic);
    expect(server.requests[0]?.url).toBe(SECRET_PATH);
  });

  test('are never sent to another origin, and go on being sent to the own one', async () => {
    const other = await feedServer((_request, response) => response.end(CALENDAR));
    server.answer = (request, response) =>
      response.writeHead(302, { location: request.url === '/a' ? '/b' : `${other.origin}/c` }).end();
    expect(await fetching(`${server.origin}/a`, { auth: { token: 't0ken' } })).toMatchObject({
      kind: 'body',
    });
    await other.close();
    expect(server.requests.map((request) => request.headers.authorization)).toEqual([
      'Bearer t0ken',
      'Bearer t0ken',
    ]);
    expect(other.requests.map((request) => request.headers.authorization)).toEqual([undefined]);
  });
});

describe('redirects', () => {
  const times = (count: number) => {
    server.answer = (request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end(CALENDAR);
      else response.writeHead(302, { location: `/${left - 1}` }).end('moved');
    };
    return fetching(`${server.origin}/${count}`);
  };

  test('are followed five times', async () => expect(await times(5)).toMatchObject({ kind: 'body' }));

  test('are not followed a sixth time', async () => {
    expect(await times(6)).toMatchObject({
      kind: 'error',
      code: 'feed-redirect',
      message: `${hostOf(server)} redirected more than 5 times`,
    });
  });

  test('are not followed to anything but http', async () => {
    server.answer = (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    expect(await fetching(secret())).toMatchObject({ kind: 'error', code: 'feed-redirect' });
  });

  test('are not followed from https to http', async () => {
    const web = new MockAgent();
    web.disableNetConnect();
    web
      .get('https://calendar.example.org')
      .intercept({ path: '/team.ics' })
      .reply(302, '', { headers: { location: 'http://calendar.example.org/team.ics' } });
    expect(await fetching('webcal://calendar.example.org/team.ics', { dispatcher: web })).toMatchObject({
      kind: 'error',
      message: 'calendar.example.org redirected from https to http (calendar.example.org), which is refused',
    });
    await web.close();
  });
});

describe('a calendar that cannot be had', () => {
  test.each<[number, string, boolean]>([
    [401, '401 Unauthorized: the user name, password or token is missing or wrong', false],
    [403, '403 Forbidden: the address is not public, or the credentials are not allowed to read it', false],
    [404, '404 Not Found: the address is mistyped, or its secret was reset', false],
    [500, '500 Internal Server Error', true],
    [503, '503 Service Unavailable', true],
    [204, '204 No Content', false],
  ])('status %i is told with what to do', async (status, said, passing) => {
    server.answer = (_request, response) => response.writeHead(status).end();
    expect(await fetching(secret())).toEqual({
      kind: 'error',
      code: 'feed-http',
      message: `expected a calendar from ${hostOf(server)}, got ${said}`,
      passing,
    });
  });

  test.each([
    ['120', 120_000],
    ['Mon, 23 Nov 2026 09:10:00 GMT', 600_000],
  ])('Retry-After: %s is handed on as an instant', async (header, laterMs) => {
    server.answer = (_request, response) => response.writeHead(429, { 'retry-after': header }).end();
    expect(await fetching(secret())).toMatchObject({ kind: 'error', retryAtMs: clock.now() + laterMs });
  });

  test.each([
    [
      '<!DOCTYPE html><html><form>Sign in<input type=password></form></html>',
      'feed-html',
      'got a login page',
    ],
    ['\n<html><body>Our calendars</body></html>', 'feed-html', 'got an HTML page'],
    ['{"error": "not found"}', 'feed-json', 'got JSON'],
    ['[]', 'feed-json', 'got JSON'],
    ['', 'feed-empty', 'got an empty body'],
    [' \r\n \r\n', 'feed-empty', 'got only blanks'],
    ['<?xml version="1.0"?><multistatus/>', 'feed-not-calendar', 'got XML'],
    [gzipSync(CALENDAR), 'feed-binary', 'got a gzip file'],
  ])('a body that is no calendar is told as what it is (%#)', async (body, code, said) => {
    server.answer = (_request, response) => response.end(body);
    const result = await fetching(secret());
    expect(result).toMatchObject({ kind: 'error', code, passing: false });
    expect(result).toHaveProperty('message', expect.stringContaining(said));
  });

  test('a calendar is accepted whatever its content type says', async () => {
    server.answer = (_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(CALENDAR);
    expect(await fetching(secret())).toMatchObject({ kind: 'body' });
  });

  test('a gzip bomb is stopped at the limit of the decompressed size', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 'x'));
    expect(bomb.length).toBeLessThan(100_000);
    server.answer = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    expect(await fetching(secret())).toEqual({
      kind: 'error',
      code: 'feed-too-large',
      message: `the calendar of ${hostOf(server)} is larger than the limit of 1 MB`,
      passing: false,
    });
  });

  test('a body without end is stopped at the limit', async () => {
    let closed: Promise<unknown> | undefined;
    server.answer = (_request, response) => {
      closed = once(response, 'close');
      const more = () => {
        if (!response.destroyed) response.write('x'.repeat(50_000), () => setImmediate(more));
      };
      more();
    };
    expect(await fetching(secret())).toMatchObject({ code: 'feed-too-large' });
    await closed;
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['the status', () => {}],
    ['the rest of the body', (response) => response.write('BEGIN:VCALENDAR\r\n')],
    ['the rest of a redirect', (response) => response.writeHead(302, { location: '/' }).write('moved')],
  ])('a server that never sends %s is left at the deadline', async (_name, begin) => {
    const asked = new Promise<void>((resolve) => {
      server.answer = (_request, response) => {
        begin(response);
        resolve();
      };
    });
    const result = fetching(secret());
    await asked;
    await clock.advance(29_999);
    expect(clock.waiting()).toBe(1);
    await clock.advance(1);
    expect(await result).toEqual({
      kind: 'error',
      code: 'feed-slow',
      message: `${hostOf(server)} did not deliver the calendar within 30 s`,
      passing: true,
    });
    expect(clock.waiting()).toBe(0);
  });

  test('a fetch ends when the service stops', async () => {
    const stopping = new AbortController();
    server.answer = () => stopping.abort();
    expect(await fetching(secret(), { signal: stopping.signal })).toMatchObject({ code: 'feed-stopped' });
  });

  test('a connection that breaks inside the body is an incomplete calendar', async () => {
    server.answer = (_request, response) => {
      response.writeHead(200, { 'content-length': CALENDAR.length });
      response.write(CALENDAR.slice(0, 50), () => response.destroy());
    };
    expect(await fetching(secret())).toMatchObject({ code: 'feed-incomplete', passing: true });
  });

  test('a compressed body that ends early is an incomplete calendar', async () => {
    const cut = gzipSync(CALENDAR).subarray(0, -12);
    server.answer = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(cut);
    expect(await fetching(secret())).toMatchObject({
      code: 'feed-incomplete',
      message: `the body sent by ${hostOf(server)} ended early or is damaged`,
    });
  });

  test('a server that is not there is named', async () => {
    await server.close();
    expect(await fetching(secret())).toEqual({
      kind: 'error',
      code: 'feed-unreachable',
      message: `${hostOf(server)} refused the connection`,
      passing: true,
    });
  });

  test('a calendar without its Secret is not asked for, and the Secret is named', async () => {
    const feed: FeedConfig = {
      name: 'team',
      url: secret(),
      missingSecret: { secret: 'calendars', key: 'password' },
      unknownPools: 'problem',
    };
    const options = { dispatcher, clock, bodyBytes: 1_000_000, deadlineMs: 30_000 };
    expect(await fetchFeed(feed, options)).toEqual({
      kind: 'error',
      code: 'feed-secret',
      message:
        'expected the Secret "calendars" with a value under the key "password", got no folder of Secrets',
      example: '--secrets-dir DIR, with the file DIR/calendars/password',
      passing: false,
    });
    expect(server.requests).toEqual([]);
  });

  test("Google's page is refused, and the right kind of address is named", async () => {
    const result = await fetching(
      'https://calendar.google.com/calendar/embed?src=5ecret%40group.calendar.google.com',
    );
    expect(result).toMatchObject({ kind: 'error', code: 'feed-address', passing: false });
    expect(result).toHaveProperty('message', expect.stringContaining('Secret address in iCal format'));
  });
});

describe('secrets', () => {
  const parts = ['5ecret', 'private', 'basic.ics', 'key=', 'ada', 'pa55', 't0ken'];

  test.each<[string, (response: ServerResponse) => void]>([
    ['a status', (response) => response.writeHead(404, `Not Found: ${SECRET_PATH}`).end(SECRET_PATH)],
    [
      'a redirect to nowhere',
      (response) => response.writeHead(302, { location: `gopher://x${SECRET_PATH}` }).end(),
    ],
    ['a redirect in a circle', (response) => response.writeHead(302, { location: SECRET_PATH }).end()],
    [
      'an unreadable redirect',
      (response) => response.writeHead(302, { location: `http://[${SECRET_PATH}` }).end(),
    ],
    ['a broken connection', (response) => response.destroy()],
    [
      'a damaged body',
      (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(SECRET_PATH),
    ],
    [
      'an unknown encoding',
      (response) => response.writeHead(200, { 'content-encoding': SECRET_PATH }).end('x'),
    ],
    ['a page', (response) => response.end(`<html>${SECRET_PATH}</html>`)],
  ])('no part of the address but its host is in the answer after %s', async (_name, answer) => {
    server.answer = (_request, response) => answer(response);
    const result = await fetching(secret(server.origin.replace('//', '//ada:pa55@')), {
      auth: { token: 't0ken' },
    });
    expect(result.kind).toBe('error');
    for (const part of parts) expect(JSON.stringify(result)).not.toContain(part);
  });

  test.each([
    'https://ada:pa55@calendar.google.com/calendar/embed?src=5ecret',
    'gopher://ada:pa55@host.example.org/5ecret',
    'https://[5ecret',
    'https://ada%zz:pa55@host.example.org/5ecret',
    'file://5ecret/private',
    '/private/5ecret/basic.ics',
    'https://ada:pa55@127.0.0.1:1/5ecret',
  ])('no part of an address that cannot be read is in the answer (%#)', async (url) => {
    const result = await fetching(url);
    expect(result.kind).toBe('error');
    for (const part of ['5ecret', 'ada', 'pa55']) expect(JSON.stringify(result)).not.toContain(part);
  });
});

describe('a calendar in a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'feed-'));
    writeFileSync(join(folder, 'team.ics'), CALENDAR);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each([
    ['a path', () => join(folder, 'team.ics')],
    ['a file address', () => `file://${folder}/team.ics`],
    ['a file address with localhost', () => `file://localhost${folder}/team.ics`],
  ])('is read by %s', async (_name, url) => expect(textOf(await fetching(url()))).toBe(CALENDAR));

  test.each([
    ['a missing file', () => join(folder, 'none.ics'), 'the calendar file does not exist'],
    ['a directory', () => folder, 'expected a calendar file, got a directory or a device'],
    ['a device without end', () => '/dev/zero', 'expected a calendar file, got a directory or a device'],
  ])('%s is an error without its path', async (_name, url, message) => {
    expect(await fetching(url())).toMatchObject({ kind: 'error', code: 'feed-file', message });
  });

  test('a pipe that nobody writes to does not hold anything up', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(await fetching(join(folder, 'pipe'))).toMatchObject({ code: 'feed-file' });
  });

  test('a file over the limit is refused', async () => {
    expect(await fetching(join(folder, 'team.ics'), { bodyBytes: 100 })).toMatchObject({
      code: 'feed-too-large',
    });
  });
});
