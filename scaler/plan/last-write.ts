// What we last applied to a pool's Deployment and what the API server made of it. It tells three things apart that look
// alike in the view: a view that has not seen our write yet, a value that the platform rewrites (not fought over), and
// someone's edit (put back).
import type { DeploymentView } from '../cluster/snapshot.ts';
import type { WriteResult } from '../placeholder/writer.ts';
import type { Change, PlaceholderManifest } from './changes.ts';
import { type Difference, isSameValue, valueAt } from './differences.ts';

export interface LastWrite {
  /** The spec as it was sent. */
  sent: PlaceholderManifest['spec'];
  /** The spec as the API server returned it, with its defaults and what webhooks made of it. */
  returned: Record<string, unknown>;
  uid?: string;
  /** `metadata.generation` that the API server returned: a view with a lower one is older than the write. */
  generation?: number;
  /** Monotonic. */
  atMs: number;
}

/** A watch that works shows a write within this; a new Deployment that is missing after it has been deleted. */
export const VIEW_LAG_MS = 2_000;

/** How far the view can be trusted to show our last write. */
export interface Sight {
  /** The view is whole and fresh: what it does not show after `VIEW_LAG_MS` is not so. */
  isFresh: boolean;
  monotonicMs: number;
}

/**
 * The Deployment in the view is older than what our last write returned. A fresh view is not for long: a generation that
 * stays lower, or a Deployment that stays away, is what a restored cluster or someone's deletion looks like.
 */
export function isBehind(
  watched: DeploymentView | undefined,
  last: LastWrite,
  { isFresh, monotonicMs }: Sight,
): boolean {
  if (isFresh && monotonicMs - last.atMs >= VIEW_LAG_MS) return false;
  const isComparable = watched !== undefined && watched.uid === last.uid && last.generation !== undefined;
  return isComparable ? watched.generation < (last.generation as number) : true;
}

/** The replicas that our last write left, where the view is older than it; undefined where the view counts. */
export function writtenReplicas(
  watched: DeploymentView | undefined,
  last: LastWrite | undefined,
  sight: Sight,
): number | undefined {
  if (last === undefined || !isBehind(watched, last, sight)) return undefined;
  return typeof last.returned.replicas === 'number' ? last.returned.replicas : undefined;
}

/** What to remember of a write that was accepted; nothing of a dry run, which leaves nothing to compare a view with. */
export function lastWriteOf(
  change: Change,
  { returned, uid, generation }: Extract<WriteResult, { ok: true }>,
  atMs: number,
): LastWrite | undefined {
  // A take-over applies the count that was there, whatever the decision wants next.
  const replicas = change.kind === 'take-over' ? Number(returned?.replicas) : change.to;
  return returned && { sent: { ...change.manifest.spec, replicas }, returned, uid, generation, atMs };
}

/** The platform made this of what we sent, and sending the same again would give the same. */
export function isRewrite({ path, wanted, actual }: Difference, last: LastWrite | undefined): boolean {
  if (last === undefined) return false;
  return (
    isSameValue(wanted, valueAt(last.sent, path), path) &&
    isSameValue(actual, valueAt(last.returned, path), path)
  );
}

/** Someone changed this since our last write. */
export function isEdit({ path, actual }: Difference, last: LastWrite | undefined): boolean {
  return last !== undefined && !isSameValue(actual, valueAt(last.returned, path), path);
}

/** We want something else here than what our last write came to. */
export function isNewWish({ path, wanted }: Difference, last: LastWrite | undefined): boolean {
  return last === undefined || !isSameValue(wanted, valueAt(last.returned, path), path);
}
