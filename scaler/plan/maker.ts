// Who made a Deployment that bears the name of a pool's placeholders: we did, the original did (its leftovers are taken
// over), or someone else, whose things are never touched. Ours carry the pool in their selector, which cannot be changed
// later; the original's carry only `app` and `component`, and replace their pods all at once (strategy Recreate). Another
// release of ours in the namespace is someone else too: two that write the same pool would never agree.
import type { DeploymentView } from '../cluster/snapshot.ts';
import { COMPONENT, POOL_LABEL } from '../placeholder/labels.ts';
import type { PlaceholderManifest } from './changes.ts';
import { isSameValue } from './differences.ts';

export type Maker = 'us' | 'original' | 'someone else';

const RELEASE = 'app.kubernetes.io/instance';

export function makerOf(watched: DeploymentView, wanted: PlaceholderManifest): Maker {
  const { labels, spec } = watched;
  if (isSameValue(spec.selector, wanted.spec.selector, ['selector']))
    return isOfAnotherRelease(watched, wanted) ? 'someone else' : 'us';
  const matched = (spec.selector as { matchLabels?: Record<string, string> } | undefined)?.matchLabels ?? {};
  const strategy = (spec.strategy as { type?: string } | undefined)?.type;
  const bearsItsLabels = labels.component === COMPONENT && labels.app !== undefined;
  const selectsByThem = matched[POOL_LABEL] === undefined && (matched.component ?? COMPONENT) === COMPONENT;
  return bearsItsLabels && selectsByThem && strategy === 'Recreate' ? 'original' : 'someone else';
}

/** By its label and its owner: a label alone may be someone's edit, and an owner alone was made anew. */
function isOfAnotherRelease(
  { labels, ownerUids }: DeploymentView,
  { metadata }: PlaceholderManifest,
): boolean {
  const release = labels[RELEASE];
  const owners = metadata.ownerReferences as { uid?: string }[];
  return (
    release !== undefined &&
    release !== metadata.labels[RELEASE] &&
    ownerUids.length > 0 &&
    owners.every(({ uid }) => uid !== undefined && !ownerUids.includes(uid))
  );
}
