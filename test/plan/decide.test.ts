import { describe, expect, it } from 'vitest';
import { decide } from '../../scaler/plan/decide.ts';
import { decided, override, room, STALE, UNKNOWN_PAST } from '../support/decided.ts';
import { aBooking, aNode, aSituation, MINUTE, NOW, nodes, type SituationWords } from '../support/world.ts';

const outcome = (words: SituationWords) => {
  const { count, reason } = decided(words);
  return [count, reason];
};

describe('without anything special', () => {
  it.each<[string, SituationWords, [number | undefined, string]]>([
    ['the baseline is kept', { baseline: 2 }, [2, 'baseline']],
    ['a booking counts instead of the baseline', { booked: aBooking(3) }, [3, 'booked']],
    ['a booking below the baseline counts as typed', { baseline: 3, booked: aBooking(1) }, [1, 'booked']],
    [
      'a booking of 0 lowers the pool under its baseline',
      { baseline: 3, booked: aBooking(0) },
      [0, 'booked'],
    ],
    [
      'a node with room takes one away from a booking',
      { booked: aBooking(3), nodes: room(1) },
      [2, 'headroom'],
    ],
    ['a node with room takes one away from the baseline', { baseline: 2, nodes: room(1) }, [1, 'headroom']],
    ['more room than asked for comes to 0', { booked: aBooking(2), nodes: room(5) }, [0, 'headroom']],
    ['room takes nothing from nothing', { baseline: 0, nodes: room(5) }, [0, 'baseline']],
    ['busy nodes take nothing away', { booked: aBooking(3), nodes: room(0, 4) }, [3, 'booked']],
    [
      'without a Deployment yet it is the same',
      { current: null, booked: aBooking(3), nodes: room(1) },
      [2, 'headroom'],
    ],
  ])('%s', (_, words, expected) => {
    expect(outcome(words)).toEqual(expected);
  });

  it('an empty node is no reason to lower: the placeholder fits there', () => {
    const words = { booked: aBooking(3), nodes: nodes(aNode({ ordinaryPods: 0, free: 0.98 })) };
    expect(outcome(words)).toEqual([3, 'booked']);
  });

  it('every decision carries what it looked at', () => {
    const decision = decided({ baseline: 1, booked: aBooking(3), nodes: room(1, 3) });
    expect(decision).toMatchObject({
      pool: 'data8',
      baseline: 1,
      free: 1,
      booked: { count: 3 },
      problems: [],
    });
    expect(decision.headroom?.states).toMatchObject({ free: 1, busy: 3 });
  });
});

describe("a person's annotation", () => {
  it('beats everything: the calendar, the override setting, a stale view, a calendar that failed', () => {
    const deployment = override('5');
    const all = { deployment, booked: aBooking(3), rules: { calendarOverrideEnabled: true } };
    expect(outcome(all)).toEqual([5, 'manual']);
    expect(outcome({ ...all, cluster: STALE })).toEqual([5, 'manual']);
    expect(outcome({ ...all, calendar: 'failed' })).toEqual([5, 'manual']);
    expect(outcome({ ...all, calendar: 'unread', pending: 1 })).toEqual([5, 'manual']);
  });

  it('of 0 turns the pool off', () => {
    expect(outcome({ deployment: override('0'), baseline: 3 })).toEqual([0, 'manual']);
  });

  it('with an end says when, so that a pass can be there at that instant', () => {
    const decision = decided({ deployment: override('5 until 2026-11-23T12:30') });
    expect(decision.manualUntilMs).toBe(Date.UTC(2026, 10, 23, 12, 30));
    expect(decided({ deployment: override('5') }).manualUntilMs).toBeUndefined();
  });

  it('that is over counts no more, and the sentence still mentions it', () => {
    const decision = decided({ deployment: override('5 until 2026-11-22T18:00') });
    expect(decision).toMatchObject({ count: 1, reason: 'baseline', problems: [] });
    expect(decision.sentence).toContain("the annotation's 5 is over since 2026-11-22 18:00");
  });

  it('that cannot be read is ignored, and is a problem with a right example', () => {
    const decision = decided({ deployment: override('five') });
    expect(decision).toMatchObject({ count: 1, reason: 'baseline' });
    expect(decision.problems.map((p) => p.code)).toEqual(['unreadable-override']);
    expect(decision.sentence).toContain('the annotation on the Deployment cannot be read');
  });
});

