// Time as an argument: everything that waits or asks for the time takes a Clock, so that tests hand in one they move
// by hand. Only this file reads the machine's clocks.

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Wall time, epoch milliseconds. */
  now(): number;
  /** A clock that never jumps, milliseconds from an arbitrary start; for durations, leases and silence. */
  monotonic(): number;
  /** Calls `fire` once when wall time has reached `atMs` (at once, but never before this call returns, when it has). */
  at(atMs: number, fire: () => void): Timer;
  /** Calls `fire` once after `delayMs`. */
  after(delayMs: number, fire: () => void): Timer;
}

/** setTimeout holds its delay in 31 bits; longer waits are taken in steps. Steps of a minute also survive a suspended machine. */
const LONGEST_STEP_MS = 60_000;

/** The machine's clock. */
export function systemClock(): Clock {
  return {
    now: Date.now,
    monotonic: () => performance.now(),
    at(atMs, fire) {
      const left = () => Math.min(Math.max(atMs - Date.now(), 0), LONGEST_STEP_MS);
      const step = () => {
        if (atMs <= Date.now()) fire();
        else handle = setTimeout(step, left());
      };
      let handle = setTimeout(step, left());
      return { cancel: () => clearTimeout(handle) };
    },
    after(delayMs, fire) {
      const handle = setTimeout(fire, delayMs);
      return { cancel: () => clearTimeout(handle) };
    },
  };
}
