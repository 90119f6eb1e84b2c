// How fast and how large the view of a big cluster is: 5,000 nodes and 150,000 pods of 5 to 7 KB, served by another
// process, read by a third one that is started as the image starts the scaler and has everything loaded that it has.
// The peers' way (listing everything each time, with the client library or with plain JSON.parse) is measured beside
// it on a tenth of the cluster. Run alone: node test/bench/view.ts [NODES] [PODS]
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type BenchRow, imageEnvironment, imageFlags } from './rows.ts';

const POOLS = 20;
const EVENTS = 20_000;

interface Measured {
  nodes: number;
  pods: number;
  syncSeconds: number;
  syncCpuSeconds: number;
  peakMb: number;
  heapMb: number;
  cpuPerEventMicroseconds: number;
  quietLookMicroseconds: number;
  quietRequests: number;
}

export async function benchView(nodes = 5_000, pods = 150_000): Promise<BenchRow[]> {
  const size = `${nodes.toLocaleString('en')} nodes, ${pods.toLocaleString('en')} pods`;
  const whole = await measure('view-client.ts', nodes, pods, {});
  const paged = await measure('view-client.ts', nodes, pods, { NO_WATCH_LIST: '1' });
  const peers = await measurePeers(Math.ceil(nodes / 10), Math.ceil(pods / 10));
  return [
    row(
      `view of ${size}, read as one watch`,
      `${whole.syncSeconds} s, ${whole.syncCpuSeconds} s CPU`,
      'about 10 s',
      whole.syncSeconds <= 12,
    ),
    row(
      '... in pages, from an older API server',
      `${paged.syncSeconds} s, ${paged.syncCpuSeconds} s CPU, peak ${paged.peakMb} MB`,
      '-',
      true,
    ),
    row('... memory (RSS), its peak', `${whole.peakMb} MB`, 'under 230 MB', whole.peakMb < 230),
    row(
      `... CPU per pod event, ${EVENTS.toLocaleString('en')} events`,
      `${whole.cpuPerEventMicroseconds} us`,
      'under 100 us',
      whole.cpuPerEventMicroseconds < 100,
    ),
    row(
      '... quiet look at every node of every pool',
      `${whole.quietLookMicroseconds} us, ${whole.quietRequests} requests`,
      'under 1 ms, 0 requests',
      whole.quietLookMicroseconds < 1_000 && whole.quietRequests === 0,
    ),
    ...peers,
  ];
}

async function measurePeers(nodes: number, pods: number): Promise<BenchRow[]> {
  const size = `${nodes.toLocaleString('en')} nodes, ${pods.toLocaleString('en')} pods`;
  const text = (p: { seconds: number; cpuSeconds: number; peakMb: number }) =>
    `${p.seconds} s, ${p.cpuSeconds} s CPU, peak ${p.peakMb} MB`;
  const view = await measure('view-client.ts', nodes, pods, {});
  const ours = { seconds: view.syncSeconds, cpuSeconds: view.syncCpuSeconds, peakMb: view.peakMb };
  const library = await measure<typeof ours>('view-peer.ts', nodes, pods, { PEER: 'library' }, []);
  const pages = await measure<typeof ours>('view-peer.ts', nodes, pods, { PEER: 'pages' }, []);
  return [
    row(`peers, ${size}: this view, once`, text(ours), '-', true),
    row('... typed lists of client-node, every pass', text(library), '-', true),
    row('... pages of 500 and JSON.parse, every pass', text(pages), '-', true),
  ];
}

function row(what: string, measured: string, mustReach: string, reached: boolean): BenchRow {
  return { what, measured, mustReach, reached };
}

/** Starts the server, then the program with its address; gives what the program prints. */
async function measure<T = Measured>(
  program: string,
  nodes: number,
  pods: number,
  env: Record<string, string>,
  flags = imageFlags(),
): Promise<T> {
  const server = start('view-server.ts', [nodes, pods, POOLS], env);
  try {
    const port = await firstLine(server);
    const allEnv = { ...(flags.length > 0 && imageEnvironment()), ...env };
    const client = start(program, [`http://127.0.0.1:${port}`, POOLS, EVENTS], allEnv, flags);
    return JSON.parse(await firstLine(client)) as T;
  } finally {
    server.kill();
  }
}

function start(
  program: string,
  args: (string | number)[],
  env: Record<string, string>,
  flags: string[] = [],
): ChildProcess {
  return spawn(process.execPath, [...flags, join(import.meta.dirname, program), ...args.map(String)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Rejects when the program ends without a line. */
async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the program ended with ${code} before it said anything`);
  });
  ended.catch(() => {});
  const read = (async () => {
    for await (const chunk of child.stdout ?? []) {
      text += chunk;
      if (text.includes('\n')) return text.slice(0, text.indexOf('\n'));
    }
    return ended;
  })();
  return read;
}

if (import.meta.main) {
  const [nodes, pods] = process.argv.slice(2).map(Number);
  console.table(await benchView(nodes, pods));
}
