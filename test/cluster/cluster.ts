// A whole cluster: control plane with an audit log, simulated machines, autoscaler; quick machines unless told otherwise.
import { rmSync } from 'node:fs';
import type { Api } from './api.ts';
import { auditArgs } from './audit.ts';
import { newClusterFolder } from './cluster-folder.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { type Nodes, startNodes } from './nodes.ts';

/** What is shared: every theme works in a namespace and with node pools of its own. */
export interface Cluster extends Api {
  folder: string;
  kubeconfig: string;
  ca: string;
}

export interface OwnCluster extends Cluster {
  plane: ControlPlane;
  nodes: Nodes;
}

interface ClusterOptions {
  apiserverArgs?: string[];
  /** Quick when absent. */
  bootSeconds?: number;
  emptySeconds?: number;
}

/** For tests that break things; `close` stops it. */
export async function startCluster(options: ClusterOptions = {}): Promise<OwnCluster> {
  const { apiserverArgs = [], bootSeconds = 3, emptySeconds = 3 } = options;
  const folder = newClusterFolder();
  const plane = await startControlPlane({ folder, apiserverArgs: [...auditArgs(folder), ...apiserverArgs] });
  const close = async () => {
    await plane.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const nodes = await startNodes(plane, { bootSeconds, emptySeconds, pools: [] });
    const { url, kubeconfig, ca, call } = plane;
    return { plane, nodes, url, kubeconfig, ca, call, folder, close };
  } catch (error) {
    await close();
    throw error;
  }
}