describe('before everything has been read', () => {
  it('nothing is touched while the cluster has not been read', () => {
    const unread = { cluster: { synced: false }, booked: aBooking(3), current: 2 };
    expect(outcome(unread)).toEqual([undefined, 'waiting']);
    expect(decide({ ...aSituation(unread), view: undefined }).count).toBeUndefined();
  });

  it('nothing is touched for a pool that the view does not know yet', () => {
    expect(decide({ ...aSituation(), view: undefined })).toMatchObject({
      count: undefined,
      reason: 'waiting',
    });
  });

  it('nothing is touched while the calendar has neither been read nor failed', () => {
    expect(outcome({ calendar: 'unread', current: 4, nodes: room(3) })).toEqual([undefined, 'waiting']);
  });

  it.each<[string, SituationWords, number]>([
    ['keeps what is there', { current: 4, baseline: 1 }, 4],
    ['goes up to the baseline', { current: 0, baseline: 2 }, 2],
    ['makes the Deployment with the baseline', { current: null, baseline: 2 }, 2],
    [
      'goes up to what another calendar of the pool books',
      { current: 1, baseline: 2, booked: aBooking(5) },
      5,
    ],
    ['does not believe a booking of 0', { current: 1, baseline: 2, booked: aBooking(0) }, 2],
    ['does not lower for room on nodes', { current: 4, baseline: 1, nodes: room(3) }, 4],
  ])('a calendar that failed and is not remembered %s', (_, words, count) => {
    expect(outcome({ calendar: 'failed', ...words })).toEqual([count, 'waiting']);
  });

  it('counts from what was written last where the view is older than that', () => {
    expect(outcome({ cluster: STALE, current: 3, writtenReplicas: 1 })).toEqual([1, 'held']);
    expect(outcome({ cluster: STALE, current: null, writtenReplicas: 5, booked: aBooking(3) })).toEqual([
      5,
      'held',
    ]);
    expect(outcome({ calendar: 'failed', current: 3, writtenReplicas: 1 })).toEqual([1, 'waiting']);
    expect(outcome({ calendar: 'remembered', current: 3, writtenReplicas: 2 })).toEqual([2, 'waiting']);
  });

  it.each<[string, SituationWords, [number, string]]>([
    ['lowers nothing to the baseline', { current: 4, baseline: 1 }, [4, 'waiting']],
    ['lowers nothing for a booking', { current: 4, booked: aBooking(3) }, [4, 'waiting']],
    ['lowers nothing for room on nodes', { current: 4, booked: aBooking(4), nodes: room(3) }, [4, 'waiting']],
    ['goes up for a booking', { current: 1, booked: aBooking(3) }, [3, 'booked']],
    [
      'leaves to room what it took away before',
      { current: 1, booked: aBooking(3), nodes: room(2) },
      [1, 'headroom'],
    ],
    ['obeys a person', { current: 4, deployment: override('2') }, [2, 'manual']],
  ])('a calendar that is only remembered from before a restart %s', (_, words, outcomes) => {
    expect(outcome({ calendar: 'remembered', ...words })).toEqual(outcomes);
  });
});

describe('a stale view of the cluster', () => {
  it.each<[string, SituationWords, number | undefined]>([
    ['holds what is there', { current: 4, baseline: 1, nodes: room(3) }, 4],
    ['does not go up to the baseline', { current: 0, baseline: 2 }, 0],
    ['goes up for a booking', { current: 1, booked: aBooking(3), nodes: room(3) }, 3],
    ['does not go down for a booking', { current: 4, booked: aBooking(3) }, 4],
    ['does not go down for a booking of 0', { current: 4, booked: aBooking(0) }, 4],
    ['makes a missing Deployment for a booking', { current: null, booked: aBooking(3) }, 3],
    [
      'leaves a missing Deployment alone without one: it may be there',
      { current: null, baseline: 2 },
      undefined,
    ],
    ['leaves it alone for a booking of 0 too', { current: null, booked: aBooking(0) }, undefined],
    [
      'holds although calendarOverrideEnabled',
      { current: 4, booked: aBooking(3), rules: { calendarOverrideEnabled: true } },
      4,
    ],
  ])('%s', (_, words, count) => {
    expect(outcome({ cluster: STALE, ...words })).toEqual([count, 'held']);
  });
});

