// The Deployment of one pool, as server-side apply sends it: pause containers of about a node's size, one per node,
// which leave at once for whoever comes. What it must look like for the cluster's safety is also written in the
// chart's admission policy; the pod template holds nothing that the policy does not know.
//
// One per node by required anti-affinity against every placeholder: of all pools, of the original, and in every
// namespace, because another release (a staging hub, say) may share the nodes, and two spares on one node are one.
import { HUB_TOLERATIONS } from '../cluster/taints.ts';
import type { PoolConfig, Toleration } from '../config/schema.ts';
import type { PlaceholderManifest } from '../plan/changes.ts';
import { APP, COMMON_LABELS, COMPONENT, podLabels } from './labels.ts';
import { deploymentName } from './names.ts';
import type { Owner } from './owners.ts';

/** Of the placeholder's one container, in Kubernetes' words. */
export interface PlaceholderSize {
  requests?: Record<string, string>;
  limits?: Record<string, string>;
}

export interface DeploymentInput {
  pool: Pick<PoolConfig, 'name' | 'nodeSelector' | 'affinity' | 'tolerations'>;
  namespace: string;
  /** The release, for the label that tells two installations apart. */
  release: string;
  replicas: number;
  size: PlaceholderSize;
  image: string;
  priorityClass: string;
  /** The pool's owner ConfigMap: with it, uninstalling or dropping the pool collects the Deployment. */
  owner: Owner;
}

export function placeholderDeployment(input: DeploymentInput): PlaceholderManifest {
  const { pool, release } = input;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: deploymentName(pool.name),
      namespace: input.namespace,
      labels: {
        ...podLabels(pool.name),
        'app.kubernetes.io/name': APP,
        'app.kubernetes.io/instance': release,
        'app.kubernetes.io/component': COMPONENT,
        'app.kubernetes.io/managed-by': APP,
      },
      // Without blockOwnerDeletion, which would need rights on the owner's finalizers.
      ownerReferences: [
        { apiVersion: 'v1', kind: 'ConfigMap', name: input.owner.name, uid: input.owner.uid },
      ],
    },
    spec: {
      replicas: input.replicas,
      revisionHistoryLimit: 1,
      // A node has no room for two placeholders: the old one leaves first, one node at a time.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      selector: { matchLabels: podLabels(pool.name) },
      template: { metadata: { labels: podLabels(pool.name) }, spec: podSpec(input) },
    },
  };
}

function podSpec({ pool, size, image, priorityClass }: DeploymentInput): Record<string, unknown> {
  return {
    priorityClassName: priorityClass,
    // A user's pod that preempts a placeholder does not wait for it.
    terminationGracePeriodSeconds: 0,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    nodeSelector: pool.nodeSelector,
    affinity: withAntiAffinity(pool.affinity),
    tolerations: distinct([...HUB_TOLERATIONS, ...pool.tolerations]),
    securityContext: { runAsNonRoot: true, runAsUser: 65535, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'pause',
        image,
        imagePullPolicy: 'IfNotPresent',
        resources: withDeviceLimits(size),
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      },
    ],
  };
}

/** The pool's own affinity stays whole; ours comes beside its terms. */
function withAntiAffinity(affinity: Record<string, unknown> = {}): Record<string, unknown> {
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const others = (affinity.podAntiAffinity ?? {}) as Record<string, unknown>;
  const onePerNode = {
    topologyKey: 'kubernetes.io/hostname',
    labelSelector: { matchLabels: { ...COMMON_LABELS } },
    namespaceSelector: {},
  };
  return {
    ...affinity,
    podAntiAffinity: {
      ...others,
      [required]: [...((others[required] as object[] | undefined) ?? []), onePerNode],
    },
  };
}

function distinct(tolerations: Toleration[]): Toleration[] {
  const seen = new Set<string>();
  return tolerations.filter((t) => {
    const key = JSON.stringify([t.key, t.operator ?? 'Equal', t.value, t.effect, t.tolerationSeconds]);
    return !seen.has(key) && seen.add(key);
  });
}

/** Devices (`nvidia.com/gpu`) and huge pages cannot be overcommitted: the API server wants their limit beside the request. */
function withDeviceLimits({ requests, limits }: PlaceholderSize): PlaceholderSize {
  const devices = Object.entries(requests ?? {}).filter(([name]) => isDevice(name));
  const all = { ...Object.fromEntries(devices), ...limits };
  return { ...(requests && { requests }), ...(Object.keys(all).length > 0 && { limits: all }) };
}

function isDevice(resource: string): boolean {
  return (
    resource.startsWith('hugepages-') ||
    (resource.includes('/') && !/^([^/]*\.)?kubernetes\.io\//.test(resource))
  );
}
