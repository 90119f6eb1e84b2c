// One download over http(s): redirects by our own rules, credentials for one origin only, bodies decompressed and
// counted. What goes wrong is thrown as a DownloadFailed whose text holds the host and nothing else of the address;
// errors of libraries are never passed on, because some carry the whole address.
import { STATUS_CODES } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import zlib from 'node:zlib';
import { type Dispatcher, request } from 'undici';
import { withoutSecretParts } from './address.ts';
import type { BodyCollector } from './body.ts';
import { BodyTooLarge } from './body.ts';
import { errorCode, transportReason } from './transport-reason.ts';

export const MOST_REDIRECTS = 5;

/** `passing`: it may work again within seconds, so a try sooner than the poll interval makes sense. */
export class DownloadFailed extends Error {
  readonly code: string;
  readonly passing: boolean;
  readonly retryAfter: string | undefined;
  constructor(
    code: string,
    message: string,
    more: { passing?: boolean; retryAfter?: string | undefined } = {},
  ) {
    super(message);
    this.name = 'DownloadFailed';
    this.code = code;
    this.passing = more.passing ?? false;
    this.retryAfter = more.retryAfter;
  }
}

export interface DownloadOptions {
  dispatcher: Dispatcher;
  /** Ends everything: deadline and stop. */
  signal: AbortSignal;
  /** Sent to the origin of the address alone. */
  authorization?: string | undefined;
  known?: { etag?: string | undefined; lastModified?: string | undefined } | undefined;
  into: BodyCollector;
}

export interface Downloaded {
  /** `unchanged` is a 304; otherwise the body is in the collector. */
  kind: 'unchanged' | 'body';
  etag?: string;
  lastModified?: string;
  contentType?: string;
}

export async function download(url: URL, options: DownloadOptions): Promise<Downloaded> {
  const headers: Record<string, string> = {
    accept: 'text/calendar, text/plain;q=0.5, */*;q=0.1',
    'accept-encoding': 'gzip, deflate, br',
    'user-agent': 'node-placeholder-scaler',
  };
  if (options.known?.etag !== undefined) headers['if-none-match'] = options.known.etag;
  if (options.known?.lastModified !== undefined) headers['if-modified-since'] = options.known.lastModified;

  let here = url;
  for (let redirects = 0; ; redirects++) {
    const response = await ask(here, headers, options, url);
    const location = one(response.headers.location);
    if ([301, 302, 303, 307, 308].includes(response.statusCode) && location !== undefined) {
      if (redirects === MOST_REDIRECTS) {
        throw new DownloadFailed('feed-redirect', `${url.host} redirected more than ${MOST_REDIRECTS} times`);
      }
      await response.body.dump({ limit: 65_536, signal: options.signal });
      here = redirected(here, location);
      continue;
    }
    if (response.statusCode === 304 && ('if-none-match' in headers || 'if-modified-since' in headers)) {
      await response.body.dump({ limit: 1024, signal: options.signal });
      return { kind: 'unchanged' };
    }
    if (response.statusCode !== 200) throw unexpectedStatus(response, here, url);
    await receive(response, here, options.into);
    return {
      kind: 'body',
      ...kept('etag', response.headers.etag),
      ...kept('lastModified', response.headers['last-modified']),
      ...kept('contentType', response.headers['content-type']),
    };
  }
}

async function ask(here: URL, headers: Record<string, string>, options: DownloadOptions, first: URL) {
  const trusted = options.authorization !== undefined && here.origin === first.origin;
  try {
    return await request(here, {
      dispatcher: options.dispatcher,
      method: 'GET',
      headers: trusted ? { ...headers, authorization: options.authorization } : headers,
      signal: options.signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  } catch (error) {
    throw new DownloadFailed('feed-unreachable', `${here.host} ${transportReason(error)}`, { passing: true });
  }
}

function redirected(from: URL, location: string): URL {
  const to = URL.parse(location, from);
  if (to === null || (to.protocol !== 'https:' && to.protocol !== 'http:')) {
    throw new DownloadFailed(
      'feed-redirect',
      `${from.host} redirected to something that is no http(s) address`,
    );
  }
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    throw new DownloadFailed(
      'feed-redirect',
      `${from.host} redirected from https to http (${to.host}), which is refused`,
    );
  }
  return withoutSecretParts(to);
}

async function receive(response: Dispatcher.ResponseData, here: URL, into: BodyCollector): Promise<void> {
  const body = decoded(response, here);
  try {
    for await (const chunk of body) into.add(chunk as Uint8Array);
  } catch (error) {
    if (error instanceof BodyTooLarge) throw error;
    const code = errorCode(error);
    const reason =
      code.startsWith('Z_') || code.startsWith('ERR_') ? 'ended early or is damaged' : transportReason(error);
    const what = reason.startsWith('ended')
      ? `the body sent by ${here.host} ${reason}`
      : `${here.host} ${reason}`;
    throw new DownloadFailed('feed-incomplete', what, { passing: true });
  }
}

function decoded(response: Dispatcher.ResponseData, here: URL): Readable {
  const encoding = (one(response.headers['content-encoding']) ?? 'identity').trim().toLowerCase();
  const decoder = makeDecoder(encoding);
  if (decoder === 'none') return response.body;
  if (decoder === 'unknown') {
    response.body.destroy();
    throw new DownloadFailed(
      'feed-encoding',
      `${here.host} sent a compressed body of a kind it was not asked for`,
    );
  }
  // The pipeline passes an end of either side on to the other; what went wrong is seen by the reader of the decoder.
  pipeline(response.body, decoder, () => {});
  return decoder;
}

function makeDecoder(encoding: string) {
  const chunkSize = 65_536;
  if (encoding === 'identity' || encoding === '') return 'none';
  if (encoding === 'gzip' || encoding === 'x-gzip') return zlib.createGunzip({ chunkSize });
  if (encoding === 'deflate') return zlib.createInflate({ chunkSize });
  if (encoding === 'br') return zlib.createBrotliDecompress({ chunkSize });
  return 'unknown';
}

function unexpectedStatus(response: Dispatcher.ResponseData, here: URL, first: URL): DownloadFailed {
  const status = response.statusCode;
  response.body.on('error', () => {}).destroy();
  const via = here.host === first.host ? here.host : `${here.host} (redirected from ${first.host})`;
  const said = `expected a calendar from ${via}, got ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
  const passing = status >= 500 || status === 408 || status === 425;
  return new DownloadFailed('feed-http', said + (ADVICE[status] ?? ''), {
    passing,
    retryAfter: one(response.headers['retry-after']),
  });
}

const ADVICE: Record<number, string> = {
  401: ': the user name, password or token is missing or wrong',
  403: ': the address is not public, or the credentials are not allowed to read it',
  404: ': the address is mistyped, or its secret was reset',
  410: ': the calendar was removed',
  429: ': it asks for fewer requests',
};

/** A header to be sent back or used later, when it is one plain value. */
function kept<Name extends string>(
  name: Name,
  value: string | string[] | undefined,
): { [key in Name]?: string } {
  const text = one(value);
  if (text === undefined || !/^[\x20-\x7e]{1,512}$/.test(text)) return {};
  return { [name]: text } as { [key in Name]?: string };
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
