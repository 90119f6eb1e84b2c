// How large a pool's placeholder is with `resources: auto`: what is left of a node beside its DaemonSets, so that a
// placeholder fills a node and the node's own pods still have room. The smallest node of the pool sets the size.
//
//   nodes of the pool                          size
//   usable and older than ten minutes          measured on all of them
//   only younger ones, never measured before   measured on those older than two minutes: their DaemonSets have come
//   none of these, but measured before         the last good size
//   none of these, never measured              tiny: it brings the first node, one per node by anti-affinity alone
import type { NodeView, PoolNode } from '../cluster/snapshot.ts';
import type { Problem } from '../problem.ts';

/** Left unused for pods that come later, image pullers for one: as much as the original's tool leaves. */
export const RESERVE = { cpuMilli: 100, memoryBytes: 277_872_640 };

/** What a Kubernetes `requests` holds: `{ cpu: "7410m", memory: "57920Mi", "nvidia.com/gpu": "4" }`. */
export type Requests = Record<string, string>;

/** Until a node exists that could be measured. */
export const TINY_SIZE: Requests = { cpu: '10m', memory: '16Mi' };

export interface MeasuredSize {
  requests: Requests;
  /** measured: worth remembering, as the `kept` of the next time. */
  from: 'measured' | 'kept' | 'tiny';
  /** The nodes make no sense as a measure; what is used instead is in `requests`. */
  problem?: Problem;
}

type MeasuredNode = Pick<
  NodeView,
  'name' | 'createdAtMs' | 'allocatable' | 'devices' | 'daemonRequested' | 'unreadable'
>;

const SETTLED_AFTER_MS = 10 * 60_000;
const FIRST_MEASURE_AFTER_MS = 2 * 60_000;
const CPU_STEP_MILLI = 10;
const MIB = 1024 ** 2;
const MEMORY_STEP_BYTES = 64 * MIB;

/** Accelerators are taken whole: a spare GPU node is one with all its GPUs. Other devices (network, fuse) are not reserved. */
const ACCELERATOR =
  /^((nvidia|amd)\.com|gpu\.intel\.com|habana\.ai)\/|^google\.com\/tpu$|^aws\.amazon\.com\/neuron/;

/** `kept`: the last good size, if there is one; `nodes`: the pool's, none when they are not known. */
export function measureSize(input: {
  pool: string;
  nodes: readonly (Pick<PoolNode, 'usable'> & { node: MeasuredNode })[];
  kept: Requests | undefined;
  nowMs: number;
}): MeasuredSize {
  const { pool, nodes, kept, nowMs } = input;
  const instead: MeasuredSize =
    kept === undefined ? { requests: TINY_SIZE, from: 'tiny' } : { requests: kept, from: 'kept' };
  const readable = nodes.filter(({ usable, node }) => usable && !node.unreadable).map(({ node }) => node);
  const olderThan = (ageMs: number) => readable.filter(({ createdAtMs }) => nowMs - createdAtMs >= ageMs);
  const settled = olderThan(SETTLED_AFTER_MS);
  const measured = settled.length > 0 || kept !== undefined ? settled : olderThan(FIRST_MEASURE_AFTER_MS);
  if (measured.length === 0) return instead;
  const unfit = measured.find((node) => !fillsMoreThanHalf(node));
  if (unfit !== undefined) return { ...instead, problem: tooSmall(pool, unfit, instead) };
  return { requests: smallest(measured), from: 'measured' };
}

function roomFor({ allocatable, daemonRequested }: MeasuredNode) {
  return {
    cpuMilli: allocatable.cpuMilli - daemonRequested.cpuMilli - RESERVE.cpuMilli,
    memoryBytes: allocatable.memoryBytes - daemonRequested.memoryBytes - RESERVE.memoryBytes,
  };
}

/** Half a node or less is no whole node: something other than DaemonSets and the reserve is wrong there. */
function fillsMoreThanHalf(node: MeasuredNode): boolean {
  const { cpuMilli, memoryBytes } = roomFor(node);
  return cpuMilli * 2 > node.allocatable.cpuMilli && memoryBytes * 2 > node.allocatable.memoryBytes;
}

function smallest(nodes: MeasuredNode[]): Requests {
  const rooms = nodes.map(roomFor);
  const least = (amounts: number[], step: number) => Math.floor(Math.min(...amounts) / step) * step;
  const cpuMilli = least(
    rooms.map((room) => room.cpuMilli),
    CPU_STEP_MILLI,
  );
  const memoryBytes = least(
    rooms.map((room) => room.memoryBytes),
    MEMORY_STEP_BYTES,
  );
  const requests: Requests = { cpu: `${cpuMilli}m`, memory: `${memoryBytes / MIB}Mi` };
  for (const device of Object.keys(nodes[0]?.devices ?? {}).filter((name) => ACCELERATOR.test(name))) {
    const count = least(
      nodes.map(({ devices }) => devices?.[device] ?? 0),
      1,
    );
    if (count > 0) requests[device] = String(count);
  }
  return requests;
}

function tooSmall(pool: string, node: MeasuredNode, instead: MeasuredSize): Problem {
  const room = roomFor(node);
  const [cpu, memory] = [node.allocatable.cpuMilli, Math.floor(node.allocatable.memoryBytes / MIB)];
  const used = instead.from === 'kept' ? 'the last good size' : 'a tiny one';
  return {
    code: 'size-unusable',
    source: 'cluster',
    severity: 'warning',
    pool,
    where: `nodePools.${pool}.resources: auto, measured on node ${node.name}`,
    message:
      `expected more than half of the node to be left beside its DaemonSets, got ${room.cpuMilli}m of ${cpu}m cpu and ` +
      `${Math.floor(room.memoryBytes / MIB)} of ${memory} MiB memory; ${used} is used`,
    example: `resources: {requests: {cpu: "${Math.floor(cpu * 0.9)}m", memory: "${Math.floor(memory * 0.9)}Mi"}}`,
  };
}
