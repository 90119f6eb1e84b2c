// What the simulated cluster holds: every object, one counter of resource versions over all of them, and a bounded
// history of changes, so that a watch can go on from a version it has seen (or is told 410 when that is too old).
// Objects are never changed in place: whoever holds one holds that version of it.
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../../scaler/clock.ts';
import type { Draft, KubeObject, ResourceName, Stored } from './objects.ts';
import { resourceOf } from './resources.ts';

export interface StoreEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  resource: ResourceName;
  /** With DELETED: the last state, carrying the version of the deletion. */
  object: KubeObject;
  previous?: KubeObject;
  revision: number;
}

export interface ObjectRef {
  name: string;
  namespace?: string;
}

export interface Store {
  get<R extends ResourceName>(resource: R, ref: ObjectRef): Stored[R] | undefined;
  /** By namespace, then name. */
  list<R extends ResourceName>(resource: R, namespace?: string): Stored[R][];
  /** Throws when an object of that name is there. */
  create<R extends ResourceName>(resource: R, draft: Draft<Stored[R]>): Stored[R];
  /** Hands a copy to `edit`; nothing happens when it comes back equal. Undefined when there is no such object. */
  change<R extends ResourceName>(
    resource: R,
    ref: ObjectRef,
    edit: (copy: Stored[R]) => void,
  ): Stored[R] | undefined;
  remove(resource: ResourceName, ref: ObjectRef): void;
  /** Called after each change, in order. */
  subscribe(listener: (event: StoreEvent) => void): () => void;
  revision(): number;
  /** The changes of a resource after that version, or undefined when they are not all held any more. */
  changesSince(resource: ResourceName, revision: number): StoreEvent[] | undefined;
  /** The list as it was at that version, or undefined when that cannot be told any more. */
  listAt<R extends ResourceName>(resource: R, revision: number): Stored[R][] | undefined;
  /** Drops the history: a watch from an older version gets 410, as after a long break. */
  forgetHistory(): void;
  time(): string;
}

const keyOf = ({ namespace, name }: ObjectRef) => `${namespace ?? ''}/${name}`;
const byKey = (a: KubeObject, b: KubeObject) => (keyOf(a.metadata) < keyOf(b.metadata) ? -1 : 1);

/** `history` is the number of changes held over all resources. */
export function openStore({ clock, history = 20_000 }: { clock: Clock; history?: number }): Store {
  const lists = new Map<ResourceName, Map<string, KubeObject>>();
  const listeners = new Set<(event: StoreEvent) => void>();
  let events: StoreEvent[] = [];
  // A real server starts somewhere too; versions are opaque to clients.
  let revision = 1_000;
  let oldest = revision;

  const listOf = (resource: ResourceName) => {
    const list = lists.get(resource) ?? new Map<string, KubeObject>();
    lists.set(resource, list);
    return list;
  };
  const publish = (event: Omit<StoreEvent, 'revision'>) => {
    const full = { ...event, revision };
    events.push(full);
    if (events.length > history * 1.25) {
      events = events.slice(-history);
      oldest = (events[0]?.revision ?? revision + 1) - 1;
    }
    for (const listener of listeners) listener(full);
  };
  const time = () => new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const put = <R extends ResourceName>(resource: R, object: Stored[R], previous?: KubeObject): Stored[R] => {
    revision += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    listOf(resource).set(keyOf(stored.metadata), stored);
    publish({ type: previous ? 'MODIFIED' : 'ADDED', resource, object: stored, previous });
    return stored;
  };
  const get = <R extends ResourceName>(resource: R, ref: ObjectRef) =>
    listOf(resource).get(keyOf(ref)) as Stored[R] | undefined;

  return {
    get,
    list: <R extends ResourceName>(resource: R, namespace?: string) =>
      ([...listOf(resource).values()] as Stored[R][])
        .filter((o) => namespace === undefined || o.metadata.namespace === namespace)
        .sort(byKey),
    create<R extends ResourceName>(resource: R, draft: Draft<Stored[R]>) {
      const { kind, apiVersions, hasGeneration } = resourceOf(resource);
      const { generateName, ...metadata } = draft.metadata;
      const name = metadata.name ?? `${generateName}${randomUUID().slice(0, 5)}`;
      if (get(resource, { ...metadata, name })) throw new Error(`${kind} "${name}" already exists`);
      return put(resource, {
        apiVersion: apiVersions[0] as string,
        kind,
        ...structuredClone(draft),
        metadata: {
          ...structuredClone(metadata),
          name,
          uid: randomUUID(),
          creationTimestamp: metadata.creationTimestamp ?? time(),
          ...(hasGeneration ? { generation: 1 } : {}),
        },
      } as unknown as Stored[R]);
    },
    change(resource, ref, edit) {
      const before = get(resource, ref);
      if (before === undefined) return undefined;
      const copy = structuredClone(before);
      edit(copy);
      copy.metadata.resourceVersion = before.metadata.resourceVersion;
      if (isDeepStrictEqual(copy, before)) return before;
      const spec = (object: KubeObject) => (object as { spec?: unknown }).spec;
      if (copy.metadata.generation !== undefined && !isDeepStrictEqual(spec(copy), spec(before)))
        copy.metadata.generation += 1;
      return put(resource, copy, before);
    },
    remove(resource, ref) {
      const previous = get(resource, ref);
      if (previous === undefined) return;
      listOf(resource).delete(keyOf(ref));
      revision += 1;
      const object = { ...previous, metadata: { ...previous.metadata, resourceVersion: String(revision) } };
      publish({ type: 'DELETED', resource, object, previous });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    revision: () => revision,
    changesSince: (resource, from) =>
      from < oldest ? undefined : events.filter((e) => e.resource === resource && e.revision > from),
    listAt(resource, at) {
      const after = this.changesSince(resource, at);
      if (after === undefined) return undefined;
      const list = new Map(listOf(resource));
      for (const { type, object, previous } of after.reverse()) {
        if (type === 'ADDED') list.delete(keyOf(object.metadata));
        else if (previous) list.set(keyOf(previous.metadata), previous);
      }
      return ([...list.values()] as Stored[typeof resource][]).sort(byKey);
    },
    forgetHistory() {
      events = [];
      oldest = revision;
    },
    time,
  };
}
