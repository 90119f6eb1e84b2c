// A day of pool data8, pass by pass: history and decision together, as the service runs them.
import { describe, expect, it } from 'vitest';
import type { PoolNode } from '../../scaler/cluster/snapshot.ts';
import { decide } from '../../scaler/plan/decide.ts';
import {
  emptyHistory,
  type History,
  remember,
  restoreHistory,
  savedHistory,
} from '../../scaler/plan/history.ts';
import {
  aBooking,
  aNode,
  aSituation,
  aSnapshot,
  aView,
  aWarmNode,
  MINUTE,
  NOW,
  RULES,
} from '../support/world.ts';

const GRACE = RULES.nodeGracePeriodMs;

/** Passes one after another; each hands its history to the next. */
function watch(history: History) {
  let memory = history;
  return {
    pass(minute: number, world: { nodes: PoolNode[]; current: number; pending?: number; booked?: number }) {
      const nowMs = NOW + minute * MINUTE;
      const { booked, ...words } = world;
      const view = aView(words);
      memory = remember(memory, aSnapshot({ data8: view }), RULES, nowMs);
      const booking =
        booked === undefined ? {} : { booked: aBooking(booked, { untilMs: NOW + 600 * MINUTE }) };
      const { count, reason } = decide(aSituation({ ...booking, view, history: memory, nowMs }));
      return [count, reason];
    },
    restart(savedMinute: number, minute: number) {
      const savedAtMs = NOW + savedMinute * MINUTE;
      const saved = { lastBusyMs: savedHistory(memory, savedAtMs), savedAtMs };
      memory = restoreHistory(saved, { nowMs: NOW + minute * MINUTE, graceMs: GRACE });
    },
  };
}

const known = () => watch({ busyNow: new Set(), lastBusyMs: new Map(), busySeen: 0 });
const warm = [aWarmNode({ name: 'a' }), aWarmNode({ name: 'b' })];
const classroom = aNode({ name: 'c', free: 0.1, ordinaryPods: 40 });
const left = aNode({ name: 'c', free: 0.7, ordinaryPods: 5 });

describe('a class', () => {
  it('that pushes a placeholder out keeps its booked spares, and no node with room lowers them meanwhile', () => {
    const day = known();
    expect(day.pass(0, { booked: 2, current: 2, nodes: warm })).toEqual([2, 'booked']);
    // The first logins take node a; its placeholder waits for a new node.
    const pushedOut = [aNode({ name: 'a', free: 0.8 }), warm[1] as PoolNode];
    expect(day.pass(1, { booked: 2, current: 2, pending: 1, nodes: pushedOut })).toEqual([2, 'pending']);
    // The new node is there, and node a was a warm one a minute ago: it is about to fill.
    const grown = [...pushedOut, aWarmNode({ name: 'd', createdAtMs: NOW })];
    expect(day.pass(2, { booked: 2, current: 2, nodes: grown })).toEqual([2, 'booked']);
    expect(day.pass(10, { booked: 2, current: 2, nodes: grown })).toEqual([2, 'booked']);
    // Ten minutes on it still has room: one spare fewer is needed.
    expect(day.pass(11, { booked: 2, current: 2, nodes: grown })).toEqual([1, 'headroom']);
  });

  it('that ends frees its nodes only after the grace period, and a short visit starts it again', () => {
    const day = known();
    expect(day.pass(0, { current: 1, nodes: [classroom] })).toEqual([1, 'baseline']);
    expect(day.pass(1, { current: 1, nodes: [left] })).toEqual([1, 'baseline']);
    expect(day.pass(9, { current: 1, nodes: [classroom] })).toEqual([1, 'baseline']);
    expect(day.pass(10, { current: 1, nodes: [left] })).toEqual([1, 'baseline']);
    expect(day.pass(19, { current: 1, nodes: [left] })).toEqual([1, 'baseline']);
    expect(day.pass(20, { current: 1, nodes: [left] })).toEqual([0, 'headroom']);
  });
});

describe('a restart', () => {
  it('that remembers goes on counting where it stopped', () => {
    const day = known();
    day.pass(0, { current: 1, nodes: [classroom] });
    day.pass(1, { current: 1, nodes: [left] });
    day.restart(2, 3);
    expect(day.pass(10, { current: 1, nodes: [left] })).toEqual([1, 'baseline']);
    expect(day.pass(11, { current: 1, nodes: [left] })).toEqual([0, 'headroom']);
  });

  it('that lost the history holds what is there for one grace period, and raises nothing', () => {
    const day = watch(emptyHistory(NOW, GRACE));
    expect(day.pass(0, { current: 1, nodes: [left] })).toEqual([1, 'pending']);
    expect(day.pass(1, { current: 0, nodes: [left] })).toEqual([0, 'pending']);
    expect(day.pass(2, { current: 0, booked: 2, nodes: [left] })).toEqual([1, 'pending']);
    expect(day.pass(10, { current: 1, nodes: [left] })).toEqual([0, 'headroom']);
  });

  it('with an old save has lost the history too', () => {
    const day = known();
    day.pass(0, { current: 1, nodes: [left] });
    day.restart(0, 10);
    expect(day.pass(10, { current: 1, nodes: [left] })).toEqual([1, 'pending']);
  });
});
