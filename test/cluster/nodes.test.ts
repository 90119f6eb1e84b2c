// One row per rule of when a pool can use a node.
import { describe, expect, it } from 'vitest';
import { openIntern } from '../../scaler/cluster/intern.ts';
import { trimNode, unusableFor, usabilityRule } from '../../scaler/cluster/nodes.ts';
import type { PoolConfig } from '../../scaler/config/schema.ts';
import { type NodeParts, nodeObject, poolConfig } from '../support/cluster-objects.ts';

const unusable = (parts: NodeParts, pool: Partial<PoolConfig> = {}) =>
  unusableFor(usabilityRule(poolConfig('data8', pool)), trimNode(nodeObject(parts), openIntern()));
const taint = (key: string, effect = 'NoSchedule', value?: string): NodeParts => ({
  taints: [{ key, effect, ...(value !== undefined && { value }) }],
});

describe('a node is of no use to a pool', () => {
  it.each<[string, NodeParts, string | undefined]>([
    ['never, when it is Ready and nothing is said against it', {}, undefined],
    ['when it is not Ready', { conditions: [{ type: 'Ready', status: 'False' }] }, 'not-ready'],
    ['when its kubelet is silent', { conditions: [{ type: 'Ready', status: 'Unknown' }] }, 'not-ready'],
    ['when it never said that it is Ready', { conditions: [] }, 'not-ready'],
    [
      'when its disk is full',
      {
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'DiskPressure', status: 'True' },
        ],
      },
      'not-ready',
    ],
    [
      'when its network is missing',
      {
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'NetworkUnavailable', status: 'True' },
        ],
      },
      'not-ready',
    ],
    [
      'not because of memory pressure alone (its taint says that)',
      {
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'MemoryPressure', status: 'True' },
        ],
      },
      undefined,
    ],
    ['when it has the not-ready taint', taint('node.kubernetes.io/not-ready', 'NoExecute'), 'not-ready'],
    ['when it has the unreachable taint', taint('node.kubernetes.io/unreachable', 'NoExecute'), 'not-ready'],
    ['when it is under memory pressure', taint('node.kubernetes.io/memory-pressure'), 'tainted'],
    ['when it is cordoned', { cordoned: true }, 'cordoned'],
    ['when it is being deleted', { deleting: true }, 'deleting'],
    ['when the autoscaler is about to remove it', taint('ToBeDeletedByClusterAutoscaler'), 'tainted'],
    [
      'not when the autoscaler only thinks of removing it',
      taint('DeletionCandidateOfClusterAutoscaler', 'PreferNoSchedule'),
      undefined,
    ],
    ['when Karpenter drains it', taint('karpenter.sh/disrupted'), 'tainted'],
    ['when it has not registered', taint('karpenter.sh/unregistered', 'NoExecute'), 'tainted'],
    [
      'when its cloud has not initialised it',
      taint('node.cloudprovider.kubernetes.io/uninitialized'),
      'tainted',
    ],
    [
      'when it waits for a startup taint',
      taint('startup-taint.cluster-autoscaler.kubernetes.io/images'),
      'tainted',
    ],
    ['when it is set apart for someone else', taint('dedicated', 'NoSchedule', 'gpu'), 'tainted'],
    ['not when others are only asked to stay away', taint('dedicated', 'PreferNoSchedule', 'gpu'), undefined],
    ['not because of the hub taint', taint('hub.jupyter.org/dedicated', 'NoSchedule', 'user'), undefined],
    [
      'not because of the hub taint as clouds spell it',
      taint('hub.jupyter.org_dedicated', 'NoSchedule', 'user'),
      undefined,
    ],
    [
      'when it is set apart for the hub itself',
      taint('hub.jupyter.org/dedicated', 'NoSchedule', 'core'),
      'tainted',
    ],
  ])('%s', (_rule, parts, expected) => {
    expect(unusable(parts)).toBe(expected);
  });

  it.each<[string, PoolConfig['tolerations'], boolean]>([
    [
      'key, value and effect agree',
      [{ key: 'dedicated', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' }],
      true,
    ],
    ['Equal is meant when no operator is named', [{ key: 'dedicated', value: 'gpu' }], true],
    ['another value', [{ key: 'dedicated', operator: 'Equal', value: 'cpu' }], false],
    ['no value', [{ key: 'dedicated', operator: 'Equal' }], false],
    ['any value', [{ key: 'dedicated', operator: 'Exists' }], true],
    ['another effect', [{ key: 'dedicated', operator: 'Exists', effect: 'NoExecute' }], false],
    ['every taint', [{ operator: 'Exists' }], true],
    ['another key', [{ key: 'other', operator: 'Exists' }], false],
    ['no key without Exists', [{ value: 'gpu' }], false],
  ])('unless tolerated: %s', (_rule, tolerations, tolerated) => {
    expect(unusable(taint('dedicated', 'NoSchedule', 'gpu'), { tolerations })).toBe(
      tolerated ? undefined : 'tainted',
    );
  });

  it('when it is not ready, whatever the pool tolerates', () => {
    expect(unusable(taint('node.kubernetes.io/not-ready'), { tolerations: [{ operator: 'Exists' }] })).toBe(
      'not-ready',
    );
  });

  const gpus = { resources: { requests: { memory: '57Gi', 'nvidia.com/gpu': '1' } } };
  it.each<[string, NodeParts, Partial<PoolConfig>, string | undefined]>([
    ['until its GPU plugin has registered', {}, gpus, 'no-devices'],
    [
      'also when it says 0',
      { allocatable: { cpu: '8', memory: '64Gi', 'nvidia.com/gpu': '0' } },
      gpus,
      'no-devices',
    ],
    [
      'not once the GPU is there',
      { allocatable: { cpu: '8', memory: '64Gi', 'nvidia.com/gpu': '4' } },
      gpus,
      undefined,
    ],
    [
      'with measured sizes: when the cloud says GPU and there is none',
      {
        labels: { pool: 'data8', 'cloud.google.com/gke-accelerator': 'nvidia-l4' },
      },
      { resources: 'auto' },
      'no-devices',
    ],
    ['with measured sizes: not without a GPU', {}, { resources: 'auto' }, undefined],
  ])('that needs devices: %s', (_rule, parts, pool, expected) => {
    expect(unusable(parts, pool)).toBe(expected);
  });
});

