// The cluster that tests share: started when the first test file of a run asks for it, with quick machines and an audit
// log, and stopped when the run ends. `setup` is vitest's globalSetup; where it is not wired, and for tests that break
// things, a file starts a cluster of its own.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { howToBuild, type ToolName, toolForTest } from '../tools/tools.ts';
import { openApi } from './api.ts';
import { type Cluster, type OwnCluster, startCluster } from './cluster.ts';

export type { Cluster, OwnCluster };
export { startCluster };

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
