// For how long has a store not been known to be whole? Told by the monotonic clock, and by what the wall clock went
// ahead of it: a machine that was suspended may find that only the wall clock moved. A wall clock that is set back makes
// nothing younger or older.
import type { Clock } from '../clock.ts';

export interface LastWhole {
  /** The store is whole now. */
  isWhole(): void;
  /** Milliseconds since then, 0 or more; since this was made when it never was. */
  agoMs(): number;
}

export function openLastWhole(clock: Pick<Clock, 'now' | 'monotonic'>): LastWhole {
  /** By how much the wall clock is ahead, seen from an arbitrary point. */
  const ahead = () => clock.now() - clock.monotonic();
  let atMs = clock.monotonic();
  let leastAhead = ahead();
  return {
    isWhole() {
      atMs = clock.monotonic();
      leastAhead = ahead();
    },
    agoMs() {
      const aheadNow = ahead();
      leastAhead = Math.min(leastAhead, aheadNow);
      return clock.monotonic() - atMs + (aheadNow - leastAhead);
    },
  };
}
