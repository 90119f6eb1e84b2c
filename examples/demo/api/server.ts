// The loopback API server: node:http on a free port, speaking the part of the Kubernetes API that a scaler and kubectl
// use. No TLS and no credentials. It can be told to fail: `fail` answers, hangs or resets chosen requests, and
// `breakWatches` ends, resets, silences or expires the open watches.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../scaler/clock.ts';
import { discovery } from './discovery.ts';
import { listPage } from './lists.ts';
import type { KubeObject, ResourceName } from './objects.ts';
import { readPath } from './resources.ts';
import { Refused, statusBody } from './status.ts';
import type { Store } from './store.ts';
import { tableOf, wantsTable } from './tables.ts';
import { makeVerbs } from './verbs.ts';
import { openWatch } from './watch.ts';
import { trackWatches } from './watch-streams.ts';

/** A request as it came in, for `requests` and for choosing which ones fail. */
export interface ApiCall {
  method: string;
  path: string;
  query: URLSearchParams;
  /** The request opens a watch. */
  watch: boolean;
  body: string;
  /** Set when it was answered. */
  status?: number;
}

export type Failure =
  | { status: number; message?: string; headers?: Record<string, string> }
  /** Takes the request and never answers. */
  | 'hang'
  /** Closes the connection without an answer. */
  | 'reset';

export interface ApiServer {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** The last 10,000 requests, oldest first. */
  requests: ApiCall[];
  /** Asked for every request; what it returns is done instead of answering. Undefined: all work again. */
  fail(choose: ((call: ApiCall) => Failure | undefined) | undefined): void;
  /**
   * end: a clean end, as at the timeout. reset: the connection breaks. silent: open, but nothing comes any more, not
   * even bookmarks. expired: the history is dropped and the watch ended, so that going on from there gets 410.
   */
  breakWatches(how: 'end' | 'reset' | 'silent' | 'expired', resource?: ResourceName): void;
  openWatches(): ResourceName[];
  stop(): Promise<void>;
}

/** What the headers ask for. */
interface Wishes {
  contentType: string;
  table: boolean;
}

const KEPT_REQUESTS = 10_000;

export interface ApiServerOptions {
  store: Store;
  clock: Clock;
  /** Between bookmarks; a real server sends one about every minute. */
  bookmarkMs?: number;
  watchList?: boolean;
}

export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { store, clock, bookmarkMs = 60_000, watchList = true } = options;
  const verbs = makeVerbs(store);
  const watches = trackWatches({ store, clock, bookmarkMs });
  const requests: ApiCall[] = [];
  let choose: ((call: ApiCall) => Failure | undefined) | undefined;

  const send = (response: ServerResponse, code: number, body: unknown) => {
    const text = typeof body === 'string' ? body : `${JSON.stringify(body)}\n`;
    const type = typeof body === 'string' ? 'text/plain' : 'application/json';
    response.writeHead(code, { 'content-type': type, 'content-length': Buffer.byteLength(text) }).end(text);
  };

  const answer = (call: ApiCall, { contentType, table }: Wishes, response: ServerResponse) => {
    const fixed = discovery(call.path);
    if (fixed !== undefined) return send(response, 200, fixed);
    const target = readPath(call.path);
    if (target === undefined || (target.subresource !== undefined && call.method !== 'GET')) {
      throw new Refused(404, 'the server could not find the requested resource');
    }
    const { query, body, method } = call;
    if (target.name === undefined && method === 'GET') {
      if (call.watch)
        return watches.serve(openWatch(store, { target, query, rules: { watchList } }), response);
      const list = listPage(store, target, query);
      const { items, metadata } = list;
      return send(response, 200, table ? tableOf(target, items, { metadata, nowMs: clock.now() }) : list);
    }
    if (method === 'POST' && target.name === undefined) {
      const { code, body: made } = verbs.post(target, body);
      return send(response, code, made);
    }
    if (target.name === undefined) throw new Refused(405, `${method} is not served on lists`);
    const done =
      method === 'GET'
        ? verbs.get(target)
        : method === 'PUT'
          ? verbs.put(target, body)
          : method === 'PATCH'
            ? verbs.patch(target, { body, contentType, query })
            : method === 'DELETE'
              ? verbs.delete(target, { body, query })
              : undefined;
    if (done === undefined) throw new Refused(405, `${method} is not served`);
    const one = table && method === 'GET' ? (done.body as KubeObject) : undefined;
    send(response, done.code, one ? tableOf(target, [one], { metadata: {}, nowMs: clock.now() }) : done.body);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://simulated');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call: ApiCall = {
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      watch: ['true', '1'].includes(url.searchParams.get('watch') ?? ''),
      body: Buffer.concat(chunks).toString('utf8'),
    };
    requests.push(call);
    if (requests.length > KEPT_REQUESTS) requests.splice(0, KEPT_REQUESTS / 10);
    response.on('close', () => {
      if (response.headersSent) call.status = response.statusCode;
    });
    const failure = choose?.(call);
    if (failure === 'hang') return;
    if (failure === 'reset') return request.socket.destroy();
    if (failure !== undefined) {
      for (const [name, value] of Object.entries(failure.headers ?? {})) response.setHeader(name, value);
      return send(response, failure.status, statusBody(failure.status, failure.message ?? 'told to fail'));
    }
    try {
      const { accept, 'content-type': contentType = '' } = request.headers;
      answer(call, { contentType: contentType.split(';')[0] ?? '', table: wantsTable(accept) }, response);
    } catch (error) {
      const refused = error instanceof Refused ? error : new Refused(500, (error as Error).message);
      if (response.headersSent) response.destroy();
      else send(response, refused.code, statusBody(refused.code, refused.message, refused.reason));
    }
  };

  const server = createServer((request, response) => {
    // A request that breaks off while its body is read has nobody to answer to.
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${bound}`,
    requests,
    fail(next) {
      choose = next;
    },
    breakWatches(how, resource) {
      if (how === 'expired') store.forgetHistory();
      watches.interrupt(how === 'expired' ? 'end' : how, resource);
    },
    openWatches: watches.resources,
    async stop() {
      watches.interrupt('end');
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
