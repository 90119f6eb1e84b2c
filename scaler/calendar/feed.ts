// Fetches one feed, from the web or from a file: is it unchanged, here is its body, or why not. The answer is a value
// and never an exception; its sentences name the host of the address and nothing else of it, for the address is a
// secret. What the body means is left to the reader of events; only what is plainly no calendar is told here.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Dispatcher } from 'undici';
import type { Clock } from '../clock.ts';
import type { FeedConfig } from '../config/schema.ts';
import { type FeedAddress, feedAddress } from './address.ts';
import { type BodyCollector, BodyTooLarge, collectBody, type FeedBody } from './body.ts';
import { DownloadFailed, download } from './download.ts';
import { notACalendar } from './sniff.ts';
import { errorCode } from './transport-reason.ts';

/** What the server said of the copy we have, to be sent back to it. */
export interface KnownCopy {
  etag?: string | undefined;
  lastModified?: string | undefined;
}

export interface FetchError {
  kind: 'error';
  code: string;
  /** One sentence; of the address only the host is in it. */
  message: string;
  example?: string;
  /** It may work again within seconds. */
  passing: boolean;
  /** Not to be asked again before this instant (Retry-After), epoch milliseconds. */
  retryAtMs?: number;
}

export type FetchResult =
  | { kind: 'unchanged' }
  | { kind: 'body'; body: FeedBody; etag?: string; lastModified?: string }
  | FetchError;

export interface FetchOptions {
  dispatcher: Dispatcher;
  clock: Clock;
  /** Limit of the decompressed body. */
  bodyBytes: number;
  /** For everything from the first connection to the last byte. */
  deadlineMs: number;
  /** Absent: the body is wanted in any case. */
  known?: KnownCopy | undefined;
  /** Gives up, as when the service stops. */
  signal?: AbortSignal | undefined;
}

export type FetchFeed = (feed: FeedConfig, options: FetchOptions) => Promise<FetchResult>;

export async function fetchFeed(feed: FeedConfig, options: FetchOptions): Promise<FetchResult> {
  // Without it the server would be asked for something else than what the settings mean.
  if (feed.missingSecret !== undefined) {
    const { secret, key } = feed.missingSecret;
    return failed(
      'feed-secret',
      `expected the Secret "${secret}" with a value under the key "${key}", got no folder of Secrets`,
      `--secrets-dir DIR, with the file DIR/${secret}/${key}`,
    );
  }
  const address = feedAddress(feed.url);
  if (address.kind === 'refused') {
    return {
      kind: 'error',
      code: 'feed-address',
      message: address.message,
      example: address.example,
      passing: false,
    };
  }
  const ending = new AbortController();
  let late = false;
  const deadline = options.clock.after(options.deadlineMs, () => {
    late = true;
    ending.abort();
  });
  const stop = () => ending.abort();
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted) stop();
  try {
    return await fetchAddress(address, feed, options, ending.signal);
  } catch (error) {
    if (late) return lateError(address.host, options.deadlineMs);
    if (options.signal?.aborted) return failed('feed-stopped', `reading ${address.host} was given up`);
    return asFetchError(error, address.host, options.clock.now());
  } finally {
    deadline.cancel();
    options.signal?.removeEventListener('abort', stop);
    ending.abort();
  }
}

async function fetchAddress(
  address: Exclude<FeedAddress, { kind: 'refused' }>,
  feed: FeedConfig,
  options: FetchOptions,
  signal: AbortSignal,
): Promise<FetchResult> {
  const into = collectBody(options.bodyBytes);
  if (address.kind === 'file') {
    await readFile(address.path, into, signal);
    return checked(into.finish());
  }
  const got = await download(address.url, {
    dispatcher: options.dispatcher,
    signal,
    authorization: authorization(feed, address.auth),
    known: options.known,
    into,
  });
  if (got.kind === 'unchanged') return { kind: 'unchanged' };
  const { etag, lastModified, contentType } = got;
  const result = checked(into.finish(contentType));
  if (result.kind !== 'body') return result;
  return { ...result, ...(etag && { etag }), ...(lastModified && { lastModified }) };
}

function checked(body: FeedBody): FetchResult {
  const wrong = notACalendar(body.slabs[0] ?? new Uint8Array(), { bytes: body.bytes });
  return wrong === undefined ? { kind: 'body', body } : failed(wrong.code, wrong.message);
}

async function readFile(path: string, into: BodyCollector, signal: AbortSignal): Promise<void> {
  // Not blocking: opening a pipe that nobody writes to would wait forever in a thread of the pool.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) {
      throw new DownloadFailed('feed-file', 'expected a calendar file, got a directory or a device');
    }
    // The signal is looked at between chunks: given to the stream, its error could come when nobody listens any more.
    for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: 262_144 })) {
      signal.throwIfAborted();
      into.add(chunk);
    }
  } finally {
    await file.close();
  }
}

/** Values of the settings before credentials inside the address. */
function authorization(
  feed: FeedConfig,
  inside: { username: string; password: string } | undefined,
): string | undefined {
  if (feed.auth !== undefined && 'token' in feed.auth) return `Bearer ${feed.auth.token.trim()}`;
  const pair = feed.auth ?? inside;
  if (pair === undefined) return undefined;
  return `Basic ${Buffer.from(`${pair.username}:${pair.password}`, 'utf8').toString('base64')}`;
}

function asFetchError(error: unknown, host: string, nowMs: number): FetchError {
  if (error instanceof BodyTooLarge) {
    const limit = `${(error.limitBytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;
    return failed('feed-too-large', `the calendar of ${host} is larger than the limit of ${limit}`);
  }
  if (error instanceof DownloadFailed) {
    const retryAtMs = retryInstant(error.retryAfter, nowMs);
    return { ...failed(error.code, error.message), passing: error.passing, ...(retryAtMs && { retryAtMs }) };
  }
  const code = errorCode(error);
  if (code === 'ENOENT')
    return failed('feed-file', 'the calendar file does not exist', 'https://calendar.example.org/team.ics');
  if (code === 'EACCES' || code === 'EPERM')
    return failed('feed-file', 'the calendar file may not be read by this user');
  if (code === 'EISDIR') return failed('feed-file', 'expected a calendar file, got a directory');
  const shown = code === '' ? '' : ` (${code})`;
  return failed('feed-unreachable', `reading the calendar of ${host} failed${shown}`);
}

/** Retry-After is seconds or a date (RFC 9110 10.2.3). */
function retryInstant(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text.trim())) return nowMs + Number(text.trim()) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : date;
}

function lateError(host: string, deadlineMs: number): FetchError {
  return {
    ...failed('feed-slow', `${host} did not deliver the calendar within ${deadlineMs / 1000} s`),
    passing: true,
  };
}

function failed(code: string, message: string, example?: string): FetchError {
  return { kind: 'error', code, message, passing: false, ...(example === undefined ? {} : { example }) };
}
