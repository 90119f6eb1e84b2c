// Which size did a pool's placeholders have when they could be measured last? It is kept for the nodes that it was
// measured on: another node selector or affinity means other nodes, on which it may fit nowhere, so that none would ever
// come to be measured. When nothing is kept (the saved state is lost), what stands in the cluster says it.
import type { DeploymentView } from '../cluster/snapshot.ts';
import type { PoolConfig } from '../config/schema.ts';
import type { Requests } from '../placeholder/size.ts';
import { isSameValue, type Path, valueAt } from './differences.ts';
import { isTiny, SIZE_PATH } from './sizes.ts';

type Place = Pick<PoolConfig, 'name' | 'nodeSelector' | 'affinity'>;

const POD: Path = ['template', 'spec'];

/** Under which a size is remembered: the pool and what chooses its nodes, `data8 {"disk":"ssd"}`. */
export function sizeKey({ name, nodeSelector, affinity }: Place): string {
  const labels = Object.entries(nodeSelector).sort(([a], [b]) => (a < b ? -1 : 1));
  const nodes = [Object.fromEntries(labels), affinity?.nodeAffinity].filter((part) => part !== undefined);
  return [name, ...nodes.map((part) => JSON.stringify(part))].join(' ');
}

/** The last good size for these nodes, if one is known. */
export function keptSize(
  pool: Place,
  watched: Pick<DeploymentView, 'spec'> | undefined,
  sizes: ReadonlyMap<string, Requests>,
): Requests | undefined {
  const kept = sizes.get(sizeKey(pool));
  if (kept !== undefined || watched === undefined) return kept;
  if (isTiny(watched.spec) || !isForNodesOf(pool, watched.spec)) return undefined;
  return valueAt(watched.spec, [...SIZE_PATH, 'requests']) as Requests | undefined;
}

function isForNodesOf({ nodeSelector, affinity }: Place, spec: Record<string, unknown>): boolean {
  const selectorPath = [...POD, 'nodeSelector'];
  const affinityPath = [...POD, 'affinity', 'nodeAffinity'];
  return (
    isSameValue(nodeSelector, valueAt(spec, selectorPath), selectorPath) &&
    isSameValue(affinity?.nodeAffinity, valueAt(spec, affinityPath), affinityPath)
  );
}
