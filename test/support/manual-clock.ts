// A clock that a test moves by hand: nothing waits for real time.
import type { Clock, Timer } from '../../scaler/clock.ts';

export interface ManualClock extends Clock {
  /** Moves both clocks on and fires what is due, in order, letting promises settle between timers. */
  advance(ms: number): Promise<void>;
  /** Sets the wall clock on (or back, below 0) by so much, as a correction of the machine's time does. */
  stepWall(ms: number): void;
  /** Moves both clocks on while nothing runs, as in a process that is stopped: no timer fires before the next `advance`. */
  stall(ms: number): void;
  /** Timers that are set. */
  waiting(): number;
}

/** Starts at `startMs` (default 2026-11-23T09:00:00Z). */
export function manualClock(startMs: number = Date.UTC(2026, 10, 23, 9)): ManualClock {
  let elapsed = 0;
  let wallSteps = 0;
  let order = 0;
  const timers = new Map<number, { due: () => number; fire: () => void }>();
  const set = (due: () => number, fire: () => void): Timer => {
    const id = order++;
    timers.set(id, { due, fire });
    return { cancel: () => timers.delete(id) };
  };
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    now: () => startMs + wallSteps + elapsed,
    monotonic: () => elapsed,
    at(atMs, fire) {
      const setAt = elapsed;
      return set(() => Math.max(atMs - startMs - wallSteps, setAt), fire);
    },
    after(delayMs, fire) {
      const due = elapsed + Math.max(delayMs, 0);
      return set(() => due, fire);
    },
    async advance(ms) {
      const end = elapsed + ms;
      await settle();
      for (;;) {
        const next = [...timers]
          .map(([id, { due, fire }]) => ({ id, due: due(), fire }))
          .filter(({ due }) => due <= end)
          .sort((a, b) => a.due - b.due || a.id - b.id)[0];
        if (next === undefined) break;
        timers.delete(next.id);
        elapsed = Math.max(elapsed, next.due);
        next.fire();
        await settle();
      }
      elapsed = end;
      await settle();
    },
    stepWall(ms) {
      wallSteps += ms;
    },
    stall(ms) {
      elapsed += ms;
    },
    waiting: () => timers.size,
  };
}
