// A synthetic API server for the bench of the cluster view: nodes of 14 KB and pods of 5 to 7 KB as a real cluster has
// them (a third of it managedFields), as WatchList and in pages. It runs in a process of its own, writes objects from
// text templates (so that it is not what is measured), and sends pod events when asked by POST /events?count=N.
//
//   node test/bench/view-server.ts NODES PODS POOLS    prints its port
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nodeText, podText } from './view-objects.ts';

const [nodes = 5_000, pods = 150_000, pools = 20] = process.argv.slice(2).map(Number);
const perNode = Math.ceil(pods / nodes);
const podWatches = new Set<ServerResponse>();
let version = 1_000_000;
let requests = 0;

type MakeText = (index: number) => string;
const makeNode: MakeText = (i) => nodeText({ index: i, pool: `pool${i % pools}`, version: 1_000 + i });
const makePod: MakeText = (i) => podText({ index: i, node: Math.floor(i / perNode), version: 10_000 + i });

function resourceOf(path: string): { count: number; make: MakeText; bookmark: string } {
  if (path === '/api/v1/nodes')
    return { count: nodes, make: makeNode, bookmark: '{"kind":"Node","apiVersion":"v1"' };
  if (path === '/api/v1/pods')
    return { count: pods, make: makePod, bookmark: '{"kind":"Pod","apiVersion":"v1"' };
  return { count: 0, make: () => '', bookmark: '{"kind":"Deployment","apiVersion":"apps/v1"' };
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://server');
  if (url.pathname === '/events') return sendEvents(Number(url.searchParams.get('count')), response);
  if (url.pathname === '/requests') return response.end(String(requests));
  requests++;
  if (url.searchParams.get('watch') === 'true') return watch(url, request, response);
  return list(url, response);
});

async function list(url: URL, response: ServerResponse): Promise<void> {
  const { count, make } = resourceOf(url.pathname);
  const from = Number(url.searchParams.get('continue') ?? 0);
  const to = Math.min(count, from + Number(url.searchParams.get('limit') ?? count));
  const items: string[] = [];
  for (let i = from; i < to; i++) items.push(make(i));
  const more = to < count ? `,"continue":"${to}"` : '';
  response.setHeader('content-type', 'application/json');
  response.end(
    `{"kind":"List","metadata":{"resourceVersion":"${version}"${more}},"items":[${items.join(',')}]}`,
  );
}

async function watch(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { count, make, bookmark } = resourceOf(url.pathname);
  if (url.searchParams.has('sendInitialEvents')) {
    if (process.env.NO_WATCH_LIST) {
      response.writeHead(422, { 'content-type': 'application/json' });
      response.end('{"kind":"Status","code":422,"message":"sendInitialEvents is forbidden"}');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    for (let i = 0; i < count; i += 50) {
      let text = '';
      for (let j = i; j < Math.min(count, i + 50); j++) text += `{"type":"ADDED","object":${make(j)}}\n`;
      if (!response.write(text)) await new Promise((resolve) => response.once('drain', resolve));
    }
    const end = `"annotations":{"k8s.io/initial-events-end":"true"}`;
    response.write(
      `{"type":"BOOKMARK","object":${bookmark},"metadata":{"resourceVersion":"${version}",${end}}}}\n`,
    );
  } else {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
  }
  if (url.pathname !== '/api/v1/pods') return;
  podWatches.add(response);
  request.on('close', () => podWatches.delete(response));
}

/** Every second event changes nothing that counts, as most real ones; the others end a pod and start another. */
async function sendEvents(count: number, response: ServerResponse): Promise<void> {
  for (let sent = 0; sent < count; ) {
    let text = '';
    for (let k = 0; k < 40 && sent < count; k++, sent++) {
      const i = (sent * 7919) % pods;
      const type = sent % 4 === 1 ? 'DELETED' : sent % 4 === 3 ? 'ADDED' : 'MODIFIED';
      const index = type === 'ADDED' ? pods + sent : type === 'DELETED' ? i : (i + 1) % pods;
      text += `{"type":"${type}","object":${podText({ index, node: Math.floor(i / perNode), version: ++version })}}\n`;
    }
    for (const stream of podWatches) {
      if (!stream.write(text)) await new Promise((resolve) => stream.once('drain', resolve));
    }
  }
  // A placeholder to this bench, and the sign that all events have arrived.
  const last = podText({ index: 10 * pods + version, node: 0, version: ++version, namespace: 'bench' });
  for (const stream of podWatches) stream.write(`{"type":"ADDED","object":${last}}\n`);
  response.end(last.length.toString());
}

server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
