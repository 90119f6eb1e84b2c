// Sends Events one after the other, in the background: a pass never waits for one. What the API server cannot take now is
// tried again for 20 minutes (that it could not be watched is told when it is back), a missing right is a warning, once.
import type { Clock } from '../clock.ts';
import { delayAfter } from '../cluster/backoff.ts';
import { isLasting, readRefusal } from '../cluster/refusal.ts';
import type { Logger } from '../log.ts';
import { within } from '../within.ts';

export interface Sending {
  about: { pool: string; reason: string };
  /** `POST events` */
  call: string;
  /** Throws as typed calls do. */
  send(): Promise<unknown>;
}

export interface EventQueue {
  push(sending: Sending): void;
  /** Tries what waits once more, for a second at most; nothing is sent afterwards. */
  stop(): Promise<void>;
}

export interface QueueOptions {
  clock: Clock;
  log: Pick<Logger, 'debug' | 'warn'>;
  /** Gives 0 <= x < 1. */
  random?: () => number;
}

const MOST_WAITING = 100;
const GIVE_UP_MS = 20 * 60_000;
/** An API server that starts answers 403 for some seconds: half a minute of tries. */
const MOST_FORBIDDEN = 5;
const STOP_WITHIN_MS = 1_000;

export function openEventQueue({ clock, log, random = Math.random }: QueueOptions): EventQueue {
  const waiting: (Sending & { sinceMs: number })[] = [];
  let working: Promise<void> | undefined;
  let stopping = false;
  let stopped = false;
  let warned = false;
  let wake = () => {};

  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined && !stopped; next = waiting.shift())
      await trySend(next);
    working = undefined;
  }

  async function trySend({ about, call, send, sinceMs }: Sending & { sinceMs: number }): Promise<void> {
    for (let attempt = 1; !stopped; attempt++) {
      try {
        await send();
        return;
      } catch (error) {
        const refusal = readRefusal(call, error, clock.now());
        const mayStart = refusal.status === 403 && attempt < MOST_FORBIDDEN && !warned;
        const ends =
          stopping || clock.monotonic() - sinceMs > GIVE_UP_MS || (isLasting(refusal) && !mayStart);
        const isNews = ends && isLasting(refusal) && !warned;
        warned ||= isNews;
        log[isNews ? 'warn' : 'debug']({ ...about, err: refusal.message }, 'event not written');
        if (ends) return;
        await pause(delayAfter({ ...refusal, attempt }, random));
      }
    }
  }

  function pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = clock.after(delayMs, resolve);
      wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  return {
    push(sending) {
      if (stopped) return;
      if (waiting.length >= MOST_WAITING) {
        log.debug({ ...sending.about }, 'event left out: too many wait');
        return;
      }
      waiting.push({ ...sending, sinceMs: clock.monotonic() });
      working ??= work();
    },
    async stop() {
      stopping = true;
      wake();
      if (working !== undefined) await within(STOP_WITHIN_MS, clock, working);
      stopped = true;
    },
  };
}
