import { describe, expect, it } from 'vitest';
import { decided, override, room, STALE, UNKNOWN_PAST } from '../support/decided.ts';
import { aBooking, aNode, aWarmNode, HOUR, NOW, nodes, type SituationWords } from '../support/world.ts';

describe('the sentence', () => {
  const says = (words: SituationWords) => decided(words).sentence;
  const four = nodes(aNode({ freeCpu: 0.62, freeMemory: 0.41 }), ...room(0, 3));

  it('tells a booking, the room and what comes of them', () => {
    expect(says({ booked: aBooking(3), nodes: four })).toBe(
      "event 'Data 8 midterm' books 3 until 10:10; 1 of 4 nodes has room (node-a free 62 % cpu, 41 % memory) -> 2",
    );
  });

  it('tells the baseline, and why no node has room', () => {
    const none = nodes(
      aNode({ free: 0.1 }),
      aNode({ ordinaryPods: 0 }),
      aWarmNode(),
      aNode({ unusable: 'cordoned' }),
    );
    expect(says({ baseline: 2, nodes: none })).toBe(
      'nothing is booked, the baseline is 2; 0 of 4 nodes have room (1 busy, 1 empty, 1 with a placeholder, 1 not usable) -> 2',
    );
    expect(says({})).toBe('nothing is booked, the baseline is 1; the pool has no nodes -> 1');
  });

  it('gives the range when several nodes have room', () => {
    const two = nodes(aNode({ freeCpu: 0.62, freeMemory: 0.41 }), aNode({ freeCpu: 0.8, freeMemory: 0.41 }));
    expect(says({ booked: aBooking(3), nodes: two })).toContain(
      '2 of 2 nodes have room (free 62 to 80 % cpu, 41 % memory) -> 1',
    );
  });

  it('shows times in the zone, with the date when they are not today', () => {
    const zone = 'America/Los_Angeles';
    expect(says({ booked: aBooking(3), zone })).toContain('books 3 until 02:10;');
    expect(says({ booked: aBooking(3, { untilMs: NOW + 24 * HOUR }) })).toContain(
      'books 3 until 2026-11-24 09:30;',
    );
    expect(says({ booked: aBooking(3, { untilMs: Number.POSITIVE_INFINITY }) })).toContain('books 3;');
  });

  it('tells which events together, or which of several, make the count', () => {
    const [by] = aBooking(3).by;
    if (by === undefined) throw new Error('no event');
    const other = { ...by, title: 'Stat 20 quiz', count: 2 };
    expect(says({ booked: { ...aBooking(5), by: [by, other] } })).toMatch(
      /^events 'Data 8 midterm' 3, 'Stat 20 quiz' 2 together book 5 until 10:10;/,
    );
    expect(says({ booked: { ...aBooking(3), by: [by, other] } })).toMatch(
      /^event 'Data 8 midterm' books 3 until 10:10 \(beside 'Stat 20 quiz' 2\);/,
    );
    expect(says({ booked: { ...aBooking(3), by: [] } })).toMatch(/^the calendar books 3 until 10:10;/);
  });

  it('keeps the titles that people type on one line and short', () => {
    expect(says({ booked: aBooking(3, { title: 'a\nb\u0007\u202ec\t' }) })).toMatch(/^event 'a b c' books/);
    expect(says({ booked: aBooking(3, { title: ' ' }) })).toMatch(/^event \(without title\) books/);
    expect(says({ booked: aBooking(3, { title: '🎓'.repeat(100) }) })).toMatch(
      /^event '(🎓){57}\.\.\.' books/,
    );
  });

  it('tells why it holds', () => {
    expect(says({ booked: aBooking(3), current: 3, nodes: four, pending: 2 })).toBe(
      "event 'Data 8 midterm' books 3 until 10:10; 1 of 4 nodes has room (node-a free 62 % cpu, 41 % memory); " +
        '2 placeholders are pending, so room does not lower it below 3 -> 3',
    );
    expect(says({ booked: aBooking(3), current: 3, pending: 1 })).toBe(
      "event 'Data 8 midterm' books 3 until 10:10; the pool has no nodes; 1 placeholder is pending -> 3",
    );
    expect(says({ current: 1, nodes: four, history: UNKNOWN_PAST })).toBe(
      'nothing is booked, the baseline is 1; 1 of 4 nodes has room (node-a free 62 % cpu, 41 % memory); ' +
        'what was on the nodes before is not known until 09:35, so room does not lower it below 1 -> 1',
    );
    expect(says({ current: 4, cluster: STALE })).toBe(
      'the view of the cluster is old since 09:25 (GET /api/v1/pods: 403 Forbidden); 4 placeholders then; ' +
        'nothing is booked, the baseline is 1 -> 4',
    );
  });

  it('tells what it waits for', () => {
    expect(says({ cluster: { synced: false } })).toBe(
      'the cluster has not been read yet; nothing is booked, the baseline is 1 -> left as it is',
    );
    expect(says({ calendar: 'unread' })).toBe(
      'the calendar has not been read yet; the baseline is 1 -> left as it is',
    );
    expect(says({ calendar: 'failed', current: 4 })).toBe(
      'the calendar cannot be read and no earlier copy is there; 4 placeholders now; the baseline is 1 -> 4',
    );
    expect(says({ calendar: 'remembered', current: 4 })).toContain(
      'the calendar was not read again yet, so 4 placeholders stay -> 4',
    );
  });

  it("tells a person's annotation and what else would count", () => {
    const deployment = override('5 until 2026-11-23T12:30');
    expect(says({ deployment, booked: aBooking(3) })).toBe(
      "the annotation on the Deployment sets 5 until 12:30; event 'Data 8 midterm' books 3 until 10:10 -> 5",
    );
  });

  it('tells of calendarOverrideEnabled', () => {
    expect(says({ rules: { calendarOverrideEnabled: true }, booked: aBooking(3) })).toBe(
      "event 'Data 8 midterm' books 3 until 10:10; room on nodes takes nothing away (calendarOverrideEnabled) -> 3",
    );
  });
});
