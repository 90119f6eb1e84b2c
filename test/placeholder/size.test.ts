import { describe, expect, it } from 'vitest';
import { measureSize, TINY_SIZE } from '../../scaler/placeholder/size.ts';

const NOW = Date.UTC(2026, 10, 23, 9);
const GIB = 1024 ** 3;

interface Row {
  minutes?: number;
  cpu?: number;
  memory?: number;
  daemonCpu?: number;
  daemonMemory?: number;
  usable?: boolean;
  unreadable?: boolean;
  devices?: Record<string, number>;
}

/** A node of 8 cpu and 64 GiB, an hour old, with DaemonSets of 500m and 1 GiB, unless the row says otherwise. */
function node({
  minutes = 60,
  cpu = 8_000,
  memory = 64 * GIB,
  daemonCpu = 500,
  daemonMemory = GIB,
  ...row
}: Row = {}) {
  return {
    usable: row.usable ?? true,
    node: {
      name: 'node-1',
      createdAtMs: NOW - minutes * 60_000,
      allocatable: { cpuMilli: cpu, memoryBytes: memory },
      daemonRequested: { cpuMilli: daemonCpu, memoryBytes: daemonMemory },
      unreadable: row.unreadable ?? false,
      ...(row.devices && { devices: row.devices }),
    },
  };
}
const measure = (nodes: ReturnType<typeof node>[], kept?: Record<string, string>) =>
  measureSize({ pool: 'data8', nodes, kept, nowMs: NOW });

describe('resources: auto is', () => {
  it('what DaemonSets and the reserve leave of a node, rounded down to 10m and 64Mi', () => {
    // 8000 - 500 - 100 = 7400m; 65536 - 1024 - 265 = 64247 MiB, down to 64192.
    expect(measure([node()])).toEqual({ requests: { cpu: '7400m', memory: '64192Mi' }, from: 'measured' });
  });

  it('set by the node that has the least left, each resource for itself', () => {
    const nodes = [node({ daemonCpu: 1_234 }), node({ memory: 60 * GIB }), node()];
    expect(measure(nodes).requests).toEqual({ cpu: '6660m', memory: '60096Mi' });
  });

  it('not measured on nodes that the pool cannot use, or whose numbers cannot be read', () => {
    const nodes = [node({ usable: false, cpu: 4_000 }), node({ unreadable: true, cpu: 2_000 }), node()];
    expect(measure(nodes).requests.cpu).toBe('7400m');
  });

  it('not measured on a node younger than ten minutes: its DaemonSets are still coming', () => {
    expect(measure([node({ minutes: 9.9, daemonCpu: 0 }), node({ minutes: 10 })]).requests.cpu).toBe('7400m');
  });

  it('tiny for a pool that never had a node', () => {
    expect(measure([])).toEqual({ requests: TINY_SIZE, from: 'tiny' });
  });

  it('measured on the first node of a pool once it is two minutes old', () => {
    expect(measure([node({ minutes: 1.9 })]).from).toBe('tiny');
    expect(measure([node({ minutes: 2 })]).from).toBe('measured');
  });

  it('the last good size while there is no node, or none old enough', () => {
    const kept = { cpu: '7000m', memory: '60000Mi' };
    expect(measure([], kept)).toEqual({ requests: kept, from: 'kept' });
    expect(measure([node({ minutes: 5 })], kept).requests).toBe(kept);
    expect(measure([node()], kept).from).toBe('measured');
  });

  it('all the GPUs of a node, and no other devices', () => {
    const nodes = [
      node({ devices: { 'nvidia.com/gpu': 4, 'vpc.amazonaws.com/pod-eni': 9 } }),
      node({ devices: { 'nvidia.com/gpu': 2 } }),
    ];
    expect(measure(nodes).requests).toEqual({ cpu: '7400m', memory: '64192Mi', 'nvidia.com/gpu': '2' });
  });

  it('without GPUs when a node of the pool has none', () => {
    expect(measure([node({ devices: { 'nvidia.com/gpu': 4 } }), node()]).requests).not.toHaveProperty(
      'nvidia.com/gpu',
    );
  });
});

describe('a node of which half or less would be left', () => {
  it('is refused as a measure, with its numbers and an example; the last good size stays', () => {
    const kept = { cpu: '7000m', memory: '60000Mi' };
    const { requests, problem } = measure([node(), node({ daemonMemory: 32 * GIB })], kept);
    expect(requests).toBe(kept);
    expect(problem).toMatchObject({ code: 'size-unusable', pool: 'data8', severity: 'warning' });
    expect(problem?.where).toContain('node-1');
    expect(problem?.message).toContain(
      'got 7400m of 8000m cpu and 32503 of 65536 MiB memory; the last good size is used',
    );
    expect(problem?.example).toContain('memory: "58982Mi"');
  });

  it('counts for cpu as for memory, with half itself on the refused side', () => {
    expect(measure([node({ daemonCpu: 3_900 })]).from).toBe('tiny');
    expect(measure([node({ daemonCpu: 3_899 })]).from).toBe('measured');
  });
});
