// The nodes of each pool, and whether it can use them: worked out once when a node (or the config) changes, so that a
// pass only reads.
import type { PoolConfig } from '../config/schema.ts';
import type { Intern } from './intern.ts';
import { type Entry, type Ledger, refreshReadable } from './ledger.ts';
import { type Membership, membership } from './membership.ts';
import {
  type NodeObject,
  type TrimmedNode,
  trimNode,
  type UsabilityRule,
  unusableFor,
  usabilityRule,
} from './nodes.ts';
import type { PoolNode } from './snapshot.ts';
import type { Draft, Store } from './store.ts';

export interface NodeStore extends Store<NodeObject> {
  size(): number;
  /** Live list of a pool's nodes; empty for a pool that is not configured. */
  nodesOf(pool: string): PoolNode[];
  /** Works out membership and usability of every node anew. */
  setPools(pools: readonly PoolConfig[]): void;
  /** Pairs of pools that share nodes, with the number of shared nodes. */
  shared(): { pools: [string, string]; nodes: number }[];
}

interface Pool {
  name: string;
  owns: Membership;
  rule: UsabilityRule;
  nodes: PoolNode[];
}

export interface NodeStoreOptions {
  ledger: Ledger;
  intern: Intern;
  /** A node of a pool changed, joined or left. */
  onChange(): void;
}

export function openNodeStore({ ledger, intern, onChange }: NodeStoreOptions): NodeStore {
  let pools: Pool[] = [];
  let known = 0;

  /** True when something changed that a decision looks at. */
  function set(entry: Entry, node: TrimmedNode | undefined): boolean {
    const before = entry.node;
    known += (node === undefined ? 0 : 1) - (before === undefined ? 0 : 1);
    entry.node = node;
    const { view } = entry;
    const numbersChanged = node !== undefined && !hasSameNumbers(view, node);
    if (node !== undefined) {
      view.createdAtMs = node.createdAtMs;
      view.allocatable = node.allocatable;
      view.devices = node.devices;
      view.removalCandidate = node.removalCandidate;
    }
    const wasUnreadable = view.unreadable;
    refreshReadable(entry);
    let changed = (numbersChanged || wasUnreadable !== view.unreadable) && entry.seats.size > 0;
    for (const pool of pools) if (seat(pool, entry)) changed = true;
    return changed;
  }

  function seat(pool: Pool, entry: Entry): boolean {
    const { node, seats } = entry;
    const held = seats.get(pool.name);
    if (node === undefined || !pool.owns(node.name, node.labels)) {
      if (held === undefined) return false;
      seats.delete(pool.name);
      pool.nodes.splice(pool.nodes.indexOf(held), 1);
      return true;
    }
    const unusable = unusableFor(pool.rule, node);
    if (held !== undefined && held.unusable === unusable) return false;
    const place: PoolNode = held ?? { node: entry.view, usable: true };
    place.usable = unusable === undefined;
    if (unusable === undefined) delete place.unusable;
    else place.unusable = unusable;
    if (held === undefined) {
      seats.set(pool.name, place);
      pool.nodes.push(place);
    }
    return true;
  }

  function remove(entry: Entry | undefined): boolean {
    if (entry === undefined) return false;
    const changed = set(entry, undefined);
    ledger.release(entry);
    return changed;
  }

  function draft(): Draft<NodeObject> {
    const gathered = new Map<string, TrimmedNode>();
    return {
      apply(type, object) {
        if (type === 'DELETED') gathered.delete(object.metadata.name);
        else gathered.set(object.metadata.name, trimNode(object, intern));
      },
      commit() {
        for (const [name, entry] of [...ledger.entries]) if (!gathered.has(name)) remove(entry);
        for (const [name, node] of gathered) set(ledger.entry(name), node);
        onChange();
      },
    };
  }

  return {
    apply(type, object) {
      const { name } = object.metadata;
      const changed =
        type === 'DELETED'
          ? remove(ledger.entries.get(name))
          : set(ledger.entry(name), trimNode(object, intern));
      if (changed) onChange();
    },
    draft,
    size: () => known,
    nodesOf: (name) => pools.find((pool) => pool.name === name)?.nodes ?? [],
    setPools(configs) {
      pools = configs.map((config) => ({
        name: config.name,
        owns: membership(config),
        rule: usabilityRule(config),
        nodes: [],
      }));
      for (const entry of ledger.entries.values()) {
        entry.seats.clear();
        for (const pool of pools) seat(pool, entry);
      }
    },
    shared() {
      const found = new Map<string, { pools: [string, string]; nodes: number }>();
      for (const { seats } of ledger.entries.values()) {
        if (seats.size < 2) continue;
        const names = [...seats.keys()].sort();
        for (const [i, a] of names.entries()) {
          for (const b of names.slice(i + 1)) {
            const pair = found.get(`${a} ${b}`) ?? { pools: [a, b], nodes: 0 };
            pair.nodes++;
            found.set(`${a} ${b}`, pair);
          }
        }
      }
      return [...found.values()];
    },
  };
}

function hasSameNumbers(view: Entry['view'], node: TrimmedNode): boolean {
  return (
    view.allocatable.cpuMilli === node.allocatable.cpuMilli &&
    view.allocatable.memoryBytes === node.allocatable.memoryBytes &&
    view.createdAtMs === node.createdAtMs &&
    view.removalCandidate === node.removalCandidate &&
    view.devices === node.devices
  );
}
