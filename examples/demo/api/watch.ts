// One watch: what happened since the version asked for, then what happens, as JSON lines, with bookmarks.
// With sendInitialEvents (a WatchList) the list comes first as ADDED, closed by a bookmark annotated
// k8s.io/initial-events-end. An object that a change moves out of the selector is DELETED for this watcher, and back.
import type { KubeObject } from './objects.ts';
import type { Target } from './resources.ts';
import { queryMatcher } from './selectors.ts';
import { Refused, statusBody } from './status.ts';
import type { Store, StoreEvent } from './store.ts';

export interface WatchRules {
  /** Off: sendInitialEvents is refused with 422, as by a server without the feature. */
  watchList: boolean;
}

export interface Watch {
  target: Target;
  /** What to send before anything new happens. */
  opening: object[];
  /** Closes at once after the opening (its version was too old). */
  over: boolean;
  /** The line for a change, or undefined when this watcher does not see it. */
  see(event: StoreEvent): object | undefined;
  bookmark(): object | undefined;
  timeoutSeconds: number;
}

export function openWatch(
  store: Store,
  { target, query, rules }: { target: Target; query: URLSearchParams; rules: WatchRules },
): Watch {
  const resource = target.resource.name;
  const matches = queryMatcher(query, { resource, namespace: target.namespace });
  const bookmarks = query.get('allowWatchBookmarks') === 'true';
  const asked = query.get('resourceVersion') ?? '';
  const initial = query.get('sendInitialEvents');
  if (initial !== null) {
    const refusal = !rules.watchList
      ? 'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled'
      : query.get('resourceVersionMatch') !== 'NotOlderThan'
        ? 'resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'
        : undefined;
    if (refusal) throw new Refused(422, `ListOptions.meta.k8s.io "" is invalid: ${refusal}`);
  }

  const see = ({ type, object, previous, resource: changed }: StoreEvent) => {
    if (changed !== resource) return undefined;
    const was = previous !== undefined && matches(previous);
    const is = type !== 'DELETED' && matches(object);
    if (is) return { type: was ? 'MODIFIED' : 'ADDED', object };
    if (!was) return undefined;
    const { resourceVersion } = object.metadata;
    const last = type === 'DELETED' ? object : previous;
    return { type: 'DELETED', object: { ...last, metadata: { ...last.metadata, resourceVersion } } };
  };
  const bookmark = (annotations?: Record<string, string>) => ({
    type: 'BOOKMARK',
    object: {
      kind: target.resource.kind,
      apiVersion: target.apiVersion,
      metadata: { resourceVersion: String(store.revision()), ...(annotations && { annotations }) },
    },
  });

  let opening: object[];
  let over = false;
  const fromNow = asked === '' || asked === '0' || initial === 'true';
  if (fromNow) {
    const objects: KubeObject[] = initial === 'false' ? [] : store.list(resource).filter(matches);
    opening = objects.map((object) => ({ type: 'ADDED', object }));
    if (initial === 'true' && bookmarks) opening.push(bookmark({ 'k8s.io/initial-events-end': 'true' }));
  } else {
    const missed = store.changesSince(resource, Number(asked));
    over = missed === undefined;
    opening = missed
      ? missed.map(see).filter((line) => line !== undefined)
      : [
          {
            type: 'ERROR',
            object: statusBody(410, `too old resource version: ${asked} (${store.revision()})`),
          },
        ];
  }
  return {
    target,
    opening,
    over,
    see,
    bookmark: () => (bookmarks ? bookmark() : undefined),
    timeoutSeconds: Number(query.get('timeoutSeconds') ?? 0) || 1_800,
  };
}
