// A real HTTP server on port 0 whose answers the test gives one by one: it waits for the next request that a watch
// makes, looks at it, and answers as an API server in that state would, well or badly.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
  /** The client has closed the connection. */
  isGone(): boolean;
  answer(status: number, body: unknown, headers?: Record<string, string>): void;
  /** Accepts a watch. */
  open(): WatchStream;
  /** Ends the connection without a word. */
  drop(): void;
}

export interface WatchStream {
  event(type: string, object: unknown): void;
  /** An ordinary bookmark, or the one that ends the list of a WatchList. */
  bookmark(version: string, endsList?: 'endsList'): void;
  raw(bytes: string | Buffer): void;
  end(): void;
  drop(): void;
}

export interface ScriptedServer {
  url: string;
  /** The next request, of a path that ends so when given. */
  next(pathEnd?: string): Promise<Asked>;
  /** Requests that nobody has taken with `next` yet. */
  waiting(): number;
  connections(): number;
  close(): Promise<void>;
}

export async function startScriptedServer(): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  const takers: { pathEnd: string; take: (asked: Asked) => void }[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://server');
    let gone = false;
    response.on('close', () => {
      gone = true;
    });
    let body = '';
    for await (const chunk of request) body += chunk;
    const one: Asked = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body,
      isGone: () => gone,
      answer(status, content, headers = {}) {
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(typeof content === 'string' ? content : JSON.stringify(content));
      },
      open: () => openStream(response),
      drop: () => response.destroy(),
    };
    const taker = takers.findIndex(({ pathEnd }) => one.path.endsWith(pathEnd));
    if (taker >= 0) takers.splice(taker, 1)[0]?.take(one);
    else asked.push(one);
  });
  server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next(pathEnd = '') {
      const found = asked.findIndex(({ path }) => path.endsWith(pathEnd));
      if (found >= 0) return Promise.resolve(asked.splice(found, 1)[0] as Asked);
      return new Promise((take) => takers.push({ pathEnd, take }));
    },
    waiting: () => asked.length,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function openStream(response: ServerResponse): WatchStream {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  const event = (type: string, object: unknown) => response.write(`${JSON.stringify({ type, object })}\n`);
  return {
    event,
    bookmark(resourceVersion, endsList) {
      const annotations = endsList && { 'k8s.io/initial-events-end': 'true' };
      event('BOOKMARK', { metadata: { resourceVersion, ...(annotations && { annotations }) } });
    },
    raw: (bytes) => response.write(bytes),
    end: () => response.end(),
    drop: () => response.destroy(),
  };
}
