// What we last applied to a pool's Deployment and what the API server made of it. It tells three things apart that look
// alike in the view: a view that has not seen our write yet, a value that the platform rewrites (not fought over), and
// someone's edit (put back).
import type { DeploymentView } from '../cluster/snapshot.ts';
import type { PlaceholderManifest } from './changes.ts';
import { type Difference, isSameValue, valueAt } from './differences.ts';

export interface LastWrite {
  /** The spec as it was sent. */
  sent: PlaceholderManifest['spec'];
  /** The spec as the API server returned it, with its defaults and what webhooks made of it. */
  returned: Record<string, unknown>;
  uid?: string;
  /** `metadata.generation` that the API server returned: a view with a lower one is older than the write. */
  generation?: number;
  atMs: number;
}

/** A watch that works shows a write within this; a new Deployment that is missing after it has been deleted. */
export const VIEW_LAG_MS = 2_000;

/** The Deployment in the view is older than what our last write returned. */
export function isBehind(watched: DeploymentView | undefined, last: LastWrite, nowMs: number): boolean {
  if (watched !== undefined && watched.uid === last.uid && last.generation !== undefined) {
    return watched.generation < last.generation;
  }
  return nowMs - last.atMs < VIEW_LAG_MS;
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