describe('a node as it is kept', () => {
  it('has the allocatable numbers, not the capacity', () => {
    const node = trimNode(
      nodeObject({
        allocatable: {
          cpu: '7910m',
          memory: '60055468Ki',
          pods: '110',
          'nvidia.com/gpu': '2',
          'hugepages-2Mi': '0',
        },
      }),
      openIntern(),
    );
    expect(node.allocatable).toEqual({ cpuMilli: 7910, memoryBytes: 60_055_468 * 1024 });
    expect(node.devices).toEqual({ 'nvidia.com/gpu': 2 });
    expect(node.createdAtMs).toBe(Date.UTC(2026, 10, 23, 8));
  });

  it('names the number that cannot be read', () => {
    const node = trimNode(nodeObject({ allocatable: { cpu: '8', memory: '64 GB' } }), openIntern());
    expect(node.unreadable).toEqual({ where: 'status.allocatable.memory', value: '64 GB' });
  });

  it.each([
    ['DeletionCandidateOfClusterAutoscaler', 'PreferNoSchedule', true],
    ['ToBeDeletedByClusterAutoscaler', 'NoSchedule', true],
    ['karpenter.sh/disrupted', 'NoSchedule', true],
    ['dedicated', 'NoSchedule', false],
  ])('with the taint %s:%s is a candidate for removal: %s', (key, effect, candidate) => {
    expect(trimNode(nodeObject(taint(key, effect)), openIntern()).removalCandidate).toBe(candidate);
  });
});
