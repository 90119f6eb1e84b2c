// The values of examples/values are right for the cloud that they name: a user node as that cloud labels and taints it
// belongs to the pool, can be used by it, and holds a placeholder of its size. That Helm renders them is in test/chart.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openIntern } from '../../scaler/cluster/intern.ts';
import { membership } from '../../scaler/cluster/membership.ts';
import { trimNode, unusableFor, usabilityRule } from '../../scaler/cluster/nodes.ts';
import { readCpuMilli, readQuantity } from '../../scaler/cluster/quantities.ts';
import { loadConfig } from '../../scaler/config/load.ts';
import { nodeObject } from '../support/cluster-objects.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDER = join(ROOT, 'examples', 'values');
const FILES = readdirSync(FOLDER);

const USER_TAINT = { key: 'hub.jupyter.org/dedicated', value: 'user', effect: 'NoSchedule' };
const CORE = { 'hub.jupyter.org/node-purpose': 'core' };

interface Cloud {
  file: string;
  pool: string;
  /** Of a user node, with what the cloud itself puts on it. */
  labels: Record<string, string>;
  taints: { key: string; value?: string; effect: string }[];
  /** What such a machine type has left for pods. */
  allocatable: Record<string, string>;
}

const HIGHMEM_8 = { cpu: '7910m', memory: '60055600Ki', pods: '110' };
const CLOUDS: Cloud[] = [
  ...['data8', 'stat20', 'small-courses'].map((pool) => ({
    file: 'gke-datahub.yaml',
    pool,
    labels: {
      'hub.jupyter.org/pool-name': `${pool}-pool`,
      'cloud.google.com/gke-nodepool': `${pool}-2026-08`,
      'node.kubernetes.io/instance-type': 'n2-highmem-8',
    },
    taints: [{ ...USER_TAINT, key: 'hub.jupyter.org_dedicated' }],
    allocatable: HIGHMEM_8,
  })),
  ...['data100-pool', 'data100-n2d-pool'].map((name) => ({
    file: 'gke-datahub.yaml',
    pool: 'data100',
    labels: { 'hub.jupyter.org/pool-name': name },
    taints: [USER_TAINT],
    allocatable: { cpu: '31850m', memory: '253Gi', pods: '110' },
  })),
  {
    file: 'eks-karpenter.yaml',
    pool: 'workshop',
    labels: {
      'karpenter.sh/nodepool': 'workshop',
      'karpenter.sh/capacity-type': 'on-demand',
      'node.kubernetes.io/instance-type': 'r6i.2xlarge',
    },
    taints: [USER_TAINT],
    allocatable: { cpu: '7910m', memory: '63044644Ki', pods: '58' },
  },
  {
    file: 'eks-karpenter.yaml',
    pool: 'gpu',
    labels: { 'karpenter.sh/nodepool': 'gpu', 'node.kubernetes.io/instance-type': 'g5.xlarge' },
    taints: [USER_TAINT, { key: 'nvidia.com/gpu', effect: 'NoSchedule' }],
    allocatable: { cpu: '3920m', memory: '15068Mi', 'nvidia.com/gpu': '1', pods: '58' },
  },
  {
    file: 'aks.yaml',
    pool: 'users',
    labels: { 'kubernetes.azure.com/agentpool': 'users', 'kubernetes.azure.com/mode': 'user' },
    taints: [{ ...USER_TAINT, key: 'hub.jupyter.org_dedicated' }],
    allocatable: { cpu: '7820m', memory: '59Gi', pods: '110' },
  },
  {
    file: 'z2jh-minimal.yaml',
    pool: 'user',
    labels: { 'hub.jupyter.org/node-purpose': 'user' },
    taints: [USER_TAINT],
    allocatable: HIGHMEM_8,
  },
  ...['intro', 'stats', 'workshop'].map((pool) => ({
    file: 'several-calendars.yaml',
    pool,
    labels: { 'hub.jupyter.org/pool-name': pool },
    taints: [USER_TAINT],
    allocatable: HIGHMEM_8,
  })),
];

function load(file: string) {
  const path = join(FOLDER, file);
  const readSecret = () => 'https://calendar.example.edu/a.ics';
  return loadConfig(readFileSync(path, 'utf8'), { file, readSecret });
}

describe('the example values', () => {
  it.each(FILES)('%s passes check', (file) => {
    const { status, stdout } = spawnSync(
      process.execPath,
      [join(ROOT, 'scaler/main.ts'), 'check', '--values', join(FOLDER, file), '--no-calendars'],
      { encoding: 'utf8' },
    );
    expect([status, stdout]).toEqual([0, expect.stringContaining('no problems')]);
  });

  it.each(FILES)('%s says at its top what it is for', (file) => {
    expect(readFileSync(join(FOLDER, file), 'utf8')).toMatch(/^# .{40,}\n/);
  });

  it('are all looked at, with every pool', () => {
    const looked = new Set(CLOUDS.map(({ file, pool }) => `${file} ${pool}`));
    const all = FILES.flatMap((file) =>
      (load(file).config?.pools ?? []).map(({ name }) => `${file} ${name}`),
    );
    expect([...looked].sort()).toEqual(all.sort());
  });
});

describe.each(CLOUDS)('$file, pool $pool', ({ file, pool: name, labels, taints, allocatable }) => {
  const { config } = load(file);
  const pool = config?.pools.find((each) => each.name === name);
  if (config === undefined || pool === undefined) throw new Error(`${file} has no pool ${name}`);

  it('has the nodes that the cloud makes for it, and not those of the core', () => {
    const belongs = membership(pool);
    expect(belongs('node-1', labels)).toBe(true);
    expect(belongs('core-1', CORE)).toBe(false);
    // The warning about pools that cannot be told apart stays away.
    expect(Object.keys(labels)).toContain(config.nodePoolSelectorKey);
  });

  it('can use them, tainted as they are', () => {
    const node = trimNode(nodeObject({ labels, taints, allocatable }), openIntern());
    expect(unusableFor(usabilityRule(pool), node)).toBeUndefined();
  });

  it('asks for a placeholder that fits, and fills more than half', () => {
    if (pool.resources === 'auto') return;
    for (const [resource, asked] of Object.entries(pool.resources.requests ?? {})) {
      const read = resource === 'cpu' ? readCpuMilli : readQuantity;
      const share = (read(asked) ?? Number.NaN) / (read(allocatable[resource]) ?? Number.NaN);
      expect([resource, share > 0.5 && share <= 1]).toEqual([resource, true]);
    }
  });
});
