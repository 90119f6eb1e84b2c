// What passes remember, and how it outlives the process: made new, restored from the saved state, and saved again.
import type { Feeds } from './calendar/feeds.ts';
import type { PassMemory } from './pass.ts';
import type { TakeOvers } from './placeholder/take-over.ts';
import { restoreHistory, savedHistory } from './plan/history.ts';
import type { SavedState } from './state/state.ts';

/** `saved` undefined: nothing is known of the nodes' past. */
export function restoreMemory(
  saved: SavedState | undefined,
  { nowMs, graceMs }: { nowMs: number; graceMs: number },
): PassMemory {
  return {
    history: restoreHistory(saved, { nowMs, graceMs }),
    sizes: new Map(Object.entries(saved?.sizes ?? {})),
    writes: new Map(),
    lastWrites: new Map(),
  };
}

/** A replica that begins to lead has watched the nodes itself; of the sizes it takes those it could not measure. */
export function inherit(memory: PassMemory, saved: SavedState): PassMemory {
  return { ...memory, sizes: new Map([...Object.entries(saved.sizes), ...memory.sizes]) };
}

export function stateToSave(
  memory: PassMemory,
  { feeds, takeOvers, nowMs }: { feeds: Pick<Feeds, 'saved'>; takeOvers: TakeOvers; nowMs: number },
): SavedState {
  return {
    version: 1,
    savedAtMs: nowMs,
    feeds: feeds.saved(),
    lastBusyMs: savedHistory(memory.history, nowMs),
    sizes: Object.fromEntries(memory.sizes),
    takeOvers: takeOvers.all(),
  };
}
