import { describe, expect, it } from 'vitest';
import { findHeadroom, type NodeState, nodeState } from '../../scaler/plan/headroom.ts';
import type { History } from '../../scaler/plan/history.ts';
import { aHistory, aNode, aWarmNode, HOUR, MINUTE, NOW, nodes, RULES } from '../support/world.ts';

type Rules = typeof RULES;
const stateOf = (node: ReturnType<typeof aNode>, rules: Partial<Rules> = {}, history: History = aHistory()) =>
  nodeState(node, { rules: { ...RULES, ...rules }, history, nowMs: NOW });

describe('a node', () => {
  it.each<[string, NodeState, ReturnType<typeof aNode>]>([
    ['is free when people are on it and both cpu and memory are left', 'free', aNode()],
    ['is busy when memory is scarce', 'busy', aNode({ freeMemory: 0.1 })],
    ['is busy when cpu is scarce', 'busy', aNode({ freeCpu: 0.1 })],
    ['is busy when more is requested than there is', 'busy', aNode({ free: -0.5 })],
    ['is busy when it has nothing to give', 'busy', aNode({ allocatable: { cpuMilli: 0, memoryBytes: 0 } })],
    ['is empty when nobody is on it, however much is free', 'empty', aNode({ ordinaryPods: 0, free: 0.98 })],
    ['with a placeholder is no room, the placeholder keeps it', 'placeholder', aWarmNode()],
    ['with a placeholder and people is no room either', 'placeholder', aNode({ placeholders: 1 })],
    ['is no room when the autoscaler wants it gone', 'removal-candidate', aNode({ removalCandidate: true })],
    ['is not usable when not ready', 'unusable', aNode({ unusable: 'not-ready' })],
    ['is not usable when cordoned', 'unusable', aNode({ unusable: 'cordoned' })],
    ['is not usable with a taint nobody tolerates', 'unusable', aNode({ unusable: 'tainted' })],
    ['is full when its numbers cannot be read', 'unreadable', aNode({ unreadable: true, free: 0.9 })],
    ['is no room while it is new', 'recent', aNode({ createdAtMs: NOW - 9 * MINUTE })],
    ['made in the future (clocks differ) is new', 'recent', aNode({ createdAtMs: NOW + MINUTE })],
  ])('%s', (_, state, node) => {
    expect(stateOf(node)).toBe(state);
  });

  it('has room only above the threshold, not at it', () => {
    expect(stateOf(aNode({ free: 0.2 }))).toBe('busy');
    expect(stateOf(aNode({ free: 0.201 }))).toBe('free');
    expect(stateOf(aNode({ free: 1 }), { cpuThreshold: 1 })).toBe('busy');
    expect(stateOf(aNode({ free: 0.001 }), { cpuThreshold: 0, memoryThreshold: 0 })).toBe('free');
  });

  it.each<[Rules['scalingStrategy'], NodeState, NodeState]>([
    ['cpu', 'busy', 'free'],
    ['mem', 'free', 'busy'],
    ['balanced', 'busy', 'busy'],
  ])(
    'under strategy %s is %s with scarce cpu and %s with scarce memory',
    (scalingStrategy, noCpu, noMemory) => {
      expect(stateOf(aNode({ freeCpu: 0.1 }), { scalingStrategy })).toBe(noCpu);
      expect(stateOf(aNode({ freeMemory: 0.1 }), { scalingStrategy })).toBe(noMemory);
    },
  );

  it('counts from the end of its grace period on, both for its age and for when it was last busy', () => {
    const tenMinutes = NOW - 10 * MINUTE;
    expect(stateOf(aNode({ createdAtMs: tenMinutes + 1 }))).toBe('recent');
    expect(stateOf(aNode({ createdAtMs: tenMinutes }))).toBe('free');
    const busyAt = (atMs: number) => aHistory({ lastBusyMs: new Map([['node-a', atMs]]) });
    expect(stateOf(aNode(), {}, busyAt(tenMinutes + 1))).toBe('recent');
    expect(stateOf(aNode(), {}, busyAt(tenMinutes))).toBe('free');
  });

  it('that the history last saw busy is not room before it has been watched', () => {
    expect(stateOf(aNode(), {}, aHistory({ busyNow: new Set(['node-a']) }))).toBe('recent');
  });

  it('has no grace period when that is set to 0', () => {
    const seen = aHistory({ busyNow: new Set(['node-a']), lastBusyMs: new Map([['node-a', NOW]]) });
    expect(stateOf(aNode({ createdAtMs: NOW + MINUTE }), { nodeGracePeriodMs: 0 }, seen)).toBe('free');
  });

  it('that took the name of an older one waits for its own grace period alone', () => {
    const reused = aNode({ createdAtMs: NOW - 10 * MINUTE });
    const former = aHistory({ lastBusyMs: new Map([['node-a', NOW - 2 * HOUR]]) });
    expect(stateOf(reused, {}, former)).toBe('free');
  });
});

describe('the headroom of a pool', () => {
  const look = { rules: RULES, history: aHistory(), nowMs: NOW };

  it('counts each node once', () => {
    const pool = nodes(
      aNode(),
      aNode({ free: 0.1 }),
      aNode({ ordinaryPods: 0 }),
      aWarmNode(),
      aNode({ createdAtMs: NOW }),
      aNode({ removalCandidate: true, unusable: 'tainted' }),
      aNode({ unusable: 'cordoned' }),
      aNode({ unreadable: true }),
    );
    const { states, nodes: total, free } = findHeadroom(pool, look);
    expect(states).toEqual({
      free: 1,
      busy: 1,
      empty: 1,
      placeholder: 1,
      recent: 1,
      'removal-candidate': 1,
      unusable: 1,
      unreadable: 1,
    });
    expect([total, free]).toEqual([8, 1]);
  });

  it('names the node with room when it is one, and gives the range when there are more', () => {
    expect(findHeadroom([aNode({ free: 0.5 }), aNode({ name: 'b', free: 0.1 })], look).room).toEqual({
      least: { cpu: 0.5, memory: 0.5 },
      most: { cpu: 0.5, memory: 0.5 },
      node: 'node-a',
    });
    const two = [
      aNode({ freeCpu: 0.75, freeMemory: 0.25 }),
      aNode({ name: 'b', freeCpu: 0.5, freeMemory: 0.5 }),
    ];
    expect(findHeadroom(two, look).room).toEqual({
      least: { cpu: 0.5, memory: 0.25 },
      most: { cpu: 0.75, memory: 0.5 },
    });
    expect(findHeadroom([], look).room).toBeUndefined();
  });

  it('adds up the free share of all usable nodes, and is 0 to 1', () => {
    const mixed = [aNode({ free: 1 }), aNode({ free: 0.5 }), aNode({ free: 1, unusable: 'not-ready' })];
    expect(findHeadroom(mixed, look).freeShare).toEqual({ cpu: 0.75, memory: 0.75 });
    expect(findHeadroom([aNode({ free: -1 })], look).freeShare).toEqual({ cpu: 0, memory: 0 });
    expect(findHeadroom([], look).freeShare).toEqual({ cpu: 0, memory: 0 });
  });
});
