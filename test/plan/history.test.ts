import { describe, expect, it } from 'vitest';
import {
  emptyHistory,
  remember,
  restoreHistory,
  savedHistory,
  unknownUntil,
} from '../../scaler/plan/history.ts';
import { decided } from '../support/decided.ts';
import { aHistory, aNode, aSnapshot, aView, aWarmNode, MINUTE, NOW, nodes, RULES } from '../support/world.ts';

const GRACE = RULES.nodeGracePeriodMs;
const world = (...each: ReturnType<typeof aNode>[]) => aSnapshot({ data8: aView({ nodes: nodes(...each) }) });
const busy = () => aNode({ free: 0.1 });

describe('what is remembered of nodes', () => {
  it('is which are busy, and when the others stopped being so', () => {
    const during = remember(aHistory(), world(busy(), aNode()), RULES, NOW);
    expect([...during.busyNow]).toEqual(['node-a']);
    expect(during.lastBusyMs.size).toBe(0);

    const after = remember(during, world(aNode(), aNode()), RULES, NOW + MINUTE);
    expect(after.busyNow.size).toBe(0);
    expect([...after.lastBusyMs]).toEqual([['node-a', NOW + MINUTE]]);
  });

  it('is dropped at the end of the grace period', () => {
    const before = aHistory({ lastBusyMs: new Map([['node-a', NOW]]) });
    const left = remember(before, world(aNode()), RULES, NOW + MINUTE);
    expect(remember(left, world(aNode()), RULES, NOW + GRACE - 1)).toBe(left);
    expect(remember(left, world(aNode()), RULES, NOW + GRACE).lastBusyMs.size).toBe(0);
  });

  it.each([
    ['hosting a placeholder', aWarmNode({ free: 0.9 })],
    ['numbers that cannot be read', aNode({ unreadable: true })],
    ['too little memory', aNode({ freeMemory: 0.1 })],
  ])('counts %s as busy', (_, node) => {
    expect(remember(aHistory(), world(node), RULES, NOW).busyNow.size).toBe(1);
  });

  it('stays the very same object while no node changes sides, however its numbers move', () => {
    const first = remember(aHistory(), world(busy(), aNode()), RULES, NOW);
    const later = world(aNode({ free: 0.15 }), aNode({ free: 0.6 }));
    expect(remember(first, later, RULES, NOW + 59 * MINUTE)).toBe(first);
  });

  it('stays the very same object while pools that share nodes do not change either', () => {
    const shared = nodes(busy(), aNode());
    const snapshot = aSnapshot({ data8: aView({ nodes: shared }), stat20: aView({ nodes: shared }) });
    const first = remember(aHistory(), snapshot, RULES, NOW);
    expect([...first.busyNow]).toEqual(['node-a']);
    expect(remember(first, snapshot, RULES, NOW + MINUTE)).toBe(first);
  });

  it('keeps a node that vanished for the grace period, in case it comes back', () => {
    const during = remember(aHistory(), world(busy(), busy()), RULES, NOW);
    const gone = remember(during, world(busy()), RULES, NOW + MINUTE);
    expect([...gone.busyNow]).toEqual(['node-a']);
    expect([...gone.lastBusyMs]).toEqual([['node-b', NOW + MINUTE]]);
    expect(remember(gone, world(busy()), RULES, NOW + MINUTE + GRACE).lastBusyMs.size).toBe(0);
  });

  it('forgets when a node was last busy once it is busy again', () => {
    const left = aHistory({ lastBusyMs: new Map([['node-a', NOW]]) });
    const again = remember(left, world(busy()), RULES, NOW + MINUTE);
    expect([...again.busyNow]).toEqual(['node-a']);
    expect(again.lastBusyMs.size).toBe(0);
  });

  it('is nothing when there is no grace period', () => {
    const rules = { ...RULES, nodeGracePeriodMs: 0 };
    const during = remember(emptyHistory(NOW, 0), world(busy()), rules, NOW);
    expect(during.unknownUntilMs).toBeUndefined();
    expect(remember(during, world(aNode()), rules, NOW + 1).lastBusyMs.size).toBe(0);
  });
});

describe('a history that was lost', () => {
  it('is unknown for one grace period', () => {
    const lost = emptyHistory(NOW, GRACE);
    expect(lost.unknownUntilMs).toBe(NOW + GRACE);
    const looked = remember(lost, world(aNode()), RULES, NOW);
    expect(remember(looked, world(aNode()), RULES, NOW + GRACE - 1)).toBe(looked);
    expect(looked.unknownUntilMs).toBe(NOW + GRACE);
    expect(remember(looked, world(aNode()), RULES, NOW + GRACE).unknownUntilMs).toBeUndefined();
  });

  it('stays unknown until the cluster has been watched for that long, not only waited for', () => {
    const unread = aSnapshot({}, { synced: false });
    const waited = remember(emptyHistory(NOW, GRACE), unread, RULES, NOW + 9 * MINUTE);
    expect(waited.unknownUntilMs).toBe(NOW + 9 * MINUTE + GRACE);
  });
});

