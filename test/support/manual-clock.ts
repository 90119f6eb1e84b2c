// A clock that a test moves by hand: nothing waits for real time.
import type { Clock, Timer } from '../../scaler/clock.ts';

export interface ManualClock extends Clock {
  /** Moves both clocks on and fires what is due, in order, letting promises settle between timers. */
  advance(ms: number): Promise<void>;
  /** Timers that are set. */
  waiting(): number;
}

/** Starts at `startMs` (default 2026-11-23T09:00:00Z). */
export function manualClock(startMs: number = Date.UTC(2026, 10, 23, 9)): ManualClock {
  let elapsed = 0;
  let order = 0;
  const timers = new Map<number, { due: number; fire: () => void }>();
  const set = (due: number, fire: () => void): Timer => {
    const id = order++;
    timers.set(id, { due, fire });
    return { cancel: () => timers.delete(id) };
  };
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    now: () => startMs + elapsed,
    monotonic: () => elapsed,
    at: (atMs, fire) => set(Math.max(atMs - startMs, elapsed), fire),
    after: (delayMs, fire) => set(elapsed + Math.max(delayMs, 0), fire),
    async advance(ms) {
      const end = elapsed + ms;
      await settle();
      for (;;) {
        const next = [...timers]
          .filter(([, t]) => t.due <= end)
          .sort(([a, x], [b, y]) => x.due - y.due || a - b)[0];
        if (next === undefined) break;
        timers.delete(next[0]);
        elapsed = Math.max(elapsed, next[1].due);
        next[1].fire();
        await settle();
      }
      elapsed = end;
      await settle();
    },
    waiting: () => timers.size,
  };
}
