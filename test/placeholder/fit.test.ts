import { describe, expect, it } from 'vitest';
import type { PlaceholderSize } from '../../scaler/placeholder/deployment.ts';
import { fitsNowhere } from '../../scaler/placeholder/fit.ts';
import { aNode, GIB, type NodeWords } from '../support/world.ts';

/** Nodes of 8 cpu and 64 GiB; their DaemonSets take 200m and 1 GiB. */
const problem = (size: PlaceholderSize, ...nodes: NodeWords[]) =>
  fitsNowhere('data8', size, nodes.map(aNode));
const requests = (cpu: string, memory: string, more = {}) => ({ requests: { cpu, memory, ...more } });

describe('a placeholder fits on a node', () => {
  it.each<[what: string, size: PlaceholderSize, fits: boolean]>([
    ['up to what DaemonSets leave', requests('7800m', '63Gi'), true],
    ['not with a thousandth of a cpu more', requests('7801m', '63Gi'), false],
    ['not with a byte more', requests('7800m', String(63 * GIB + 1)), false],
    ['when it asks for memory alone', { requests: { memory: '63Gi' } }, true],
    ['when it asks for nothing', {}, true],
    ['not when its limit alone, which is then its request, is too large', { limits: { cpu: '9' } }, false],
    ['when its limit is larger than its request', { ...requests('7', '60Gi'), limits: { cpu: '9' } }, true],
    ['not when it wants a GPU there', requests('1', '1Gi', { 'nvidia.com/gpu': '1' }), false],
  ])('%s', (_what, size, fits) => {
    expect(problem(size, {}) === undefined).toBe(fits);
  });

  it('whoever is on it now, and whether it is usable now', () => {
    expect(problem(requests('7', '60Gi'), { free: 0 })).toBeUndefined();
    expect(problem(requests('7', '60Gi'), { unusable: 'cordoned' })).toBeUndefined();
  });

  it('when one of them is large enough', () => {
    const small = { allocatable: { cpuMilli: 4_000, memoryBytes: 32 * GIB } };
    expect(problem(requests('7', '60Gi'), small, small, {})).toBeUndefined();
    expect(problem(requests('7', '60Gi'), small, small)).toBeDefined();
  });

  it('with as many GPUs as it has', () => {
    const gpus = (count: string) => requests('1', '1Gi', { 'nvidia.com/gpu': count });
    const node = { devices: { 'nvidia.com/gpu': 2 } };
    expect(problem(gpus('2'), node)).toBeUndefined();
    expect(problem(gpus('3'), node)?.message).toContain(
      'at most 7800m cpu and 64512 MiB memory, 2 nvidia.com/gpu beside the DaemonSets of node-a, got 1000m cpu and 1024 MiB memory, 3 nvidia.com/gpu',
    );
  });
});

describe('nothing is said', () => {
  it('while the pool has no node', () => {
    expect(problem(requests('100', '1Ti'))).toBeUndefined();
  });

  it('by nodes whose numbers cannot be read, or whose GPUs have not come yet', () => {
    const size = requests('100', '1Ti');
    expect(problem(size, { unreadable: true }, { unusable: 'no-devices' })).toBeUndefined();
  });
});

describe('the problem', () => {
  it('names the largest node, what it leaves, and what the placeholder asks for', () => {
    const small = { name: 'node-small', allocatable: { cpuMilli: 4_000, memoryBytes: 32 * GIB } };
    expect(problem(requests('8', '64Gi'), small, {}, small)).toEqual({
      code: 'fits-nowhere',
      source: 'cluster',
      severity: 'error',
      pool: 'data8',
      where: 'nodePools.data8.resources',
      message:
        'expected a placeholder that fits on a node of the pool, at most 7800m cpu and 64512 MiB memory beside the ' +
        'DaemonSets of node-a, got 8000m cpu and 65536 MiB memory; it stays pending for ever',
      example: 'resources: auto  (or what  size --node NAME  prints)',
    });
  });
});
