// When a placeholder's size counts as changed: a change rolls every warm placeholder, so a hair's breadth (a DaemonSet
// that asks a little more) is not worth it.
import { readCpuMilli, readQuantity } from '../cluster/quantities.ts';
import { TINY_SIZE } from '../placeholder/size.ts';
import { type Difference, isSameValue, type Path, valueAt } from './differences.ts';

/** Resources of the placeholder's one container, inside a Deployment's spec. */
export const SIZE_PATH: Path = ['template', 'spec', 'containers', 0, 'resources'];

/** Up to this share of what is there, a difference of size is left alone. */
export const RESIZE_ABOVE = 0.02;

export function isOfSize({ path }: Difference): boolean {
  return SIZE_PATH.every((key, i) => path[i] === key);
}

/** On which nodes it may run. */
export function isOfPlace({ path }: Difference): boolean {
  return (
    path[0] === 'template' && path[1] === 'spec' && (path[2] === 'nodeSelector' || path[2] === 'affinity')
  );
}

/** More than 2 % of what it was, or a resource that comes or goes. */
export function isWorthARoll({ path, wanted, actual }: Difference): boolean {
  const read = path.at(-1) === 'cpu' ? readCpuMilli : readQuantity;
  const [to, from] = [read(wanted), read(actual)];
  if (to === undefined || from === undefined) return true;
  return Math.abs(to - from) > RESIZE_ABOVE * Math.abs(from);
}

/** The size with which a pool starts that never had a node: it holds no room, so giving it up loses nothing. */
export function isTiny(spec: Record<string, unknown>): boolean {
  const path = [...SIZE_PATH, 'requests'];
  return isSameValue(valueAt(spec, path), TINY_SIZE, path);
}
