// Who made a Deployment that bears the name of a pool's placeholders: we did, the original did (its leftovers are taken
// over), or someone else, whose things are never touched. Ours carry the pool in their selector, which cannot be changed
// later; the original's carry only `app` and `component`, and replace their pods all at once (strategy Recreate).
import type { DeploymentView } from '../cluster/snapshot.ts';
import { COMPONENT, POOL_LABEL } from '../placeholder/labels.ts';
import { isSameValue } from './differences.ts';

export type Maker = 'us' | 'original' | 'someone else';

/** `selector` is the one we want for the pool. */
export function makerOf({ labels, spec }: DeploymentView, selector: unknown): Maker {
  if (isSameValue(spec.selector, selector, ['selector'])) return 'us';
  const matched = (spec.selector as { matchLabels?: Record<string, string> } | undefined)?.matchLabels ?? {};
  const strategy = (spec.strategy as { type?: string } | undefined)?.type;
  const bearsItsLabels = labels.component === COMPONENT && labels.app !== undefined;
  const selectsByThem = matched[POOL_LABEL] === undefined && (matched.component ?? COMPONENT) === COMPONENT;
  return bearsItsLabels && selectsByThem && strategy === 'Recreate' ? 'original' : 'someone else';
}
