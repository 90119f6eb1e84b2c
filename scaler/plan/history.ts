// What must be remembered of nodes between passes: which are busy (or host a placeholder) now, and when the others last
// were. A node that people left a minute ago fills again at the next class change; it counts as room only after the
// grace period. Nodes that come into sight old (their pool is new in the values, say) have a past that nobody saw.
// Changes only when a node comes, goes or changes sides, so a quiet pass hands back the very same object.
import type { NodeView, PoolNode, Snapshot } from '../cluster/snapshot.ts';
import { hasRoom, type RoomRules } from './headroom.ts';

export interface History {
  /** Names of the nodes that were busy or hosting a placeholder when they were last looked at. */
  busyNow: ReadonlySet<string>;
  /** Of the others: when a pass first found them no longer so (epoch ms); only those inside the grace period. */
  lastBusyMs: ReadonlyMap<string, number>;
  /** Set after a restart that lost the history: until then nothing is known of the nodes' past. */
  unknownUntilMs?: number;
  /** By pool, the same for one that has got nodes which no pass had looked at before: new in the values, or relabelled. */
  unknownPools?: ReadonlyMap<string, number>;
  /** Names of the nodes that the last look found in any pool; absent before the first, which takes all for known. */
  watched?: ReadonlySet<string>;
  /** Nodes counted once per pool that has them; tells when a node has gone. */
  nodesSeen?: number;
  /** Busy nodes counted once per pool that has them; tells when a busy node has gone. */
  busySeen: number;
}

/** Nothing is known, as after a first start: for one grace period the past of no node is trusted. */
export function emptyHistory(nowMs: number, graceMs: number): History {
  const nothing = { busyNow: new Set<string>(), lastBusyMs: new Map<string, number>(), busySeen: 0 };
  return graceMs > 0 ? { ...nothing, unknownUntilMs: nowMs + graceMs } : nothing;
}

/** For the saved state: node name -> last busy (epoch ms). Nodes that are busy now carry `nowMs`, the time of saving. */
export function savedHistory(history: History, nowMs: number): Record<string, number> {
  const saved: Record<string, number> = Object.fromEntries(history.lastBusyMs);
  for (const name of history.busyNow) saved[name] = nowMs;
  return saved;
}

/**
 * From the saved state. Older than a grace period, or none: lost. What was busy at the time of saving was busy until
 * now, as far as anyone knows.
 */
export function restoreHistory(
  saved: { lastBusyMs: Record<string, number>; savedAtMs: number } | undefined,
  { nowMs, graceMs }: { nowMs: number; graceMs: number },
): History {
  if (saved === undefined || !(nowMs - saved.savedAtMs < graceMs)) return emptyHistory(nowMs, graceMs);
  const busyNow = new Set<string>();
  const lastBusyMs = new Map<string, number>();
  for (const [name, atMs] of Object.entries(saved.lastBusyMs)) {
    if (typeof atMs !== 'number') continue;
    if (atMs >= saved.savedAtMs) busyNow.add(name);
    else if (nowMs - atMs < graceMs) lastBusyMs.set(name, atMs);
  }
  // The first look at the cluster counts for itself.
  return { busyNow, lastBusyMs, busySeen: -1 };
}

/** Until when the past of this pool's nodes is not trusted; undefined when it is. */
export function unknownUntil({ unknownUntilMs, unknownPools }: History, pool: string): number | undefined {
  const untilMs = unknownPools?.get(pool);
  return untilMs === undefined ? unknownUntilMs : Math.max(untilMs, unknownUntilMs ?? untilMs);
}

/** The history after looking at this snapshot. Returns the same object when nothing changed. */
export function remember(history: History, snapshot: Snapshot, rules: RoomRules, nowMs: number): History {
  const graceMs = rules.nodeGracePeriodMs;
  if (!snapshot.synced) return stillUnseen(history, nowMs + graceMs);
  const ending = history.unknownUntilMs !== undefined && nowMs >= history.unknownUntilMs;
  const over =
    anyIsOver(history.lastBusyMs, nowMs - graceMs) || anyIsOver(history.unknownPools ?? NO_POOLS, nowMs);
  if (!ending && !over && !sidesChanged(history, snapshot, rules)) return history;

  const busyNow = new Set<string>();
  let busySeen = 0;
  const watched = new Set<string>();
  let nodesSeen = 0;
  for (const { nodes } of snapshot.pools.values()) {
    for (const { node } of nodes) {
      watched.add(node.name);
      nodesSeen++;
      if (!isBusy(node, rules)) continue;
      busyNow.add(node.name);
      busySeen++;
    }
  }
  const lastBusyMs = new Map<string, number>();
  for (const [name, atMs] of history.lastBusyMs) {
    if (nowMs - atMs < graceMs && !busyNow.has(name)) lastBusyMs.set(name, atMs);
  }
  // Also those that are gone: a node may leave a pool for a moment and come back.
  if (graceMs > 0) for (const name of history.busyNow) if (!busyNow.has(name)) lastBusyMs.set(name, nowMs);
  const { unknownUntilMs } = history;
  const unknown = unknownUntilMs !== undefined && !ending;
  const unknownPools = poolsUnknown(history, snapshot, graceMs, nowMs);
  return {
    ...{ busyNow, lastBusyMs, busySeen, watched, nodesSeen },
    ...(unknown && { unknownUntilMs }),
    ...(unknownPools.size > 0 && { unknownPools }),
  };
}

const NO_POOLS: ReadonlyMap<string, number> = new Map();

/** A node that is older than the grace period and was never looked at may have been full a minute ago. */
function poolsUnknown(
  { watched, unknownPools = NO_POOLS }: History,
  snapshot: Snapshot,
  graceMs: number,
  nowMs: number,
): Map<string, number> {
  const unknown = new Map<string, number>();
  for (const [pool, { nodes }] of snapshot.pools) {
    const untilMs = unknownPools.get(pool) ?? 0;
    const isStrange = ({ node }: PoolNode) =>
      watched?.has(node.name) === false && nowMs - node.createdAtMs >= graceMs;
    if (graceMs > 0 && nodes.some(isStrange)) unknown.set(pool, nowMs + graceMs);
    else if (untilMs > nowMs) unknown.set(pool, untilMs);
  }
  return unknown;
}

function isBusy(node: NodeView, rules: RoomRules): boolean {
  return node.placeholders > 0 || !hasRoom(node, rules);
}

/** A lost history is made up for by watching, not by waiting: the grace period begins when the cluster is seen. */
function stillUnseen(history: History, unknownUntilMs: number): History {
  if (history.unknownUntilMs === undefined || history.unknownUntilMs >= unknownUntilMs) return history;
  return { ...history, unknownUntilMs };
}

function sidesChanged(history: History, snapshot: Snapshot, rules: RoomRules): boolean {
  const { busyNow, watched } = history;
  if (watched === undefined) return true;
  let busySeen = 0;
  let nodesSeen = 0;
  for (const { nodes } of snapshot.pools.values()) {
    for (const { node } of nodes) {
      const busy = isBusy(node, rules);
      if (busy !== busyNow.has(node.name) || !watched.has(node.name)) return true;
      if (busy) busySeen++;
      nodesSeen++;
    }
  }
  return busySeen !== history.busySeen || nodesSeen !== history.nodesSeen;
}

function anyIsOver(times: ReadonlyMap<string, number>, beforeOrAtMs: number): boolean {
  for (const atMs of times.values()) if (atMs <= beforeOrAtMs) return true;
  return false;
}
