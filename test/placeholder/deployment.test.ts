import { describe, expect, it } from 'vitest';
import { type DeploymentInput, placeholderDeployment } from '../../scaler/placeholder/deployment.ts';
import { leaseName, ownerName, stateName } from '../../scaler/placeholder/names.ts';
import { manifestOf } from './manifest.ts';

// biome-ignore lint/suspicious/noExplicitAny: the tests look into the manifest as a reader of YAML would
const specOf = (input: Partial<DeploymentInput> = {}): any =>
  placeholderDeployment({
    pool: { name: 'data8', nodeSelector: { pool: 'data8' }, tolerations: [] },
    namespace: 'hub',
    release: 'scaler',
    replicas: 2,
    size: { requests: { memory: '57Gi' } },
    image: 'registry.k8s.io/pause:3.10',
    priorityClass: 'scaler-placeholder',
    owner: { name: 'scaler-pool-data8', uid: 'u1' },
    ...input,
  }).spec;
const podOf = (input: Partial<DeploymentInput> = {}) => specOf(input).template.spec;

describe('the Deployment of a pool', () => {
  it('is this object, whole', () => {
    expect(manifestOf('data8', 3)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: 'data8-placeholder',
        namespace: 'hub',
        labels: {
          app: 'node-placeholder-scaler',
          component: 'placeholder',
          'node-placeholder-scaler/pool': 'data8',
          'app.kubernetes.io/name': 'node-placeholder-scaler',
          'app.kubernetes.io/instance': 'scaler',
          'app.kubernetes.io/component': 'placeholder',
          'app.kubernetes.io/managed-by': 'node-placeholder-scaler',
        },
        ownerReferences: [
          { apiVersion: 'v1', kind: 'ConfigMap', name: 'scaler-pool-data8', uid: 'uid-of-the-last-read' },
        ],
      },
      spec: {
        replicas: 3,
        revisionHistoryLimit: 1,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
        selector: {
          matchLabels: {
            app: 'node-placeholder-scaler',
            component: 'placeholder',
            'node-placeholder-scaler/pool': 'data8',
          },
        },
        template: {
          metadata: {
            labels: {
              app: 'node-placeholder-scaler',
              component: 'placeholder',
              'node-placeholder-scaler/pool': 'data8',
            },
          },
          spec: {
            priorityClassName: 'scaler-placeholder',
            terminationGracePeriodSeconds: 0,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            nodeSelector: { 'hub.jupyter.org/pool-name': 'data8-pool' },
            affinity: {
              podAntiAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                  {
                    topologyKey: 'kubernetes.io/hostname',
                    labelSelector: {
                      matchLabels: { app: 'node-placeholder-scaler', component: 'placeholder' },
                    },
                    namespaceSelector: {},
                  },
                ],
              },
            },
            tolerations: [
              { key: 'hub.jupyter.org/dedicated', operator: 'Equal', value: 'user', effect: 'NoSchedule' },
              { key: 'hub.jupyter.org_dedicated', operator: 'Equal', value: 'user', effect: 'NoSchedule' },
            ],
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 65535,
              seccompProfile: { type: 'RuntimeDefault' },
            },
            containers: [
              {
                name: 'pause',
                image: 'registry.k8s.io/pause:3.10',
                imagePullPolicy: 'IfNotPresent',
                resources: { requests: { memory: '57Gi', cpu: '7' } },
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ['ALL'] },
                },
              },
            ],
          },
        },
      },
    });
  });

  it("keeps the pool's own affinity, its own anti-affinity too, beside one placeholder per node", () => {
    const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } };
    const own = { topologyKey: 'topology.kubernetes.io/zone', labelSelector: {} };
    const podAntiAffinity = {
      requiredDuringSchedulingIgnoredDuringExecution: [own],
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1 }],
    };
    const pool = {
      name: 'data8',
      nodeSelector: {},
      tolerations: [],
      affinity: { nodeAffinity, podAntiAffinity },
    };
    const { affinity } = podOf({ pool });
    expect(affinity.nodeAffinity).toEqual(nodeAffinity);
    expect(affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution).toEqual([{ weight: 1 }]);
    const required = affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution;
    expect(required).toEqual([own, expect.objectContaining({ topologyKey: 'kubernetes.io/hostname' })]);
  });

  it("tolerates zero-to-jupyterhub's taints and the pool's own, each once", () => {
    const gpu = { key: 'nvidia.com/gpu', operator: 'Exists' as const };
    const hub = {
      key: 'hub.jupyter.org/dedicated',
      operator: 'Equal' as const,
      value: 'user',
      effect: 'NoSchedule',
    };
    const { tolerations } = podOf({ pool: { name: 'gpu', nodeSelector: {}, tolerations: [hub, gpu] } });
    expect(tolerations.map(({ key }: { key: string }) => key)).toEqual([
      'hub.jupyter.org/dedicated',
      'hub.jupyter.org_dedicated',
      'nvidia.com/gpu',
    ]);
  });

  it.each([
    ['requests alone stay alone', { requests: { memory: '1Gi' } }, { requests: { memory: '1Gi' } }],
    [
      'limits as typed stay',
      { requests: { cpu: '1' }, limits: { cpu: '2' } },
      { requests: { cpu: '1' }, limits: { cpu: '2' } },
    ],
    ['limits alone stay alone', { limits: { memory: '1Gi' } }, { limits: { memory: '1Gi' } }],
    [
      'a GPU gets the limit that the API server wants beside its request',
      { requests: { memory: '1Gi', 'nvidia.com/gpu': '4' } },
      { requests: { memory: '1Gi', 'nvidia.com/gpu': '4' }, limits: { 'nvidia.com/gpu': '4' } },
    ],
    [
      'huge pages too',
      { requests: { 'hugepages-2Mi': '64Mi' }, limits: { memory: '1Gi' } },
      { requests: { 'hugepages-2Mi': '64Mi' }, limits: { memory: '1Gi', 'hugepages-2Mi': '64Mi' } },
    ],
    ['nothing stays nothing', {}, {}],
  ])('resources: %s', (_, size, expected) => {
    expect(podOf({ size }).containers[0].resources).toEqual(expected);
  });
});

describe('names', () => {
  it('that the chart renders too carry its full name', () => {
    expect([ownerName('hub-scaler', 'data8'), leaseName('hub-scaler'), stateName('hub-scaler')]).toEqual([
      'hub-scaler-pool-data8',
      'hub-scaler',
      'hub-scaler-state',
    ]);
  });
});
