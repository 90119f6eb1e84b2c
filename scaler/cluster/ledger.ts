// What is taken on each node: running integer sums of the pods that count there, kept up to date pod by pod. A pod may
// come before its node and stay after it (the two streams are not in step), so a node here is first of all a name.
import type { TrimmedNode } from './nodes.ts';
import type { Load } from './pods.ts';
import type { NodeView, PoolNode } from './snapshot.ts';

/** One node: what others see of it, and what only the view needs. */
export interface Entry {
  view: NodeView;
  /** Undefined while the node itself has not been seen. */
  node: TrimmedNode | undefined;
  /** Its place in each pool that it belongs to, by pool name. */
  seats: Map<string, PoolNode>;
  pods: number;
  unreadablePods: number;
}

/** What is kept of a pod: where it counts, and as what. There are 150,000 of these, so nothing else is. */
export interface CountedPod {
  uid: string;
  on: Entry | undefined;
  load: Load;
}

export interface Ledger {
  entries: ReadonlyMap<string, Entry>;
  /** The node of this name; made when it is new. */
  entry(name: string): Entry;
  add(pod: CountedPod): void;
  remove(pod: CountedPod): void;
  /** Forgets the node when it neither exists nor has pods. */
  release(entry: Entry): void;
  /** Sets every sum to 0. */
  clear(): void;
}

export function openLedger(): Ledger {
  const entries = new Map<string, Entry>();

  const count = ({ on, load }: CountedPod, by: 1 | -1) => {
    if (on === undefined) return;
    const { view } = on;
    on.pods += by;
    view.requested.cpuMilli += by * load.cpuMilli;
    view.requested.memoryBytes += by * load.memoryBytes;
    if (load.kind === 'ordinary') view.ordinaryPods += by;
    else if (load.kind === 'placeholder') view.placeholders += by;
    else {
      view.daemonRequested.cpuMilli += by * load.cpuMilli;
      view.daemonRequested.memoryBytes += by * load.memoryBytes;
    }
    if (load.unreadable !== undefined) {
      on.unreadablePods += by;
      refreshReadable(on);
    }
  };

  return {
    entries,
    entry(name) {
      const known = entries.get(name);
      if (known !== undefined) return known;
      const made = emptyEntry(name);
      entries.set(name, made);
      return made;
    },
    add: (pod) => count(pod, 1),
    remove: (pod) => count(pod, -1),
    release(entry) {
      if (entry.node === undefined && entry.pods === 0) entries.delete(entry.view.name);
    },
    clear() {
      for (const entry of entries.values()) {
        Object.assign(entry, { pods: 0, unreadablePods: 0 });
        Object.assign(entry.view, emptySums());
        refreshReadable(entry);
      }
    },
  };
}

/** The node's own numbers and its pods' must all be readable. */
export function refreshReadable(entry: Entry): void {
  entry.view.unreadable = entry.unreadablePods > 0 || entry.node?.unreadable !== undefined;
}

function emptySums(): Pick<NodeView, 'requested' | 'daemonRequested' | 'ordinaryPods' | 'placeholders'> {
  return {
    requested: { cpuMilli: 0, memoryBytes: 0 },
    daemonRequested: { cpuMilli: 0, memoryBytes: 0 },
    ordinaryPods: 0,
    placeholders: 0,
  };
}

function emptyEntry(name: string): Entry {
  return {
    view: {
      name,
      createdAtMs: 0,
      allocatable: { cpuMilli: 0, memoryBytes: 0 },
      ...emptySums(),
      unreadable: false,
      removalCandidate: false,
    },
    node: undefined,
    seats: new Map(),
    pods: 0,
    unreadablePods: 0,
  };
}
