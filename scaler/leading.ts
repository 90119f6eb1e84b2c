// Does this replica write? It does while it holds the lease and knows what the leader before left: a take-over in its
// middle, sizes it measured, calendars it read. When that cannot be read for half a minute it leads without: the saved
// state helps, but nobody waits for it for ever (what needs it, a take-over, waits by itself until it can be saved).
import type { Clock, Timer } from './clock.ts';
import type { Logger } from './log.ts';
import type { TakeOvers } from './placeholder/take-over.ts';
import type { Leadership } from './state/lease.ts';
import type { SavedState } from './state/state.ts';
import type { StateStore } from './state/store.ts';

/** What a pass must take up before it begins. */
export interface Inheritance {
  /** Newly read state of the leader before. */
  state?: SavedState;
  /** Another replica may have written since: what this one wrote last says nothing any more. */
  disowned: boolean;
}

export interface Leading {
  /** Asked before every write; cheap. */
  leads(): boolean;
  /** Each is handed out once. */
  takeInheritance(): Inheritance;
  /** `onLead` is called when this replica begins to write, and when it has read the state late. */
  start(onLead: () => void): void;
  stop(): Promise<void>;
}

export interface LeadingOptions {
  lease: Leadership;
  store: Pick<StateStore, 'read'>;
  takeOvers: TakeOvers;
  clock: Clock;
  log: Logger;
  identity: string;
  /** With a single replica, the state as it was read at start: nobody else can have changed it. */
  known?: { state?: SavedState };
}

const READ_AGAIN_MS = 1_000;
const LEAD_WITHOUT_AFTER_MS = 30_000;
const LATE_READ_AGAIN_MS = 30_000;

export function openLeading(options: LeadingOptions): Leading {
  const { lease, store, takeOvers, clock, log, identity, known } = options;
  /** Counts the times of leading: what an earlier one still waits for is nobody's any more. */
  let term = 0;
  let hasBegun = false;
  let inherited: SavedState | undefined;
  let disowned = false;
  let waiting: Timer | undefined;
  let tell = () => {};

  function begin(): void {
    hasBegun = true;
    tell();
  }

  function take(state: SavedState | undefined): void {
    inherited = state;
    takeOvers.adopt(state?.takeOvers ?? {});
    begin();
  }

  async function readState(mine: number): Promise<void> {
    const giveUpAt = clock.monotonic() + LEAD_WITHOUT_AFTER_MS;
    for (;;) {
      const { answered, state } = await store.read();
      if (mine !== term) return;
      if (answered) return take(state);
      if (!hasBegun && clock.monotonic() >= giveUpAt) {
        log.warn({ identity }, 'leads without the saved state, which cannot be read');
        begin();
      }
      await new Promise<void>((resolve) => {
        waiting = clock.after(hasBegun ? LATE_READ_AGAIN_MS : READ_AGAIN_MS, resolve);
      });
    }
  }

  return {
    leads: () => hasBegun && lease.isLeader(),
    takeInheritance() {
      const now: Inheritance = { disowned, ...(inherited !== undefined && { state: inherited }) };
      inherited = undefined;
      disowned = false;
      return now;
    },
    start(onLead) {
      tell = onLead;
      lease.start((isLeader) => {
        log.info(
          { identity, holder: lease.holder() },
          isLeader ? 'this replica leads' : 'this replica stands by',
        );
        const mine = ++term;
        waiting?.cancel();
        hasBegun = false;
        if (!isLeader) {
          disowned = true;
          takeOvers.forget();
        } else if (known !== undefined) take(known.state);
        else void readState(mine);
      });
    },
    async stop() {
      term++;
      hasBegun = false;
      waiting?.cancel();
      await lease.stop();
    },
  };
}
