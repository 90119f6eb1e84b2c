// Which of a pool's nodes have room for people: the headroom that a placeholder need not hold. Every node is in exactly
// one state; only `free` counts as room. When a node is in doubt (numbers that cannot be read, just made, lately busy,
// about to be removed) it does not count: a spare too many costs money, a spare too few costs a class its start.
// Amounts are those the scheduler goes by (cluster/snapshot), so "free" here is free to the scheduler.
import type { NodeView, PoolNode } from '../cluster/snapshot.ts';
import type { Config } from '../config/schema.ts';
import type { History } from './history.ts';

/**
 * free: counts as room. busy: not enough is free. empty: nobody is on it, a placeholder fits there. placeholder: hosts
 * one. recent: has room, but is new or was busy or hosted a placeholder within the grace period. removal-candidate: the
 * autoscaler wants it gone. unusable: not ready, cordoned, tainted. unreadable: its numbers make no sense, so it is full.
 */
export const NODE_STATES = [
  'free',
  'busy',
  'empty',
  'placeholder',
  'recent',
  'removal-candidate',
  'unusable',
  'unreadable',
] as const;
export type NodeState = (typeof NODE_STATES)[number];

export type RoomRules = Pick<
  Config,
  'scalingStrategy' | 'cpuThreshold' | 'memoryThreshold' | 'nodeGracePeriodMs'
>;

/** Shares of what is allocatable, 1 = all of it; below 0 when more is requested than there is. */
export interface Shares {
  cpu: number;
  memory: number;
}

export interface Headroom {
  /** How many nodes are in which state; the sum is the number of the pool's nodes. */
  states: Record<NodeState, number>;
  nodes: number;
  /** Nodes that count as room (`states.free`). */
  free: number;
  /** Free share of all usable nodes together, 0..1; 0 when there is none. */
  freeShare: Shares;
  /** Least and most that is free on the nodes with room, and the node's name when it is one; absent when there is none. */
  room?: { least: Shares; most: Shares; node?: string };
}

/** Free share of a node's cpu, 1 = all; not a number when nothing is allocatable, which is never above a threshold. */
export function freeCpu({ allocatable, requested }: NodeView): number {
  return (allocatable.cpuMilli - requested.cpuMilli) / allocatable.cpuMilli;
}

export function freeMemory({ allocatable, requested }: NodeView): number {
  return (allocatable.memoryBytes - requested.memoryBytes) / allocatable.memoryBytes;
}

/** More than the threshold is free in what `scalingStrategy` looks at; exactly the threshold is not enough. */
export function hasRoom(
  node: NodeView,
  { scalingStrategy, cpuThreshold, memoryThreshold }: RoomRules,
): boolean {
  if (node.unreadable) return false;
  if (scalingStrategy !== 'mem' && !(freeCpu(node) > cpuThreshold)) return false;
  return scalingStrategy === 'cpu' || freeMemory(node) > memoryThreshold;
}

/** The state of one node; the first that applies, in the order below. */
export function nodeState(
  { node, usable }: PoolNode,
  { rules, history, nowMs }: { rules: RoomRules; history: History; nowMs: number },
): NodeState {
  if (node.removalCandidate) return 'removal-candidate';
  if (!usable) return 'unusable';
  if (node.unreadable) return 'unreadable';
  if (node.placeholders > 0) return 'placeholder';
  if (node.ordinaryPods === 0) return 'empty';
  if (!hasRoom(node, rules)) return 'busy';
  // In this order, because most nodes with room are old: one subtraction tells them from new ones.
  const graceMs = rules.nodeGracePeriodMs;
  if (Math.max(0, nowMs - node.createdAtMs) < graceMs) return 'recent';
  if (history.busyNow.has(node.name)) return graceMs > 0 ? 'recent' : 'free';
  const lastBusyMs = history.lastBusyMs.get(node.name);
  return lastBusyMs !== undefined && nowMs - lastBusyMs < graceMs ? 'recent' : 'free';
}

/** Of a pool whose nodes have not been read. */
export function noHeadroom(): Headroom {
  return { states: noStates(), nodes: 0, free: 0, freeShare: { cpu: 0, memory: 0 } };
}

/** One look at all nodes of a pool; allocates nothing per node. */
export function findHeadroom(
  nodes: readonly PoolNode[],
  look: { rules: RoomRules; history: History; nowMs: number },
): Headroom {
  const states = noStates();
  let cpu = 0;
  let cpuFree = 0;
  let memory = 0;
  let memoryFree = 0;
  let some: NodeView | undefined;
  const least: Shares = { cpu: Infinity, memory: Infinity };
  const most: Shares = { cpu: -Infinity, memory: -Infinity };
  for (const poolNode of nodes) {
    const { node, usable } = poolNode;
    const state = nodeState(poolNode, look);
    count(states, state);
    if (usable && !node.unreadable) {
      const { allocatable, requested } = node;
      cpu += allocatable.cpuMilli;
      cpuFree += allocatable.cpuMilli - requested.cpuMilli;
      memory += allocatable.memoryBytes;
      memoryFree += allocatable.memoryBytes - requested.memoryBytes;
    }
    if (state === 'free') {
      some = node;
      widen({ least, most }, freeCpu(node), freeMemory(node));
    }
  }
  const freeShare = { cpu: share(cpuFree, cpu), memory: share(memoryFree, memory) };
  const room = some && { least, most, ...(states.free === 1 && { node: some.name }) };
  return { states, nodes: nodes.length, free: states.free, freeShare, ...(room && { room }) };
}

/** By name, not `states[state]++`: a pass counts thousands of nodes, and that takes twice as long. */
function count(states: Record<NodeState, number>, state: NodeState): void {
  if (state === 'busy') states.busy++;
  else if (state === 'free') states.free++;
  else if (state === 'placeholder') states.placeholder++;
  else if (state === 'empty') states.empty++;
  else states[state]++;
}

function widen({ least, most }: { least: Shares; most: Shares }, cpu: number, memory: number): void {
  if (cpu < least.cpu) least.cpu = cpu;
  if (cpu > most.cpu) most.cpu = cpu;
  if (memory < least.memory) least.memory = memory;
  if (memory > most.memory) most.memory = memory;
}

function share(free: number, of: number): number {
  return of > 0 ? Math.max(0, Math.min(1, free / of)) : 0;
}

function noStates(): Record<NodeState, number> {
  return {
    free: 0,
    busy: 0,
    empty: 0,
    placeholder: 0,
    recent: 0,
    'removal-candidate': 0,
    unusable: 0,
    unreadable: 0,
  };
}
