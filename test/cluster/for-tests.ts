// The cluster that tests share: started when the first test file of a run asks for it, with quick machines and an audit
// log, and stopped when the run ends. `setup` is vitest's globalSetup; where it is not wired, and for tests that break
// things, a file starts a cluster of its own.
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { howToBuild, type ToolName, toolForTest } from '../tools/tools.ts';
import { type Api, openApi } from './api.ts';
import { auditArgs } from './audit.ts';
import { newClusterFolder } from './cluster-folder.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { type Nodes, startNodes } from './nodes.ts';

declare module 'vitest' {
  interface ProvidedContext {
    sharedCluster: string;
  }
}

const NEEDED: ToolName[] = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kwok',
  'karpenter',
  'helm',
];

export const canStart = NEEDED.every((tool) => toolForTest(tool) !== undefined);
export const clusterTitle = (text: string) => (canStart ? text : `${text} (${howToBuild()})`);

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
}

/** For tests that break things; `close` stops it. */
export async function startCluster({ apiserverArgs = [] }: ClusterOptions = {}): Promise<OwnCluster> {
  const folder = newClusterFolder();
  const plane = await startControlPlane({ folder, apiserverArgs: [...auditArgs(folder), ...apiserverArgs] });
  const close = async () => {
    await plane.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const nodes = await startNodes(plane, { bootSeconds: 3, emptySeconds: 3, pools: [] });
    const { url, kubeconfig, ca, call } = plane;
    return { plane, nodes, url, kubeconfig, ca, call, folder, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The shared one; `close` leaves it running. */
export async function clusterForTests(): Promise<Cluster> {
  const address = inject('sharedCluster');
  if (address === undefined) return startCluster();
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(await answer.text());
  const shared = (await answer.json()) as Pick<Cluster, 'url' | 'folder' | 'kubeconfig' | 'ca'>;
  return { ...shared, ...openApi(shared.url) };
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let cluster: Promise<OwnCluster> | undefined;
  const server = createServer(async (_request, response) => {
    try {
      cluster ??= startCluster();
      const { url, folder, kubeconfig, ca } = await cluster;
      response.end(JSON.stringify({ url, folder, kubeconfig, ca }));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  project.provide('sharedCluster', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.close();
    server.closeAllConnections();
    await (await cluster?.catch(() => undefined))?.close();
  };
}
