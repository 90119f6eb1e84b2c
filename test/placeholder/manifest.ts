// A manifest as a pass would make it, for tests of what is done with manifests.
import { placeholderDeployment } from '../../scaler/placeholder/deployment.ts';
import type { PlaceholderManifest } from '../../scaler/plan/changes.ts';

export function manifestOf(pool: string, replicas: number): PlaceholderManifest {
  return placeholderDeployment({
    pool: { name: pool, nodeSelector: { 'hub.jupyter.org/pool-name': `${pool}-pool` }, tolerations: [] },
    namespace: 'hub',
    release: 'scaler',
    replicas,
    size: { requests: { memory: '57Gi', cpu: '7' } },
    image: 'registry.k8s.io/pause:3.10',
    priorityClass: 'scaler-placeholder',
    owner: { name: `scaler-pool-${pool}`, uid: 'uid-of-the-last-read' },
  });
}