describe('a pool that gets nodes which nobody watched', () => {
  const a = aView({ nodes: [aNode({ name: 'a-1' })] });
  const old = aNode({ name: 'b-1' });
  const before = remember(aHistory(), aSnapshot({ a }), RULES, NOW);
  const grown = (pools: Parameters<typeof aSnapshot>[0], atMs = NOW + MINUTE) =>
    remember(before, aSnapshot(pools), RULES, atMs);

  it('is not sure of their past for one grace period, whether it or its selector is new in the values', () => {
    const added = grown({ a, b: aView({ nodes: [old] }) });
    expect(unknownUntil(added, 'b')).toBe(NOW + MINUTE + GRACE);
    expect(unknownUntil(added, 'a')).toBeUndefined();
    const moved = grown({ a: aView({ nodes: [old] }) });
    expect(unknownUntil(moved, 'a')).toBe(NOW + MINUTE + GRACE);
  });

  it('is sure of them afterwards', () => {
    const pools = { a, b: aView({ nodes: [old] }) };
    const added = grown(pools);
    expect(remember(added, aSnapshot(pools), RULES, NOW + MINUTE + GRACE - 1)).toBe(added);
    const later = remember(added, aSnapshot(pools), RULES, NOW + MINUTE + GRACE);
    expect(unknownUntil(later, 'b')).toBeUndefined();
  });

  it('is sure of nodes that were just made, and of those that another pool had', () => {
    const young = aNode({ name: 'b-2', createdAtMs: NOW - 5 * MINUTE });
    expect(unknownUntil(grown({ a, b: aView({ nodes: [young] }) }), 'b')).toBeUndefined();
    expect(unknownUntil(grown({ a, b: a }), 'b')).toBeUndefined();
  });

  it('is not sure of them again when it was away meanwhile', () => {
    const added = grown({ a, b: aView({ nodes: [old] }) });
    const away = remember(added, aSnapshot({ a }), RULES, NOW + 30 * MINUTE);
    const back = remember(away, aSnapshot({ a, b: aView({ nodes: [old] }) }), RULES, NOW + 40 * MINUTE);
    expect(unknownUntil(back, 'b')).toBe(NOW + 40 * MINUTE + GRACE);
  });

  it('keeps its placeholders meanwhile, as after a restart that lost the history', () => {
    const history = grown({ a, data8: aView({ nodes: [old], current: 3 }) }, NOW);
    expect(decided({ nodes: [old], current: 3, baseline: 3, history })).toMatchObject({
      count: 3,
      sentence: expect.stringContaining('what was on the nodes before is not known until'),
    });
  });
});

describe('a restart', () => {
  const saved = savedHistory(
    aHistory({ busyNow: new Set(['node-a']), lastBusyMs: new Map([['node-b', NOW - 8 * MINUTE]]) }),
    NOW,
  );
  const restore = (nowMs: number, lastBusyMs: Record<string, number> = saved) =>
    restoreHistory({ lastBusyMs, savedAtMs: NOW }, { nowMs, graceMs: GRACE });

  it('remembers what was saved, as plain numbers', () => {
    expect(saved).toEqual({ 'node-a': NOW, 'node-b': NOW - 8 * MINUTE });
  });

  it('goes on where it stopped: what was busy at the end was busy until the first look', () => {
    const history = restore(NOW + MINUTE);
    expect(history.unknownUntilMs).toBeUndefined();
    const looked = remember(history, world(aNode(), aNode()), RULES, NOW + MINUTE);
    expect(Object.fromEntries(looked.lastBusyMs)).toEqual({
      'node-a': NOW + MINUTE,
      'node-b': NOW - 8 * MINUTE,
    });
  });

  it('drops what is over, and what is no time', () => {
    expect(restore(NOW + 3 * MINUTE).lastBusyMs.size).toBe(0);
    expect(restore(NOW + 1, { 'node-c': 'soon' } as never).lastBusyMs.size).toBe(0);
  });

  it('has lost the history when nothing was saved, or a grace period ago', () => {
    expect(restore(NOW + GRACE).unknownUntilMs).toBe(NOW + 2 * GRACE);
    expect(restoreHistory(undefined, { nowMs: NOW, graceMs: GRACE }).unknownUntilMs).toBe(NOW + GRACE);
  });

  it('with a clock that was set back trusts what was saved', () => {
    expect(restore(NOW - MINUTE).unknownUntilMs).toBeUndefined();
  });
});
