// What the simulated controllers have in common: they look at the whole cluster soon after anything in it changed, and
// go on until there is nothing left to do.
import type { Clock, Timer } from '../../../scaler/clock.ts';
import type { ResourceName } from '../api/objects.ts';
import type { Store } from '../api/store.ts';

export interface Controller {
  stop(): void;
}

export interface Loop {
  store: Store;
  clock: Clock;
  /** From a change to the look at it. */
  delayMs: number;
  /** Changes of other resources do not wake it. */
  watches: ResourceName[];
  run(): void;
}

/** Runs once at the start, then after each change. */
export function reconcile({ store, clock, delayMs, watches, run }: Loop): Controller {
  let timer: Timer | undefined;
  const wake = () => {
    timer ??= clock.after(delayMs, () => {
      timer = undefined;
      run();
    });
  };
  const unsubscribe = store.subscribe(({ resource }) => {
    if (watches.includes(resource)) wake();
  });
  wake();
  return {
    stop() {
      unsubscribe();
      timer?.cancel();
    },
  };
}
