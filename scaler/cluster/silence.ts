// Notices that nothing was heard for too long. One timer, however often something is heard.
import type { Clock, Timer } from '../clock.ts';

export interface Silence {
  heard(): void;
  stop(): void;
}

/** Calls `onSilence` once when `heard` was not called for `limitMs`, counted from now. */
export function listenFor(clock: Clock, limitMs: number, onSilence: () => void): Silence {
  let last = clock.monotonic();
  const check = () => {
    const left = last + limitMs - clock.monotonic();
    if (left > 0) timer = clock.after(left, check);
    else onSilence();
  };
  let timer: Timer = clock.after(limitMs, check);
  return {
    heard() {
      last = clock.monotonic();
    },
    stop: () => timer.cancel(),
  };
}
