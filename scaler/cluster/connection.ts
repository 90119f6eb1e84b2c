// The one connection to the API server: every request of the scaler, typed or not, short or watching, goes through
// one keep-alive agent, with a deadline and with the credentials of the moment.
import type { AppsV1Api, CoordinationV1Api, CoreV1Api, EventsV1Api } from '@kubernetes/client-node';
import { type Dispatcher, request as send } from 'undici';
import { openAgentKeeper } from './agent.ts';
import { loadCredentials } from './credentials.ts';
import { typedApis } from './typed-apis.ts';

export interface KubeRequest {
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** `/api/v1/nodes`, without query. */
  path: string;
  query?: Record<string, string | number | boolean>;
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal;
  /** Until the whole answer is there; default 10 s. Of a stream: until its headers are there; default 30 s. */
  timeoutMs?: number;
}

export interface KubeResponse {
  status: number;
  headers: Record<string, string>;
  /** Parsed JSON, or the text when it is none. */
  body: unknown;
}

export interface KubeStream {
  status: number;
  headers: Record<string, string>;
  /** Chunks as they arrive; ends or throws when the connection does. */
  body: AsyncIterable<Uint8Array>;
}

/** The one connection to the API server: one keep-alive agent, credentials read again when they rotate, timeouts. */
export interface Connection {
  /** `https://host:port` for messages. */
  server: string;
  /** Namespace of the kubeconfig context or of the service account; `default` when neither says. */
  namespace: string;
  /** HTTP statuses are answers, not errors; throws only when there is no answer (network, timeout, credentials). */
  request(request: KubeRequest): Promise<KubeResponse>;
  stream(request: KubeRequest): Promise<KubeStream>;
  apps: AppsV1Api;
  core: CoreV1Api;
  coordination: CoordinationV1Api;
  events: EventsV1Api;
  close(): Promise<void>;
}

/** A request as it goes out. */
export interface RawRequest {
  method: KubeRequest['method'];
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
  signal: AbortSignal | undefined;
  timeoutMs: number;
}

export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Dispatcher.ResponseData['body'];
}

const REQUEST_TIMEOUT_MS = 10_000;
const STREAM_TIMEOUT_MS = 30_000;

/** In-cluster credentials, KUBECONFIG or ~/.kube/config, in client-node's order. Makes no request yet. */
export async function connect(options: { context?: string } = {}): Promise<Connection> {
  // Not at the top of the file: 80 MB and half a second that commands without a cluster do without.
  const client = await import('@kubernetes/client-node');
  let credentials = loadCredentials(client, options.context);
  const { server, namespace } = credentials;
  const agents = openAgentKeeper(credentials.proxyUrl);

  async function sendOnce(request: RawRequest): Promise<Answer> {
    const { headers, tls } = await unlessAborted(credentials.current(), request.signal);
    const {
      statusCode,
      headers: got,
      body,
    } = await send(request.url, {
      dispatcher: agents.for(tls),
      method: request.method,
      headers: {
        accept: 'application/json',
        ...request.headers,
        'user-agent': 'node-placeholder-scaler',
        ...headers,
      },
      body: request.body ?? null,
      signal: request.signal ?? null,
      headersTimeout: request.timeoutMs,
      bodyTimeout: 0,
    });
    return { status: statusCode, headers: oneValueEach(got), body };
  }

  /** After a 401 the credentials are read again, once: the token may have been replaced on disk. */
  async function sendAuthorized(request: RawRequest): Promise<Answer> {
    const used = credentials;
    const answer = await sendOnce(request);
    if (answer.status !== 401) return answer;
    try {
      if (used === credentials) credentials = loadCredentials(client, options.context);
    } catch {
      return answer; // the file is being replaced: the 401 says enough, and the next call looks again
    }
    await answer.body.dump();
    return sendOnce(request);
  }

  async function sendWhole(request: RawRequest): Promise<RawAnswer> {
    const deadline = AbortSignal.timeout(request.timeoutMs);
    const signal = request.signal === undefined ? deadline : AbortSignal.any([request.signal, deadline]);
    try {
      const { status, headers, body } = await sendAuthorized({ ...request, signal });
      return { status, headers, text: await body.text() };
    } catch (error) {
      throw noAnswer(request, deadline.aborted ? new Error(`within ${request.timeoutMs / 1000} s`) : error);
    }
  }

  const raw = (request: KubeRequest, timeoutMs: number): RawRequest => ({
    method: request.method,
    url: address(server, request),
    headers: request.body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' },
    body: request.body === undefined ? undefined : JSON.stringify(request.body),
    signal: request.signal,
    timeoutMs: request.timeoutMs ?? timeoutMs,
  });

  return {
    server,
    namespace,
    async request(request) {
      const { status, headers, text } = await sendWhole(raw(request, REQUEST_TIMEOUT_MS));
      return { status, headers, body: jsonOrText(text) };
    },
    async stream(request) {
      const sent = raw(request, STREAM_TIMEOUT_MS);
      try {
        return await sendAuthorized(sent);
      } catch (error) {
        throw noAnswer(sent, error);
      }
    },
    ...typedApis(client, server, sendWhole),
    close: agents.close,
  };
}

/** A credential plugin may wait for a person who is not there. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function address(server: string, { path, query = {} }: KubeRequest): string {
  const parameters = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
  return parameters.size > 0 ? `${server}${path}?${parameters}` : `${server}${path}`;
}

/** Names the call, and the causes that undici hides one level down; never a header. */
function noAnswer({ method, url }: RawRequest, error: unknown): Error {
  const texts: string[] = [];
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
    const { code, errors } = at as NodeJS.ErrnoException & { errors?: Error[] };
    const text = at.message || errors?.map(({ message }) => message).join(', ') || code || at.name;
    if (!texts.includes(text)) texts.push(text);
  }
  const call = `${method} ${new URL(url).pathname}`;
  return new Error(`${call}: no answer: ${texts.join(': ') || String(error)}`, { cause: error });
}

function oneValueEach(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const single: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) single[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return single;
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
