// Kubernetes Events about the pools' Deployments, so that `kubectl describe deployment` tells what the scaler did and
// why. What happens again within ten minutes is one series, as the Events API means it: the Event that is there gets a
// count and the time of the last, at once when it happens the second time, then every five minutes at most, and at the
// end. A pool that never rests gets 25 Events at once, then one in five minutes.
import { type EventsV1Api, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import type { Clock, Timer } from '../clock.ts';
import { readRefusal } from '../cluster/refusal.ts';
import type { Logger } from '../log.ts';
import { eventBody, seriesBody } from './event-body.ts';
import { openEventQueue } from './event-queue.ts';
import type { EventReason } from './event-reasons.ts';

export interface PlaceholderEvent {
  pool: string;
  deployment: { name: string; uid?: string | undefined };
  type: 'Normal' | 'Warning';
  reason: EventReason;
  /** What was done, in one CamelCase word: `Apply`, `TakeOver`. */
  action: string;
  /** For people: what happened, and the decision's sentence. */
  note: string;
  /** Events of a pool with one topic are one series; the note of the first stays. */
  topic: string;
}

export interface EventRecorder {
  /** Returns at once. */
  record(event: PlaceholderEvent): void;
  /** Sends what is counted and waits for what is under way, at most a second. */
  stop(): Promise<void>;
}

export interface EventOptions {
  events: Pick<EventsV1Api, 'createNamespacedEvent' | 'patchNamespacedEvent'>;
  namespace: string;
  /** Which replica speaks: the pod's name. */
  identity: string;
  clock: Clock;
  log: Pick<Logger, 'debug' | 'warn'>;
  /** Gives 0 <= x < 1; default Math.random. */
  random?: () => number;
}

/** So long after the last time it is a new thing. */
const SERIES_ENDS_MS = 10 * 60_000;
const TELL_AGAIN_MS = 5 * 60_000;
/** Per pool: so many at once, then one in five minutes, as client-go's recorder does per object. */
const BURST = 25;
const REFILL_MS = 5 * 60_000;

interface Series {
  event: PlaceholderEvent;
  body: ReturnType<typeof eventBody>;
  count: number;
  lastMs: number;
  /** The count that was sent or waits to be sent. */
  told: number;
  toldAtMs: number;
  teller?: Timer;
  end: Timer;
}

export function openEvents(options: EventOptions): EventRecorder {
  const { events, namespace, identity, clock, log } = options;
  const queue = openEventQueue(options);
  const running = new Map<string, Series>();
  const buckets = new Map<string, { left: number; atMs: number }>();

  function mayCreate(pool: string): boolean {
    const now = clock.monotonic();
    const bucket = buckets.get(pool) ?? { left: BURST, atMs: now };
    const left = Math.min(BURST, bucket.left + (now - bucket.atMs) / REFILL_MS);
    buckets.set(pool, { left: left >= 1 ? left - 1 : left, atMs: now });
    return left >= 1;
  }

  function begin(key: string, event: PlaceholderEvent): void {
    const { pool, reason } = event;
    if (!mayCreate(pool)) {
      log.debug({ pool, reason, note: event.note }, 'event left out: too many for this pool');
      return;
    }
    const nowMs = clock.now();
    const body = eventBody(event, { namespace, identity, nowMs });
    const end = clock.after(SERIES_ENDS_MS, () => close(key));
    running.set(key, { event, body, count: 1, lastMs: nowMs, told: 1, toldAtMs: -TELL_AGAIN_MS, end });
    queue.push({ about: { pool, reason }, call: 'POST events', send: () => create(body) });
  }

  /** The answer to an earlier try may have been lost. */
  async function create(body: Series['body']): Promise<void> {
    try {
      await events.createNamespacedEvent({ namespace, body });
    } catch (error) {
      if (readRefusal('POST events', error, clock.now()).status !== 409) throw error;
    }
  }

  function repeat(key: string, series: Series): void {
    series.count++;
    series.lastMs = clock.now();
    series.end.cancel();
    series.end = clock.after(SERIES_ENDS_MS, () => close(key));
    if (series.teller !== undefined) return;
    const waitMs = series.toldAtMs + TELL_AGAIN_MS - clock.monotonic();
    if (waitMs <= 0) tell(series);
    else series.teller = clock.after(waitMs, () => tell(series));
  }

  function tell(series: Series): void {
    const { event, body, count, lastMs } = series;
    series.teller?.cancel();
    delete series.teller;
    series.told = count;
    series.toldAtMs = clock.monotonic();
    const { pool, reason } = event;
    queue.push({ about: { pool, reason }, call: 'PATCH events', send: () => patch(body, count, lastMs) });
  }

  async function patch(body: Series['body'], count: number, lastMs: number): Promise<void> {
    const change = seriesBody(count, lastMs);
    try {
      await events.patchNamespacedEvent(
        { name: body.metadata.name, namespace, body: change },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      );
    } catch (error) {
      // Events are kept for an hour; one that goes on is told anew.
      if (readRefusal('PATCH events', error, clock.now()).status !== 404) throw error;
      await create({ ...body, ...change });
    }
  }

  function close(key: string): void {
    const series = running.get(key);
    if (series === undefined) return;
    running.delete(key);
    series.end.cancel();
    if (series.count > series.told) tell(series);
  }

  return {
    record(event) {
      const key = JSON.stringify([event.pool, event.topic]);
      const series = running.get(key);
      if (series === undefined) begin(key, event);
      else repeat(key, series);
    },
    async stop() {
      for (const key of [...running.keys()]) close(key);
      await queue.stop();
    },
  };
}

/** For a dry run. */
export function noEvents(): EventRecorder {
  return { record: () => {}, stop: async () => {} };
}
