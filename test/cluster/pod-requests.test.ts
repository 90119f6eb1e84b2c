// One row per rule of kube-scheduler's PodRequests (k8s.io/component-helpers resource/helpers.go).
import { describe, expect, it } from 'vitest';
import { effectiveRequests, type PodForRequests } from '../../scaler/cluster/pod-requests.ts';

const asks = (name: string, cpu: string, memory = '0') => ({
  name,
  resources: { requests: { cpu, memory } },
});
const sidecar = (name: string, cpu: string) => ({ ...asks(name, cpu), restartPolicy: 'Always' });
const cpu = (pod: PodForRequests) => effectiveRequests(pod).amounts.cpuMilli;

describe('what the scheduler takes off a node for a pod', () => {
  it('is the sum of its containers', () => {
    const pod = { spec: { containers: [asks('a', '500m', '1Gi'), asks('b', '1', '100M')] } };
    expect(effectiveRequests(pod)).toEqual({ amounts: { cpuMilli: 1500, memoryBytes: 1024 ** 3 + 100e6 } });
  });

  it.each<[string, number, PodForRequests['spec']]>([
    ['nothing where nothing is asked', 0, { containers: [{ name: 'a' }, { name: 'b', resources: {} }] }],
    [
      'the largest init container when that is more',
      3000,
      { containers: [asks('a', '1')], initContainers: [asks('i', '3'), asks('j', '2')] },
    ],
    [
      'the containers when that is more',
      4000,
      { containers: [asks('a', '4')], initContainers: [asks('i', '3')] },
    ],
    [
      'sidecars together with the containers',
      1500,
      { containers: [asks('a', '1')], initContainers: [sidecar('s', '500m')] },
    ],
    [
      'an init container with the sidecars started before it',
      2500,
      {
        containers: [asks('a', '1')],
        initContainers: [sidecar('s', '500m'), asks('i', '2')],
      },
    ],
    [
      'an init container without the sidecars started after it',
      2000,
      {
        containers: [asks('a', '1')],
        initContainers: [asks('i', '2'), sidecar('s', '500m')],
      },
    ],
    ['the overhead on top', 1250, { containers: [asks('a', '1')], overhead: { cpu: '250m' } }],
    [
      'the pod-level request instead of the sum',
      2000,
      { containers: [asks('a', '1')], resources: { requests: { cpu: '2' } } },
    ],
    [
      'the pod-level request even when it is less',
      500,
      { containers: [asks('a', '1')], resources: { requests: { cpu: '500m' } } },
    ],
    [
      'the sum where the pod level names another resource',
      1000,
      { containers: [asks('a', '1')], resources: { requests: { memory: '2Gi' } } },
    ],
    [
      'pod level and overhead',
      2250,
      { containers: [asks('a', '1')], resources: { requests: { cpu: '2' } }, overhead: { cpu: '250m' } },
    ],
  ])('is %s', (_rule, expected, spec) => {
    expect(cpu({ spec })).toBe(expected);
  });

  const inUse = (
    spec: string,
    used?: string,
    allotted?: string,
    more: PodForRequests['status'] = {},
  ): PodForRequests => ({
    spec: { containers: [asks('a', spec)] },
    status: {
      containerStatuses: [
        {
          name: 'a',
          ...(used !== undefined && { resources: { requests: { cpu: used } } }),
          ...(allotted !== undefined && { allocatedResources: { cpu: allotted } }),
        },
      ],
      ...more,
    },
  });
  const infeasible = { conditions: [{ type: 'PodResizePending', status: 'True', reason: 'Infeasible' }] };
  const deferred = { conditions: [{ type: 'PodResizePending', status: 'True', reason: 'Deferred' }] };

  it.each<[string, number, PodForRequests]>([
    ['what is wanted, while it grows', 3000, inUse('3', '1', '1')],
    ['what is in use, while it shrinks', 3000, inUse('1', '3', '1')],
    ['what is allotted, when that is most', 3000, inUse('1', '2', '3')],
    ['what is in use, without an allotment', 2000, inUse('1', '2')],
    ['what is wanted, when the status names no resources', 1000, inUse('1', undefined, '3')],
    ['what is in use or allotted, once the resize is infeasible', 1500, inUse('3', '1', '1500m', infeasible)],
    ['what is wanted, while the resize is deferred', 3000, inUse('3', '1', '1', deferred)],
  ])('during a resize in place is %s', (_rule, expected, pod) => {
    expect(cpu(pod)).toBe(expected);
  });

  it('looks at the status of sidecars, not at that of plain init containers', () => {
    const status = (name: string) => ({
      initContainerStatuses: [{ name, resources: { requests: { cpu: '5' } } }],
    });
    expect(cpu({ spec: { containers: [], initContainers: [sidecar('s', '1')] }, status: status('s') })).toBe(
      5000,
    );
    expect(cpu({ spec: { containers: [], initContainers: [asks('i', '1')] }, status: status('i') })).toBe(
      1000,
    );
  });

  it('takes the largest of the pod level too, and drops what is wanted once infeasible', () => {
    const spec = { containers: [asks('a', '1')], resources: { requests: { cpu: '4' } } };
    const used = { resources: { requests: { cpu: '2' } }, allocatedResources: { cpu: '3' } };
    expect(cpu({ spec, status: used })).toBe(4000);
    expect(cpu({ spec, status: { ...used, ...infeasible } })).toBe(3000);
  });

  it('names the quantity that cannot be read', () => {
    const pod = { spec: { containers: [asks('notebook', '1', '2 GB')] } };
    expect(effectiveRequests(pod).unreadable).toEqual({ where: 'container notebook, memory', value: '2 GB' });
    expect(effectiveRequests({ spec: { containers: [asks('a', '-1')] } }).unreadable?.value).toBe('-1');
  });
});
