// Server-side apply, as far as a client with its own objects needs it: what a manager sends is merged into the object,
// and what it sent the last time but no longer sends is pruned, unless another manager applies that field too.
// Lists of named things merge by their key, all other lists are replaced whole. Owners are kept beside the objects
// (per uid), not shown in metadata.managedFields.
import { isDeepStrictEqual } from 'node:util';

type Json = unknown;
type Fields = Record<string, Json>;

/** Keys by which lists merge, by the name of the field that holds them. */
const LIST_KEYS: Record<string, string[]> = {
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  ports: ['containerPort', 'protocol'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  imagePullSecrets: ['name'],
  schedulingGates: ['name'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  conditions: ['type'],
  ownerReferences: ['uid'],
};

const isFields = (value: Json): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function itemKey(field: string, item: Json): string | undefined {
  const keys = LIST_KEYS[field];
  return keys && isFields(item) ? JSON.stringify(keys.map((key) => item[key])) : undefined;
}

function merge(live: Json, sent: Json, field: string): Json {
  if (isFields(sent)) {
    const result: Fields = isFields(live) ? { ...live } : {};
    for (const [key, value] of Object.entries(sent)) result[key] = merge(result[key], value, key);
    return result;
  }
  if (Array.isArray(sent) && Array.isArray(live) && LIST_KEYS[field]) {
    const result = [...live];
    for (const item of sent) {
      const at = result.findIndex((other) => itemKey(field, other) === itemKey(field, item));
      if (at < 0) result.push(item);
      else result[at] = merge(result[at], item, '');
    }
    return result;
  }
  return structuredClone(sent);
}

/** `live` without what `last` had and neither `sent` nor any of `others` has. */
function prune(
  live: Json,
  { last, sent, others }: { last: Json; sent: Json; others: Json[] },
  field: string,
): Json {
  if (isFields(live) && isFields(last)) {
    const result: Fields = { ...live };
    for (const key of Object.keys(last)) {
      if (!(key in result)) continue;
      const next = isFields(sent) ? sent[key] : undefined;
      const rest = others
        .map((other) => (isFields(other) ? other[key] : undefined))
        .filter((o) => o !== undefined);
      if (next === undefined && rest.length === 0 && !isFields(last[key])) delete result[key];
      else {
        const value = prune(result[key], { last: last[key], sent: next, others: rest }, key);
        const emptied =
          next === undefined && rest.length === 0 && isFields(value) && Object.keys(value).length === 0;
        if (emptied) delete result[key];
        else result[key] = value;
      }
    }
    return result;
  }
  if (Array.isArray(live) && Array.isArray(last) && LIST_KEYS[field]) {
    const find = (list: Json, item: Json) =>
      Array.isArray(list) ? list.find((other) => itemKey(field, other) === itemKey(field, item)) : undefined;
    return live.flatMap((item) => {
      const had = find(last, item);
      if (had === undefined) return [item];
      const next = find(sent, item);
      const rest = others.map((other) => find(other, item)).filter((other) => other !== undefined);
      if (next === undefined && rest.length === 0) return [];
      return [prune(item, { last: had, sent: next, others: rest }, '')];
    });
  }
  return live;
}

/** Paths at which `sent` would change a value that another manager applies. */
function conflicts(live: Json, { sent, other }: { sent: Json; other: Json }, path: string): string[] {
  if (!isFields(sent) || !isFields(other)) return isDeepStrictEqual(live, sent) ? [] : [path];
  return Object.keys(sent)
    .filter((key) => key in other)
    .flatMap((key) =>
      conflicts(
        isFields(live) ? live[key] : undefined,
        { sent: sent[key], other: other[key] },
        `${path}.${key}`,
      ),
    );
}

export interface Owners {
  /** What this manager's apply makes of `live`; `conflicts` are the fields it may only take with force. */
  apply<T extends object>(
    live: T | undefined,
    call: { uid: string | undefined; manager: string; sent: object },
  ): { object: T; conflicts: string[] };
  /** To be called when the result is kept. */
  remember(uid: string, manager: string, sent: object): void;
  forget(uid: string): void;
}

export function trackOwners(): Owners {
  const applied = new Map<string, Map<string, object>>();
  return {
    apply<T extends object>(
      live: T | undefined,
      { uid, manager, sent }: { uid: string | undefined; manager: string; sent: object },
    ) {
      const owners = (uid !== undefined && applied.get(uid)) || new Map<string, object>();
      const others = [...owners].filter(([name]) => name !== manager);
      const clashes = others.flatMap(([name, other]) =>
        conflicts(live, { sent, other }, '').map((path) => `conflict with "${name}": ${path}`),
      );
      const last = owners.get(manager);
      const pruned = last ? prune(live, { last, sent, others: others.map(([, o]) => o) }, '') : live;
      return { object: merge(pruned ?? {}, sent, '') as T, conflicts: clashes };
    },
    remember(uid, manager, sent) {
      const owners = applied.get(uid) ?? new Map<string, object>();
      applied.set(uid, owners.set(manager, structuredClone(sent)));
    },
    forget: (uid) => applied.delete(uid),
  };
}

/** RFC 7386: null removes, objects merge, everything else replaces. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isFields(patch)) return patch;
  const result: Fields = isFields(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}
