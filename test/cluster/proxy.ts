// A proxy in front of the API server, for faults that the server itself cannot be made to show, and for stopping at a
// certain request. Speaks plain HTTP to the scaler and passes everything on, streams too.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request as send } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Asked {
  method: string;
  /** Without query. */
  path: string;
  isWatch: boolean;
}

/**
 * What becomes of a request: `undefined` passes it on; an answer is given in the server's place; `cut` breaks the
 * connection; `delayMs` passes it on later; `before` and `after` are awaited before it goes on and before its answer
 * comes back.
 */
export type Treatment =
  | undefined
  | 'cut'
  | { status: number; headers?: Record<string, string>; body?: unknown }
  | { delayMs: number }
  | { before: () => Promise<void> }
  | { after: (status: number) => Promise<void> };

export interface ApiProxy {
  url: string;
  /** Asked for every request; replace it at any time. */
  treat: (asked: Asked) => Treatment;
  /** What was asked so far. */
  seen: Asked[];
  /** Watches that are answered at this moment. */
  openWatches(): number;
  /** Breaks every connection that is open, watches too. */
  cutAll(): void;
  close(): Promise<void>;
}

export async function openProxy(target: string): Promise<ApiProxy> {
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  const watches = new Set<ServerResponse>();
  const proxy: ApiProxy = {
    url: '',
    treat: () => undefined,
    seen: [],
    openWatches: () => watches.size,
    cutAll: () => server.closeAllConnections(),
    async close() {
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', target);
    const asked = {
      method: request.method ?? 'GET',
      path: pathname,
      isWatch: searchParams.get('watch') === 'true',
    };
    proxy.seen.push(asked);
    const treatment = proxy.treat(asked);
    if (treatment === 'cut') {
      request.socket.destroy();
      return;
    }
    if (treatment !== undefined && 'status' in treatment) {
      const { status, headers = {}, body = {} } = treatment;
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body));
      return;
    }
    if (treatment !== undefined && 'before' in treatment) await treatment.before();
    if (treatment !== undefined && 'delayMs' in treatment) {
      await new Promise((resolve) => setTimeout(resolve, treatment.delayMs));
    }
    const upstream = send(new URL(request.url ?? '/', target), {
      agent,
      method: asked.method,
      headers: request.headers,
    });
    response.on('close', () => {
      watches.delete(response);
      upstream.destroy();
    });
    upstream.on('error', () => request.socket.destroy());
    upstream.on('response', async (answer) => {
      if (treatment !== undefined && 'after' in treatment) await treatment.after(answer.statusCode ?? 0);
      if (asked.isWatch && answer.statusCode === 200 && !response.destroyed) watches.add(response);
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    request.pipe(upstream);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return proxy;
}