describe('calendarOverrideEnabled', () => {
  const rules = { calendarOverrideEnabled: true };
  it('keeps booked counts whole, whatever room there is and whatever is pending', () => {
    expect(outcome({ rules, booked: aBooking(3), nodes: room(2) })).toEqual([3, 'booked']);
    expect(outcome({ rules, booked: aBooking(3), nodes: room(2), pending: 1, current: 2 })).toEqual([
      3,
      'booked',
    ]);
    expect(outcome({ rules, booked: aBooking(0), baseline: 2 })).toEqual([0, 'booked']);
  });

  it('says nothing about the baseline', () => {
    expect(outcome({ rules, baseline: 3, nodes: room(2) })).toEqual([1, 'headroom']);
  });
});

describe('a pending placeholder, and a past that is not known,', () => {
  it.each<[string, SituationWords, number]>([
    ['do not lower for room', { booked: aBooking(3), current: 3, nodes: room(2) }, 3],
    ['do not raise by themselves', { booked: aBooking(3), current: 1, nodes: room(2) }, 1],
    ['raise what room does not cover', { booked: aBooking(5), current: 1, nodes: room(2) }, 3],
    ['do not keep more than is asked for', { booked: aBooking(2), current: 6, nodes: room(1) }, 2],
    ['end with the booking', { booked: aBooking(0), current: 6, nodes: room(1) }, 0],
    ['start from nothing without a Deployment', { booked: aBooking(3), current: null, nodes: room(2) }, 1],
  ])('%s', (_, words, count) => {
    expect(outcome({ ...words, pending: 1 })).toEqual([count, 'pending']);
    expect(outcome({ ...words, history: UNKNOWN_PAST })).toEqual([count, 'pending']);
  });

  it('the past is known from the end of the grace period on', () => {
    const words = { booked: aBooking(3), current: 3, nodes: room(2) };
    expect(outcome({ ...words, history: UNKNOWN_PAST, nowMs: NOW + 5 * MINUTE - 1 })).toEqual([3, 'pending']);
    expect(outcome({ ...words, history: UNKNOWN_PAST, nowMs: NOW + 5 * MINUTE })).toEqual([1, 'headroom']);
  });
});

describe('maxReplicas', () => {
  it.each<[string, SituationWords, number, string]>([
    ['a booking', { booked: aBooking(300) }, 300, 'booked'],
    ['a person', { deployment: override('300') }, 300, 'manual'],
    ['the baseline', { baseline: 300 }, 300, 'baseline'],
    ['what room left of a booking', { booked: aBooking(300), nodes: room(2) }, 298, 'headroom'],
    ['a booking in a stale view', { booked: aBooking(300), cluster: STALE }, 300, 'held'],
    [
      'a booking beside a calendar that failed',
      { booked: aBooking(300), calendar: 'failed' },
      300,
      'waiting',
    ],
  ])('cuts %s, says so, and keeps the reason', (_, words, cutFrom, reason) => {
    const decision = decided({ ...words, maxReplicas: 20 });
    expect(decision).toMatchObject({ count: 20, reason, cutFrom });
    expect(decision.sentence).toMatch(new RegExp(`${cutFrom} is more than maxReplicas 20 -> 20$`));
    expect(decision.problems).toMatchObject([
      { code: 'over-max-replicas', severity: 'error', where: 'nodePools.data8.maxReplicas' },
    ]);
  });

  it('is itself allowed', () => {
    expect(decided({ booked: aBooking(20), maxReplicas: 20 })).toMatchObject({ count: 20, problems: [] });
  });

  it('lowers nothing that is there while we cannot look', () => {
    expect(decided({ current: 30, cluster: STALE, maxReplicas: 20 })).toMatchObject({
      count: 30,
      problems: [],
    });
    expect(decided({ current: 30, calendar: 'failed', maxReplicas: 20 })).toMatchObject({
      count: 30,
      problems: [],
    });
  });
});

describe('a Deployment that cannot make pods', () => {
  const replicaFailure = 'pods "data8-placeholder-7d4b9-x2x9z" is forbidden: exceeded quota: cpus';
  it('is in the sentence and a problem, worded alike at every try', () => {
    const decision = decided({ booked: aBooking(3), deployment: { replicaFailure } });
    expect(decision.count).toBe(3);
    expect(decision.sentence).toMatch(
      /-> 3; but the cluster makes no pods: pods are forbidden: exceeded quota: cpus$/,
    );
    expect(decision.problems).toMatchObject([
      { code: 'replica-failure', where: 'Deployment data8-placeholder' },
    ]);
    expect(decision.problems[0]?.message).not.toContain('x2x9z');
  });

  it('says so when the cluster gives no reason', () => {
    expect(decided({ deployment: { replicaFailure: '' } }).sentence).toMatch(
      /the cluster makes no pods: no reason given$/,
    );
  });
});
