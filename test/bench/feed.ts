// What a large feed costs: read cold in a worker against node-ical's own parse and expand in the same run, found
// unchanged, and how long the main thread is ever busy with it. Run alone: node test/bench/feed.ts [EVENTS]
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Agent } from 'undici';
import type { FeedBody } from '../../scaler/calendar/body.ts';
import { type Expanded, expandWith, type WindowSettings } from '../../scaler/calendar/expand.ts';
import { fetchFeed, type KnownCopy } from '../../scaler/calendar/feed.ts';
import { makeSchedule } from '../../scaler/calendar/schedule.ts';
import { systemClock } from '../../scaler/clock.ts';
import { LIMITS } from '../support/calendar-limits.ts';
import { feedText } from './feed-text.ts';

export interface FeedBenchRow {
  what: string;
  measured: string;
  mustReach: string;
  reached: boolean;
}

const WEEK = 7 * 86_400_000;
const RUNS = 5;
const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export async function benchFeed(events = 50_000): Promise<FeedBenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'feed-bench-'));
  const file = join(folder, 'timetable.ics');
  const fromMs = Date.UTC(2026, 10, 23);
  writeFileSync(file, feedText(events, fromMs));
  const server = spawn(process.execPath, [script('feed-server.ts'), file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const dispatcher = new Agent();
  try {
    const [port] = await once(server.stdout, 'data');
    const origin = `http://127.0.0.1:${String(port).trim()}`;
    return await measure({
      file,
      fromMs,
      events,
      get: (path, known) => fetching(dispatcher, origin + path, known),
    });
  } finally {
    server.kill();
    await dispatcher.destroy();
    rmSync(folder, { recursive: true });
  }
}

interface Measured {
  file: string;
  fromMs: number;
  events: number;
  get: (path: string, known?: KnownCopy) => Promise<FeedBody | undefined>;
}

async function measure({ file, fromMs, events, get }: Measured): Promise<FeedBenchRow[]> {
  const expand = expandWith(systemClock());
  const cold: number[] = [];
  const loaded: number[] = [];
  const again: number[] = [];
  const unchanged: number[] = [];
  const peers: number[] = [];
  let bytes = 0;
  let result: Expanded | undefined;
  const readCold = async () => {
    const body = await timed(loaded, () => get('/plain'));
    if (body === undefined) throw new Error('expected a body');
    bytes = body.bytes;
    const span = { fromMs, toMs: fromMs + WEEK, nowMs: fromMs };
    const made = await timed(cold, () => expand({ slabs: body.slabs, ...span, settings: settings(events) }));
    if (made.kind === 'refused') throw new Error(made.message);
    result = made;
    makeSchedule([made.windows], { overlap: 'max' }).nextBoundaryAfter(fromMs);
  };
  const idle = await longestBlock(() => new Promise((resolve) => setTimeout(resolve, 1000)));
  const busy = await longestBlock(async () => {
    await readCold();
    for (let run = 0; run < RUNS; run++) await timed(again, () => get('/plain'));
    for (let run = 0; run < RUNS; run++) await timed(unchanged, () => get('/etag', { etag: '"v1"' }));
  });
  // One after the other, so that both meet the same machine.
  for (let run = 0; run < RUNS; run++) {
    await readCold();
    const { parseMs, expandMs } = await peer(file, fromMs);
    peers.push(parseMs + expandMs);
  }
  const peerMs = median(peers);
  const coldMs = median(cold);
  const size = `${events.toLocaleString('en')} events, ${(bytes / 1e6).toFixed(1)} MB`;
  const found = `${result?.bookings ?? 0} bookings of a week, ${result?.problems.length ?? 0} problems`;
  const share = `${((100 * coldMs) / peerMs).toFixed(0)} % of node-ical's ${ms(peerMs)}`;
  return [
    row(
      `${size}: read cold, with worker start (${found})`,
      `${ms(coldMs)}, ${share}`,
      'under a third',
      coldMs * 3 < peerMs,
    ),
    row('fetched and fingerprinted, first time', ms(median(loaded)), '', true),
    row('the same body again', ms(median(again)), 'under 100 ms', median(again) < 100),
    row('unchanged: 304', ms(median(unchanged)), 'under 10 ms', median(unchanged) < 10),
    row('longest work of the main thread in one go (cpu)', ms(busy.cpuMs), 'under 20 ms', busy.cpuMs < 20),
    row('longest block of the main thread (wall)', `${ms(busy.wallMs)} (idle ${ms(idle.wallMs)})`, '', true),
  ];
}

async function fetching(dispatcher: Agent, url: string, known?: KnownCopy): Promise<FeedBody | undefined> {
  const feed = { name: 'timetable', url, unknownPools: 'problem' as const };
  const options = { dispatcher, clock: systemClock(), bodyBytes: 200e6, deadlineMs: 60_000, known };
  const got = await fetchFeed(feed, options);
  if (got.kind === 'error') throw new Error(got.message);
  return got.kind === 'body' ? got.body : undefined;
}

function settings(events: number): WindowSettings {
  const pools = Array.from({ length: 20 }, (_, index) => ({
    name: `pool${index}`,
    baseline: 0,
    leadTimeMs: 0,
    holdTimeMs: 0,
  }));
  const limits = { ...LIMITS, bodyBytes: 200e6, events: 2 * events, deadlineMs: 60_000 };
  return { feed: 'timetable', zone: 'Europe/Berlin', pools, unknownPools: 'problem', overlap: 'max', limits };
}

async function peer(file: string, fromMs: number): Promise<{ parseMs: number; expandMs: number }> {
  const span = [String(fromMs), String(fromMs + WEEK)];
  const { stdout } = await promisify(execFile)(process.execPath, [script('feed-peer.ts'), file, ...span]);
  return JSON.parse(stdout);
}

interface Block {
  /** Longest that the event loop was late. */
  wallMs: number;
  /** Most that this thread computed between two looks, which other processes on the machine do not change. */
  cpuMs: number;
}

async function longestBlock(work: () => Promise<unknown>): Promise<Block> {
  const late = monitorEventLoopDelay({ resolution: 1 });
  let last = cpuOfThread();
  let cpuMs = 0;
  const looking = setInterval(() => {
    const now = cpuOfThread();
    cpuMs = Math.max(cpuMs, now - last);
    last = now;
  }, 1);
  late.enable();
  await work();
  late.disable();
  clearInterval(looking);
  return { wallMs: late.max / 1e6 - 1, cpuMs };
}

function cpuOfThread(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

async function timed<Result>(into: number[], work: () => Promise<Result>): Promise<Result> {
  const began = performance.now();
  const result = await work();
  into.push(performance.now() - began);
  return result;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

function row(what: string, measured: string, mustReach: string, reached: boolean): FeedBenchRow {
  return { what, measured, mustReach, reached };
}

if (import.meta.main) {
  for (const { what, measured, mustReach, reached } of await benchFeed(Number(process.argv[2] ?? 50_000))) {
    console.log(`${reached ? ' ' : '!'} ${what.padEnd(100)} ${measured.padEnd(40)} ${mustReach}`);
  }
}
