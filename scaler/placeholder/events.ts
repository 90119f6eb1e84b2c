// Kubernetes Events about the pools' Deployments, so that `kubectl describe deployment` tells what the scaler did and
// why. One per thing done, never one per pass: the same words again within ten minutes are counted and become one more
// Event with that count (the scaler may create Events, not change them), and a pool that is written to without end is
// slowed down. An Event that cannot be written is worth a debug line; one that never will be (no right to), a warning, once.
import { randomBytes } from 'node:crypto';
import { type EventsV1Api, type EventsV1Event, V1MicroTime } from '@kubernetes/client-node';
import type { Clock, Timer } from '../clock.ts';
import { isLasting, readRefusal } from '../cluster/refusal.ts';
import type { Logger } from '../log.ts';
import { within } from '../within.ts';
import { FIELD_MANAGER } from './labels.ts';

export interface PlaceholderEvent {
  pool: string;
  deployment: { name: string; uid?: string | undefined };
  type: 'Normal' | 'Warning';
  /** Why, in one CamelCase word: `Scaled`, `TakenOver`, `PutBack`, `WriteRefused`. */
  reason: string;
  /** What was done, in one CamelCase word: `Apply`, `TakeOver`. */
  action: string;
  /** For people; the decision's sentence. */
  note: string;
}

export interface EventRecorder {
  /** Returns at once. */
  record(event: PlaceholderEvent): void;
  /** Sends what is counted and waits for what is under way, at most a second. */
  stop(): Promise<void>;
}

export interface EventOptions {
  events: Pick<EventsV1Api, 'createNamespacedEvent'>;
  namespace: string;
  /** Which replica speaks: the pod's name. */
  identity: string;
  clock: Clock;
  log: Pick<Logger, 'debug' | 'warn'>;
}

const COLLAPSE_MS = 10 * 60_000;
/** Per pool: so many at once, then one in five minutes, as client-go's recorder does per object. */
const BURST = 25;
const REFILL_MS = 5 * 60_000;
/** The API server takes 1 KiB; with room for the dots. */
const LONGEST_NOTE_BYTES = 1_016;
const STOP_WITHIN_MS = 1_000;

interface Series {
  event: PlaceholderEvent;
  count: number;
  lastMs: number;
  timer: Timer;
}

export function openEvents({ events, namespace, identity, clock, log }: EventOptions): EventRecorder {
  const series = new Map<string, Series>();
  const buckets = new Map<string, { left: number; atMs: number }>();
  const underway = new Set<Promise<void>>();
  let warned = false;

  function mayCreate(pool: string): boolean {
    const now = clock.monotonic();
    const bucket = buckets.get(pool) ?? { left: BURST, atMs: now };
    const left = Math.min(BURST, bucket.left + (now - bucket.atMs) / REFILL_MS);
    buckets.set(pool, { left: left >= 1 ? left - 1 : left, atMs: now });
    return left >= 1;
  }

  function create(event: PlaceholderEvent, repeated?: { count: number; lastMs: number }): void {
    const { pool, reason } = event;
    if (!mayCreate(pool)) {
      log.debug({ pool, reason, note: event.note }, 'event left out: too many for this pool');
      return;
    }
    const body = eventBody(event, repeated, { namespace, identity, nowMs: clock.now() });
    const sending = events.createNamespacedEvent({ namespace, body }).then(
      () => {},
      (error: unknown) => {
        const refusal = readRefusal('POST events', error, clock.now());
        const level = isLasting(refusal) && !warned ? 'warn' : 'debug';
        warned ||= level === 'warn';
        log[level]({ pool, reason, err: refusal.message }, 'event not written');
      },
    );
    underway.add(sending);
    void sending.then(() => underway.delete(sending));
  }

  /** What was counted since the first Event of its kind. */
  function close(key: string): void {
    const ended = series.get(key);
    series.delete(key);
    ended?.timer.cancel();
    if (ended !== undefined && ended.count > 1) create(ended.event, ended);
  }

  return {
    record(event) {
      const key = JSON.stringify([event.pool, event.type, event.reason, event.action, event.note]);
      const running = series.get(key);
      if (running !== undefined) {
        running.count++;
        running.lastMs = clock.now();
        return;
      }
      const timer = clock.after(COLLAPSE_MS, () => close(key));
      series.set(key, { event, count: 1, lastMs: clock.now(), timer });
      create(event);
    },
    async stop() {
      for (const key of [...series.keys()]) close(key);
      await within(STOP_WITHIN_MS, clock, Promise.all(underway));
    },
  };
}

/** For a dry run. */
export function noEvents(): EventRecorder {
  return { record: () => {}, stop: async () => {} };
}

function eventBody(
  event: PlaceholderEvent,
  repeated: { count: number; lastMs: number } | undefined,
  from: { namespace: string; identity: string; nowMs: number },
): EventsV1Event {
  const { deployment, type, reason, action, note } = event;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    // events.k8s.io takes no generateName that ends in a dot; client-go makes its names the same way.
    metadata: { name: `${deployment.name}.${randomBytes(8).toString('hex')}`, namespace: from.namespace },
    eventTime: new V1MicroTime(from.nowMs),
    reportingController: FIELD_MANAGER,
    reportingInstance: from.identity,
    type,
    reason,
    action,
    note: shorten(note),
    regarding: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: from.namespace,
      name: deployment.name,
      ...(deployment.uid !== undefined && { uid: deployment.uid }),
    },
    ...(repeated && {
      series: { count: repeated.count, lastObservedTime: new V1MicroTime(repeated.lastMs) },
    }),
  };
}

function shorten(note: string): string {
  if (Buffer.byteLength(note) <= LONGEST_NOTE_BYTES) return note;
  const room = new Uint8Array(LONGEST_NOTE_BYTES);
  const { read } = new TextEncoder().encodeInto(note, room);
  return `${note.slice(0, read)} ...`;
}
