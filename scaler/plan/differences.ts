// Where an object that the cluster shows differs in value from what we want to apply. Only what we send is compared: the
// API server fills in the rest. Where it fills in nothing (selectors, tolerations, affinity, sizes) what is there beside
// ours differs too, because an apply takes away what was once sent. `1000m` of cpu is `1`; the order of keys says nothing.
import { readCpuMilli, readQuantity } from '../cluster/quantities.ts';

export type Path = readonly (string | number)[];

export interface Difference {
  path: Path;
  wanted: unknown;
  actual: unknown;
}

/** Under these keys nothing is filled in by the API server: all of it is compared, both ways. */
const WHOLE = new Set(['selector', 'nodeSelector', 'tolerations', 'affinity', 'resources']);

/** An empty selector selects everything, an absent one nothing; everywhere else empty and absent are the same. */
const EMPTY_COUNTS = new Set(['namespaceSelector', 'labelSelector']);

/** Leaf by leaf; lists of different length differ as a whole. */
export function differences(wanted: unknown, actual: unknown): Difference[] {
  const found: Difference[] = [];
  compare({ wanted, actual, path: [] }, { whole: false, found });
  return found;
}

export function isSameValue(a: unknown, b: unknown, path: Path = []): boolean {
  const found: Difference[] = [];
  compare({ wanted: a, actual: b, path }, { whole: true, found });
  return found.length === 0;
}

export function valueAt(object: unknown, path: Path): unknown {
  let at = object;
  for (const key of path) at = (at as Record<string | number, unknown> | null | undefined)?.[key];
  return at;
}

/** `template.spec.containers[0].image` */
export function pathText(path: Path): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`)).join('');
}

function compare({ wanted, actual, path }: Difference, into: { whole: boolean; found: Difference[] }): void {
  const { whole, found } = into;
  if (isEmpty(wanted, path) && (isEmpty(actual, path) || !whole)) return;
  if (Array.isArray(wanted) && Array.isArray(actual) && wanted.length === actual.length) {
    for (const [i, item] of wanted.entries())
      compare({ wanted: item, actual: actual[i], path: [...path, i] }, into);
    return;
  }
  if (isObject(wanted) && (isObject(actual) || actual === undefined || actual === null)) {
    if (isEmpty(wanted, path) !== isEmpty(actual, path) && EMPTY_COUNTS.has(String(path.at(-1)))) {
      found.push({ path, wanted, actual });
      return;
    }
    const besides = Object.keys(actual ?? {}).filter((key) => whole || WHOLE.has(key));
    for (const key of new Set([...Object.keys(wanted), ...besides])) {
      const under = { wanted: wanted[key], actual: actual?.[key], path: [...path, key] };
      compare(under, { found, whole: whole || WHOLE.has(key) });
    }
    return;
  }
  if (!isSameLeaf(wanted, actual, path)) found.push({ path, wanted, actual });
}

function isSameLeaf(a: unknown, b: unknown, path: Path): boolean {
  if (a === b) return true;
  const parent = path.at(-2);
  if (parent !== 'requests' && parent !== 'limits') return false;
  const value = path.at(-1) === 'cpu' ? readCpuMilli : readQuantity;
  const [left, right] = [value(a), value(b)];
  return left !== undefined && left === right;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown, path: Path): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && !EMPTY_COUNTS.has(String(path.at(-1))) && Object.keys(value).length === 0;
}
