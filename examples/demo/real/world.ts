// Both sides on one real control plane (the one that `npm run cluster` starts), each in a namespace and with machines of
// its own. Only here does the demo use the test harness: it says how such a control plane is built, started and ended.
import { type OwnCluster, startCluster } from '../../../test/cluster/cluster.ts';
import { CONTROL_PLANE_PARTS } from '../../../test/cluster/control-plane.ts';
import { buildMissing } from '../../../test/cluster/programs.ts';
import type { World } from '../story/side.ts';
import { startRealSide } from './side.ts';

/** Builds what is missing, which takes minutes the first time; throws when that cannot be done. */
export function prepareRealWorld(say: (line: string) => void): void {
  buildMissing(say);
}

export async function realWorld(): Promise<World> {
  const cluster = await startCluster();
  return {
    startSide: (options) => startRealSide(cluster, options),
    stop: () => cluster.close(),
    kill: () => killAll(cluster),
  };
}

function killAll({ plane, nodes }: OwnCluster): void {
  for (const part of [nodes.karpenter, nodes.kwok, ...CONTROL_PLANE_PARTS.map(plane.part)]) {
    part.signal('SIGKILL');
  }
}
