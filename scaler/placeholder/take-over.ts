// Taking over a Deployment that the original left behind. Its selector has no pool label and is immutable, so it is
// deleted (foreground: its pods go first, no node is bought twice) and ours is applied until the name is free.
// How many placeholders it had is remembered in the saved state before the delete, so that whoever goes on after a
// crash, at whatever step, ends with as many as there were:
//
//   remembered   watched Deployment        the pass then
//   no           the original's            plans a take-over (plan/changes)
//   yes          the original's            the same, with the remembered count (its pod made it again: delete again)
//   yes          none, or going            applies ours with the remembered count
//   yes          ours                      is done: forgets
import type { DeploymentView } from '../cluster/snapshot.ts';
import type { Change, PlaceholderManifest } from '../plan/changes.ts';
import type { SaveOutcome } from '../state/store.ts';
import { POOL_LABEL } from './labels.ts';

export interface TakeOvers {
  /** Replicas of a Deployment that is being taken over, until ours stands in its place. */
  remembered(pool: string): number | undefined;
  /** For the saved state. */
  all(): Record<string, number>;
  /** What a restart, or the leader before, left unfinished; what is remembered here already stays. */
  adopt(saved: Record<string, number>): void;
  /** Another replica leads: whatever is unfinished is its own to remember. */
  forget(): void;
  /** Resolves when the count is safely saved, or cannot be saved at all; `false`: try again before deleting. */
  begin(pool: string, replicas: number): Promise<boolean>;
  finish(pool: string): Promise<void>;
  /**
   * The change that goes on with a take-over begun earlier; undefined when there is none, or when the Deployment that is
   * there now must be judged first. Ask only with a view of the cluster that has been read. Its uid is empty when there
   * is nothing left to delete.
   */
  next(pool: string, wanted: PlaceholderManifest, watched: DeploymentView | undefined): Change | undefined;
}

/** `save` writes the state now; `refused` means that it never will be (no right to), which stops nobody. */
export function openTakeOvers(save: () => Promise<SaveOutcome>): TakeOvers {
  const counts = new Map<string, number>();
  const finish = async (pool: string) => {
    if (counts.delete(pool)) await save();
  };
  return {
    remembered: (pool) => counts.get(pool),
    all: () => Object.fromEntries(counts),
    adopt(saved) {
      for (const [pool, replicas] of Object.entries(saved)) if (!counts.has(pool)) counts.set(pool, replicas);
    },
    forget: () => counts.clear(),
    async begin(pool, replicas) {
      const known = counts.has(pool);
      if (!known) counts.set(pool, replicas);
      const noted = (await save()) !== 'failed';
      // Nothing was deleted yet: the next try asks again how many there are.
      if (!noted && !known) counts.delete(pool);
      return noted;
    },
    finish,
    next(pool, wanted, watched) {
      const replicas = counts.get(pool);
      if (replicas === undefined) return undefined;
      if (watched !== undefined && isOurs(pool, watched)) {
        void finish(pool);
        return undefined;
      }
      if (watched !== undefined && !watched.deleting) return undefined;
      return {
        kind: 'take-over',
        pool,
        manifest: wanted,
        uid: watched?.uid ?? '',
        from: replicas,
        to: wanted.spec.replicas,
      };
    },
  };
}

function isOurs(pool: string, { spec }: DeploymentView): boolean {
  const selector = spec.selector as { matchLabels?: Record<string, string> } | undefined;
  return selector?.matchLabels?.[POOL_LABEL] === pool;
}
