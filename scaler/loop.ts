// When a pass runs: at the exact instant at which the schedule changes, about a second after the cluster changed in a
// way that matters, when a feed brought something new, soon after a write failed, and every 60 s as a safety net.
// Never two at once: what is asked for during a pass runs in one pass after it.
import type { Clock, Timer } from './clock.ts';

export const CAUSES = [
  'start',
  'boundary',
  'cluster',
  'feed',
  'config',
  'leader',
  'retry',
  'safety',
] as const;
export type Cause = (typeof CAUSES)[number];

/** What one pass was asked for, and what the loop must know of its end. */
export interface Trigger {
  cause: Cause;
  /** With cause `boundary`: the instant that was crossed. */
  boundaryMs?: number;
}

export interface PassEnd {
  /** The next instant at which the schedule changes. */
  nextBoundaryMs?: number;
  /** A write failed: try again after this. */
  retryAfterMs?: number;
}

export interface LoopOptions {
  clock: Clock;
  /** Must not throw for what the world breaks; what it throws all the same goes to `onError` and the loop goes on. */
  pass(trigger: Trigger): Promise<PassEnd>;
  onError(error: unknown): void;
  /** From the first change seen to the pass; later changes do not push it back. */
  debounceMs?: number;
  safetyMs?: number;
}

export interface Loop {
  trigger(cause: Cause): void;
  /** When the running pass began (monotonic ms), or undefined between passes; for liveness. */
  runningSince(): number | undefined;
  /** No new pass begins; resolves when the running one has ended. */
  stop(): Promise<void>;
}

/** When several causes wait for one pass, the first of CAUSES names it. */
function strongest(a: Trigger | undefined, b: Trigger): Trigger {
  return a !== undefined && CAUSES.indexOf(a.cause) <= CAUSES.indexOf(b.cause) ? a : b;
}

export function startLoop(options: LoopOptions): Loop {
  const { clock, debounceMs = 1_000, safetyMs = 60_000 } = options;
  let asked: Trigger | undefined;
  let running: Promise<void> | undefined;
  let since: number | undefined;
  let stopped = false;
  let debounce: Timer | undefined;
  let timers: Timer[] = [];

  const ask = (trigger: Trigger) => {
    if (stopped) return;
    asked = strongest(asked, trigger);
    running ??= Promise.resolve().then(runAll);
  };

  async function runAll(): Promise<void> {
    while (asked !== undefined && !stopped) {
      const trigger = asked;
      asked = undefined;
      debounce?.cancel();
      debounce = undefined;
      since = clock.monotonic();
      const end = await options.pass(trigger).catch((error: unknown): PassEnd => {
        options.onError(error);
        return { retryAfterMs: 5_000 };
      });
      since = undefined;
      if (!stopped) setTimers(end);
    }
    // In the same turn as the look at `asked` above: a trigger finds either a pass to join or none running.
    running = undefined;
  }

  function setTimers({ nextBoundaryMs, retryAfterMs }: PassEnd): void {
    for (const timer of timers) timer.cancel();
    timers = [clock.after(safetyMs, () => ask({ cause: 'safety' }))];
    if (nextBoundaryMs !== undefined) {
      timers.push(clock.at(nextBoundaryMs, () => ask({ cause: 'boundary', boundaryMs: nextBoundaryMs })));
    }
    if (retryAfterMs !== undefined && retryAfterMs < safetyMs) {
      timers.push(clock.after(retryAfterMs, () => ask({ cause: 'retry' })));
    }
  }

  ask({ cause: 'start' });
  return {
    trigger(cause) {
      if (cause !== 'cluster') ask({ cause });
      else if (!stopped) {
        debounce ??= clock.after(debounceMs, () => {
          debounce = undefined;
          ask({ cause: 'cluster' });
        });
      }
    },
    runningSince: () => since,
    async stop() {
      stopped = true;
      debounce?.cancel();
      for (const timer of timers) timer.cancel();
      await running;
    },
  };
}
