// A Deployment as the API server gives it back: what was applied, with the defaults that it fills in and quantities in
// its own spelling. Filled in as a v1.36 server does for exactly these objects.
import type { DeploymentView } from '../../scaler/cluster/snapshot.ts';
import { type DeploymentInput, placeholderDeployment } from '../../scaler/placeholder/deployment.ts';
import type { PlaceholderManifest } from '../../scaler/plan/changes.ts';
import { aPool } from './world.ts';

/** Our manifest for pool data8: one placeholder of 7 cpu and 57Gi. */
export function aManifest(words: Partial<DeploymentInput> = {}): PlaceholderManifest {
  return placeholderDeployment({
    pool: aPool(),
    namespace: 'hub',
    release: 'scaler',
    replicas: 1,
    size: { requests: { cpu: '7', memory: '57Gi' } },
    image: 'registry.k8s.io/pause:3.10',
    priorityClass: 'scaler-placeholder',
    owner: { name: 'scaler-pool-data8', uid: 'owner-1' },
    ...words,
  });
}

/** The parts of a spec that tests change. */
export interface ServedSpec extends Record<string, unknown> {
  replicas: number;
  progressDeadlineSeconds?: number;
  strategy: { type: string; rollingUpdate: { maxSurge: number | string; maxUnavailable: number | string } };
  template: {
    metadata: { creationTimestamp?: string | null };
    spec: Record<string, unknown> & {
      nodeSelector: Record<string, string>;
      tolerations: object[];
      containers: [ServedContainer];
    };
  };
}

interface ServedContainer extends Record<string, unknown> {
  image: string;
  resources: { requests: Record<string, string>; limits?: Record<string, string> };
}

/** The spec with the API server's defaults; never changes what it is given. */
export function servedSpec(manifest: PlaceholderManifest): ServedSpec {
  const spec = JSON.parse(JSON.stringify(manifest.spec)) as ServedSpec;
  spec.progressDeadlineSeconds ??= 600;
  spec.template.metadata.creationTimestamp = null;
  const pod = spec.template.spec;
  pod.restartPolicy ??= 'Always';
  pod.dnsPolicy ??= 'ClusterFirst';
  pod.schedulerName ??= 'default-scheduler';
  for (const empty of ['nodeSelector', 'tolerations', 'affinity']) {
    if (Object.keys(pod[empty] ?? { kept: true }).length === 0) delete pod[empty];
  }
  for (const container of pod.containers) {
    container.terminationMessagePath ??= '/dev/termination-log';
    container.terminationMessagePolicy ??= 'File';
    for (const amounts of Object.values(container.resources) as Record<string, string>[]) {
      for (const [name, text] of Object.entries(amounts)) {
        if (/^\d+000m$/.test(text)) amounts[name] = text.replace('000m', '');
      }
    }
  }
  return spec;
}

/** The Deployment in the view after that manifest was applied. */
export function served(manifest: PlaceholderManifest, words: Partial<DeploymentView> = {}): DeploymentView {
  const { name, labels, ownerReferences } = manifest.metadata;
  return {
    name,
    uid: 'uid-1',
    resourceVersion: '1000',
    generation: 1,
    labels: { ...labels },
    annotations: { 'deployment.kubernetes.io/revision': '1' },
    spec: servedSpec(manifest),
    replicas: manifest.spec.replicas,
    readyReplicas: manifest.spec.replicas,
    deleting: false,
    ownerUids: (ownerReferences as { uid: string }[]).map(({ uid }) => uid),
    ...words,
  };
}
