import { describe, expect, it } from 'vitest';
import type { PodObject } from '../../scaler/cluster/pods.ts';
import { explainSize, sizeText } from '../../scaler/placeholder/explain-size.ts';

const NODE = {
  metadata: { name: 'user-1' },
  status: { allocatable: { cpu: '7910m', memory: '62000000Ki' } },
};

type Extra = { labels?: Record<string, string>; container?: string; daemon?: boolean; phase?: string };
function pod(name: string, cpu: string, memory: string, extra: Extra = {}): PodObject {
  const { labels = {}, container = 'main', daemon, phase = 'Running' } = extra;
  return {
    metadata: {
      name,
      namespace: 'kube-system',
      uid: name,
      labels,
      ...(daemon && { ownerReferences: [{ kind: 'DaemonSet', controller: true }] }),
    },
    spec: { nodeName: 'user-1', containers: [{ name: container, resources: { requests: { cpu, memory } } }] },
    status: { phase },
  };
}

const PODS = [
  pod('kube-proxy', '100m', '128Mi', { daemon: true }),
  pod('kube-dns', '260m', '110Mi'),
  pod('jupyter-ada', '50m', '1Gi', { labels: { component: 'singleuser-server' } }),
  pod('jupyter-bo', '50m', '1Gi', { container: 'notebook' }),
  pod('data8-placeholder-x', '7', '50Gi', { labels: { component: 'placeholder' } }),
  pod('job', '1', '1Gi', { phase: 'Succeeded' }),
];

describe('the size of one node', () => {
  it("is allocatable less the pods that are no user's and the reserve, to the byte", () => {
    const size = explainSize(NODE, PODS);
    const others = (128 + 110) * 1024 ** 2;
    expect(size.nonNotebook).toEqual({ cpuMilli: 360, memoryBytes: others, pods: 2 });
    expect(size.recommended).toEqual({
      cpuMilli: 7_450,
      memoryBytes: 62_000_000 * 1024 - others - 277_872_640,
    });
    expect(size.leftOut).toEqual({ userPods: 2, placeholders: 1 });
    expect(size.perhapsElsewhere).toEqual(['kube-system/kube-dns']);
  });

  it('is printed with its sum and the lines to paste into the values', () => {
    expect(sizeText(explainSize(NODE, PODS))).toBe(
      [
        'Node user-1',
        '    allocatable                          63488000000 bytes    59.13 GiB     7910m cpu',
        "  - 2 pods that are no user's              249561088 bytes     0.23 GiB      360m cpu",
        '  - reserve for pods that come later       277872640 bytes     0.26 GiB      100m cpu',
        '  = recommended                          62960566272 bytes    58.64 GiB     7450m cpu',
        "Left out: 2 user's pods, 1 placeholder.",
        'Of no DaemonSet, so perhaps on this node only: kube-system/kube-dns.',
        '',
        'resources:',
        '  requests:',
        '    memory: "62960566272"',
        '    cpu: 7450m',
      ].join('\n'),
    );
  });

  it('names every number that cannot be read, instead of counting it as nothing', () => {
    const { unreadable } = explainSize(NODE, [pod('odd', '1', '2 GB')]);
    expect(unreadable).toEqual(['pod kube-system/odd, container main, memory: "2 GB"']);
    expect(sizeText(explainSize(NODE, [pod('odd', '1', '2 GB')]))).toContain(
      'Cannot be read, so the size is too large',
    );
  });

  it('is nothing on a node that is full of system pods', () => {
    expect(sizeText(explainSize(NODE, [pod('big', '9', '1Gi')]))).toContain('No room is left');
  });
});
