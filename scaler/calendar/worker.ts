// The thread that reads one body and ends: bytes in, booking windows and problems out. It knows neither the address of
// the feed nor the network; it may be stopped at any instant, so it leaves nothing behind.
import { parentPort, workerData } from 'node:worker_threads';
import type { Problem } from '../problem.ts';
import { joinSlabs } from './body.ts';
import { FeedRefused, readFeed } from './events.ts';
import type { Expanded, ExpandRequest, Refused, WindowBatch } from './expand.ts';
import type { FeedWindows } from './schedule.ts';
import { feedWindows } from './windows.ts';

/** A feed with thousands of broken events would fill log, page and state; the first ones tell the story. */
const MOST_PROBLEMS = 200;

/** Segments in one message: what arrives at once, the main thread must take apart at once. */
const BATCH = 500;

const request = workerData as ExpandRequest;
deliver(answer(request));

/** Windows go over in batches, the next one when it is asked for, so that a large feed never blocks the service. */
function deliver(result: Expanded | Refused): void {
  if (result.kind === 'refused') {
    parentPort?.postMessage(result);
    return;
  }
  const batches = batchesOf(result.windows);
  const next = () => parentPort?.postMessage(batches.pop() ?? { ...result, windows: {} });
  parentPort?.on('message', next);
  next();
}

/** Last batch first. */
function batchesOf(windows: FeedWindows): WindowBatch[] {
  return Object.entries(windows)
    .flatMap(([pool, segments]) =>
      Array.from({ length: Math.ceil(segments.length / BATCH) }, (_, index): WindowBatch => {
        return { kind: 'batch', pool, segments: segments.slice(index * BATCH, (index + 1) * BATCH) };
      }),
    )
    .reverse();
}

function answer({ slabs, contentType, fromMs, toMs, nowMs, settings }: ExpandRequest): Expanded | Refused {
  try {
    const { feed, zone, limits } = settings;
    const reading = readFeed(joinSlabs(slabs), {
      feed,
      ...(zone === undefined ? {} : { zone }),
      ...(contentType === undefined ? {} : { contentType }),
      fromMs,
      toMs,
      limits,
    });
    const { windows, problems, bookings } = feedWindows(reading, { ...settings, nowMs });
    return { kind: 'windows', windows, problems: firstOf(problems, feed), bookings, events: reading.events };
  } catch (error) {
    if (error instanceof FeedRefused) return { kind: 'refused', code: error.code, message: error.message };
    throw error;
  }
}

function firstOf(problems: Problem[], feed: string): Problem[] {
  if (problems.length <= MOST_PROBLEMS) return problems;
  const more: Problem = {
    code: 'more-problems',
    source: 'feed',
    severity: 'warning',
    where: `feed '${feed}'`,
    message: `${problems.length - MOST_PROBLEMS} more problems in this feed are not listed`,
    feed,
  };
  return [...problems.slice(0, MOST_PROBLEMS), more];
}
