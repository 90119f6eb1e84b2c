// What the original scaler would decide, restated from its description: a small model to compare with, with what it
// does wrong left in. One pool, one instant; `seenMin` and `busyMin` are what the original's process remembers.

export interface OriginalNode {
  cordoned: boolean;
  /** A placeholder of the pool is Running here. */
  placeholder: boolean;
  /** Free shares as the original computes them: containers' requests alone, what it cannot read as 0. */
  freeCpu: number;
  freeMemory: number;
  /** Minutes since its process first saw the node. */
  seenMin: number;
  /** Minutes since it last saw the node short of room; undefined: never. */
  busyMin?: number | undefined;
}

export interface OriginalWorld {
  calendar?: number | undefined;
  replicas: number;
  calendarOverrideEnabled: boolean;
  scalingStrategy: 'cpu' | 'mem' | 'balanced';
  threshold: number;
  graceMin: number;
  anyPending: boolean;
  nodes: OriginalNode[];
}

export function originalCount(world: OriginalWorld): number {
  const asked = world.calendar ?? world.replicas;
  if (world.calendar !== undefined && world.calendarOverrideEnabled) return world.calendar;
  if (world.anyPending) return asked;
  return Math.max(0, asked - world.nodes.filter((node) => reduces(node, world)).length);
}

function reduces(node: OriginalNode, { scalingStrategy, threshold, graceMin }: OriginalWorld): boolean {
  const cpuLeft = node.freeCpu > threshold;
  const memoryLeft = node.freeMemory > threshold;
  const enough = { cpu: cpuLeft, mem: memoryLeft, balanced: cpuLeft && memoryLeft }[scalingStrategy];
  const settled = node.seenMin > graceMin && (node.busyMin === undefined || node.busyMin > graceMin);
  return enough && settled && !node.cordoned && !node.placeholder;
}
