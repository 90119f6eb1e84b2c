// Does a placeholder fit on any node that the pool has? One that is larger than all of them stays pending for ever, and
// a new node of that kind does not help. Compared as the scheduler does: what a node may hold, less its DaemonSets.
// Ends at the first node that fits, which is nearly always the first one.
import { readCpuMilli, readQuantity } from '../cluster/quantities.ts';
import type { NodeView, PoolNode } from '../cluster/snapshot.ts';
import type { Problem } from '../problem.ts';
import type { PlaceholderSize } from './deployment.ts';

type FittedNode = Pick<NodeView, 'name' | 'allocatable' | 'devices' | 'daemonRequested' | 'unreadable'>;

interface Asked {
  cpuMilli: number;
  memoryBytes: number;
  devices: [string, number][];
}

const MIB = 1024 ** 2;

/** The problem when it fits nowhere; undefined also while the pool has no node that could tell. */
export function fitsNowhere(
  pool: string,
  size: PlaceholderSize,
  nodes: readonly (Pick<PoolNode, 'unusable'> & { node: FittedNode })[],
): Problem | undefined {
  const asked = askedBy(size);
  let largest: FittedNode | undefined;
  for (const { node, unusable } of nodes) {
    // A GPU node whose devices have not come yet says nothing.
    if (node.unreadable || unusable === 'no-devices') continue;
    if (fits(asked, node)) return undefined;
    if (largest === undefined || roomOn(node).memoryBytes > roomOn(largest).memoryBytes) largest = node;
  }
  return largest && tooLarge(pool, asked, largest);
}

/** A resource with a limit alone asks for the limit, as the API server fills it in. */
function askedBy({ requests, limits }: PlaceholderSize): Asked {
  const { cpu, memory, ...others } = { ...limits, ...requests };
  return {
    cpuMilli: readCpuMilli(cpu) ?? 0,
    memoryBytes: readQuantity(memory) ?? 0,
    devices: Object.entries(others)
      .filter(([name]) => name.includes('/'))
      .map(([name, count]) => [name, readQuantity(count) ?? 0]),
  };
}

function roomOn({ allocatable, daemonRequested }: FittedNode) {
  return {
    cpuMilli: allocatable.cpuMilli - daemonRequested.cpuMilli,
    memoryBytes: allocatable.memoryBytes - daemonRequested.memoryBytes,
  };
}

function fits({ cpuMilli, memoryBytes, devices }: Asked, node: FittedNode): boolean {
  const room = roomOn(node);
  if (cpuMilli > room.cpuMilli || memoryBytes > room.memoryBytes) return false;
  return devices.every(([name, count]) => count <= (node.devices?.[name] ?? 0));
}

function tooLarge(pool: string, asked: Asked, node: FittedNode): Problem {
  const room = roomOn(node);
  const missing = asked.devices.filter(([name, count]) => count > (node.devices?.[name] ?? 0));
  const has = missing.map(([name]) => `, ${node.devices?.[name] ?? 0} ${name}`).join('');
  const wants = missing.map(([name, count]) => `, ${count} ${name}`).join('');
  return {
    code: 'fits-nowhere',
    source: 'cluster',
    severity: 'error',
    pool,
    where: `nodePools.${pool}.resources`,
    message:
      `expected a placeholder that fits on a node of the pool, at most ${amounts(room)}${has} beside the DaemonSets of ` +
      `${node.name}, got ${amounts(asked)}${wants}; it stays pending for ever`,
    example: 'resources: auto  (or what  size --node NAME  prints)',
  };
}

/** Memory in whole MiB, what is asked rounded up and so never shown as equal to what there is less of. */
function amounts({ cpuMilli, memoryBytes }: { cpuMilli: number; memoryBytes: number }): string {
  return `${cpuMilli}m cpu and ${Math.ceil((memoryBytes / MIB) * 10) / 10} MiB memory`;
}
