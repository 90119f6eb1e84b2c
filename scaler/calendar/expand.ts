// A body becomes booking windows in a worker thread of its own, with a deadline and a memory limit: one valid rule can
// keep a parser busy for minutes, and nobody may stop the service by writing it into a calendar. A worker that is late,
// out of memory or crashed means that the feed is refused whole. Only windows and problems come back, not occurrences.
import { Worker } from 'node:worker_threads';
import type { Clock } from '../clock.ts';
import type { CalendarLimits, Config, FeedConfig } from '../config/schema.ts';
import type { Problem } from '../problem.ts';
import type { FeedWindows, Segment } from './schedule.ts';

/** What windows are made with, beside the body and the span of time; plain data, it crosses to the worker. */
export interface WindowSettings {
  feed: string;
  zone?: string;
  pools: { name: string; baseline: number; leadTimeMs: number; holdTimeMs: number }[];
  unknownPools: 'problem' | 'ignore';
  /** Pools that this feed may book; all when absent. */
  feedPools?: string[];
  overlap: 'max' | 'sum';
  limits: CalendarLimits;
}

export interface ExpandRequest {
  /** The body in order. They are gone afterwards: handed to the worker, not copied. */
  slabs: Uint8Array<ArrayBuffer>[];
  contentType?: string | undefined;
  /** Occurrences that overlap [fromMs, toMs) book; problems are shown at an occurrence that is not over at `nowMs`. */
  fromMs: number;
  toMs: number;
  nowMs: number;
  settings: WindowSettings;
}

export interface Expanded {
  kind: 'windows';
  windows: FeedWindows;
  problems: Problem[];
  /** Bookings in the span. */
  bookings: number;
  /** Events in the feed. */
  events: number;
}

/** Some segments of one pool, in order; the worker sends the next batch when it is told to. */
export interface WindowBatch {
  kind: 'batch';
  pool: string;
  segments: Segment[];
}

export interface Refused {
  kind: 'refused';
  code: string;
  message: string;
}

export type Expand = (request: ExpandRequest, signal?: AbortSignal) => Promise<Expanded | Refused>;

/** Makes windows in a fresh worker; never rejects. The deadline begins with the call. */
export function expandWith(clock: Clock, worker: URL = new URL('./worker.ts', import.meta.url)): Expand {
  return (request, signal) => {
    if (signal?.aborted) return Promise.resolve(GIVEN_UP);
    const { deadlineMs, memoryMb } = request.settings.limits;
    let thread: Worker;
    try {
      thread = startWorker(worker, request);
    } catch (error) {
      // No thread is to be had, or the request cannot cross.
      return Promise.resolve(crashed(error, memoryMb));
    }
    return new Promise((resolve) => {
      // The answer does not wait for the thread to be gone: some loops heed the order to stop late or never.
      const end = (answer: Expanded | Refused) => {
        deadline.cancel();
        signal?.removeEventListener('abort', stop);
        thread.unref();
        void thread.terminate();
        resolve(answer);
      };
      const stop = () => end(GIVEN_UP);
      signal?.addEventListener('abort', stop, { once: true });
      const deadline = clock.after(deadlineMs, () => end(late(deadlineMs)));
      receiveWindows(thread, end);
      thread.on('error', (error) => end(crashed(error, memoryMb)));
      thread.once('exit', () => end(refused('feed-crash', 'reading it ended without an answer')));
    });
  };
}

function startWorker(worker: URL, request: ExpandRequest): Worker {
  return new Worker(worker, {
    workerData: request,
    transferList: request.slabs.map((slab) => slab.buffer),
    resourceLimits: {
      maxOldGenerationSizeMb: request.settings.limits.memoryMb,
      maxYoungGenerationSizeMb: 64,
    },
    // What libraries print in it stays in it, and it sees no environment.
    stdout: true,
    stderr: true,
    env: {},
  });
}

/** Workers one after the other, whatever came of the one before; the deadline of each begins when it does. */
export function oneAtATime(expand: Expand): Expand {
  let last: Promise<unknown> = Promise.resolve();
  return (request, signal) => {
    const mine = last.then(() => expand(request, signal));
    last = mine.catch(() => {});
    return mine;
  };
}

/** Batch by batch, with room for other work between them. */
function receiveWindows(thread: Worker, end: (given: Expanded | Refused) => void): void {
  const windows: FeedWindows = Object.create(null);
  thread.on('message', (said: Expanded | Refused | WindowBatch) => {
    if (said.kind === 'refused') return end(said);
    if (said.kind === 'windows') return end({ ...said, windows });
    windows[said.pool] ??= [];
    windows[said.pool]?.push(...said.segments);
    setImmediate(() => thread.postMessage('next'));
  });
}

/** The settings of one feed out of all. */
export function windowSettings(config: Config, feed: FeedConfig): WindowSettings {
  return {
    feed: feed.name,
    ...(config.calendarTimezone === undefined ? {} : { zone: config.calendarTimezone }),
    pools: config.pools.map(({ name, baseline, leadTimeMs, holdTimeMs }) => ({
      name,
      baseline,
      leadTimeMs,
      holdTimeMs,
    })),
    unknownPools: feed.unknownPools,
    ...(feed.pools === undefined ? {} : { feedPools: feed.pools }),
    overlap: config.overlap,
    limits: config.calendarLimits,
  };
}

const GIVEN_UP = refused('feed-stopped', 'reading it was given up');

function late(deadlineMs: number): Refused {
  const message = `reading it took longer than ${deadlineMs / 1000} s; an event may hold an extreme rule`;
  return refused('feed-deadline', message);
}

function crashed(error: unknown, memoryMb: number): Refused {
  const { code, name, message } = error as { code?: string; name?: string; message?: string };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return refused('feed-memory', `reading it needed more than ${memoryMb} MB of memory`);
  }
  return refused('feed-crash', `reading it failed: ${name ?? 'Error'}: ${String(message).slice(0, 200)}`);
}

function refused(code: string, message: string): Refused {
  return { kind: 'refused', code, message };
}
