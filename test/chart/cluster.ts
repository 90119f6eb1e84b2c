// The chart in a real API server: Helm with a release in it, and writes as the scaler makes them, with its own token. No
// node runs anything here.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placeholderDeployment } from '../../scaler/placeholder/deployment.ts';
import { ownerName } from '../../scaler/placeholder/names.ts';
import type { PlaceholderManifest } from '../../scaler/plan/changes.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { until } from '../cluster/processes.ts';
import { howToBuild, type ToolName, toolForTest } from '../tools/tools.ts';
import { POOL, runHelm } from './helm.ts';

const TOOLS: ToolName[] = ['helm', 'etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

export const canStart = TOOLS.every((tool) => toolForTest(tool) !== undefined);
export const clusterTitle = (text: string) => (canStart ? text : `${text} (${howToBuild(...TOOLS)})`);

export const RELEASE = 'node-placeholder-scaler';

/** What `older-chart` made, as far as an upgrade meets it. */
export const OLDER_CHART = join(import.meta.dirname, 'older-chart');

export interface ClusterWithHelm extends ControlPlane {
  namespace: string;
  helm(
    verb: 'install' | 'upgrade' | 'uninstall',
    values?: object[],
    options?: { chart?: string; args?: string[] },
  ): void;
  /** Of the scaler's service account. */
  token(): Promise<string>;
  /** The Deployment of a pool as the scaler makes it. */
  placeholder(pool: string, replicas?: number): Promise<PlaceholderManifest>;
  /** Server-side apply as the scaler; a refusal is an answer. */
  apply(manifest: PlaceholderManifest): Promise<{ status: number; message: string }>;
  /** Resolves when nothing is found at the path. */
  gone(path: string): Promise<unknown>;
}

export async function startClusterWithHelm(namespace: string): Promise<ClusterWithHelm> {
  const folder = mkdtempSync(join(tmpdir(), 'chart-cluster-'));
  const plane = await startControlPlane({ folder });
  await plane.call('POST', '/api/v1/namespaces', { body: { metadata: { name: namespace } } });

  async function ownerUid(name: string): Promise<string> {
    const owner = await plane.call('GET', `/api/v1/namespaces/${namespace}/configmaps/${name}`);
    return (owner.metadata as { uid: string }).uid;
  }

  const cluster: ClusterWithHelm = {
    ...plane,
    namespace,
    helm(verb, values = [], options = {}) {
      const { kubeconfig } = plane;
      const { status, stderr } = runHelm(verb, {
        release: RELEASE,
        namespace,
        values,
        kubeconfig,
        ...options,
      });
      if (status !== 0) throw new Error(`helm ${verb}: ${stderr}`);
    },
    async token() {
      const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${RELEASE}/token`;
      const made = await plane.call('POST', path, { body: { spec: {} } });
      return (made.status as { token: string }).token;
    },
    async placeholder(pool, replicas = 1) {
      const name = ownerName(RELEASE, pool);
      return placeholderDeployment({
        pool: { name: pool, nodeSelector: POOL.nodePools.data8.nodeSelector, tolerations: [] },
        namespace,
        release: RELEASE,
        replicas,
        size: { requests: { memory: '57Gi' } },
        image: 'registry.k8s.io/pause:3.10',
        priorityClass: `${RELEASE}-placeholder.${namespace}`,
        owner: { name, uid: await ownerUid(name) },
      });
    },
    async apply(manifest) {
      const answer = await plane.call('PATCH', `${deployments(namespace)}/${manifest.metadata.name}`, {
        body: manifest,
        token: await cluster.token(),
        contentType: 'application/apply-patch+yaml',
        query: { fieldManager: 'node-placeholder-scaler', force: 'true' },
        allow: [403, 422],
      });
      return { status: answer.httpStatus as number, message: String(answer.message ?? '') };
    },
    gone: (path) =>
      until(`${path} to go`, async () => {
        const { httpStatus } = await plane.call('GET', path, { allow: [404] });
        return httpStatus === 404 || undefined;
      }),
    async stop() {
      await plane.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return cluster;
}

export const deployments = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/deployments`;
