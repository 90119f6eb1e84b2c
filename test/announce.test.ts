import { describe, expect, it } from 'vitest';
import { announce, NOTHING_ANNOUNCED } from '../scaler/announce.ts';
import type { PassReport } from '../scaler/pass.ts';
import type { PlaceholderEvent } from '../scaler/placeholder/events.ts';
import { noHeadroom } from '../scaler/plan/headroom.ts';
import type { PoolReport } from '../scaler/pool-pass.ts';
import type { Problem } from '../scaler/problem.ts';
import { aReport as anyReport, aPoolReport } from './support/report.ts';
import { aBooking } from './support/world.ts';

/** The Events of each of these passes. */
function announced(...reports: PassReport[]): PlaceholderEvent[][] {
  let before = NOTHING_ANNOUNCED;
  return reports.map((report) => {
    const { announced, events } = announce(report, before);
    before = announced;
    return events;
  });
}

/** `Reason: note` of each Event of the last of these passes of one pool. */
function told(...pools: PoolReport[]): string[] {
  const events = announced(...pools.map((pool) => aReport({ pools: [pool] }))).at(-1) ?? [];
  return events.map(({ reason, note }) => `${reason}: ${note}`);
}

type Words = Parameters<typeof aPoolReport>[0] & Partial<PoolReport['decision']>;

/** A pool's report; words of the decision stand beside the others. */
function pool({ booked, cutFrom, manualUntilMs, sentence, ...words }: Words = {}): PoolReport {
  const made = aPoolReport(words);
  const decision = {
    ...made.decision,
    headroom: noHeadroom(),
    booked,
    cutFrom,
    manualUntilMs,
    sentence: sentence ?? 'so -> 1',
  };
  return { ...made, decision };
}

const calm = pool();
const aReport = (words: Parameters<typeof anyReport>[0] = {}) => anyReport({ pools: [calm], ...words });
const midterm = pool({ reason: 'booked', count: 3, booked: aBooking(3), sentence: 'event books 3 -> 3' });
const held = pool({ reason: 'held', sentence: 'the view of the cluster is old -> 1' });
const byHand = pool({ reason: 'manual', count: 5, sentence: 'the annotation on the Deployment sets 5 -> 5' });

function written(report: PoolReport, from = 1): PoolReport {
  const to = report.decision.count ?? 0;
  const change = {
    kind: 'apply',
    pool: report.pool,
    manifest: {} as never,
    why: ['scale'],
    from,
    to,
  } as const;
  return { ...report, change: { ...change, why: ['scale'] }, result: { ok: true, uid: 'uid-1' } };
}

function problem(code: string, message = 'expected this, got that'): Problem {
  return { code, source: 'cluster', severity: 'error', where: 'here', message, example: '5', pool: 'data8' };
}

describe('what happened to a pool since the pass before', () => {
  it.each<[string, PoolReport, PoolReport, string[]]>([
    ['nothing', midterm, midterm, []],
    ['a booking began', calm, midterm, ['BookingStarted: booking started: event books 3 -> 3']],
    ['it ended', midterm, calm, ["BookingEnded: booking of 'Data 8 midterm' ended: so -> 1"]],
    [
      'several ended',
      pool({ booked: { ...aBooking(5), by: [...aBooking(3).by, ...aBooking(2, { title: 'Lab' }).by] } }),
      calm,
      ["BookingEnded: bookings of 'Data 8 midterm', 'Lab' ended: so -> 1"],
    ],
    [
      'another followed it',
      midterm,
      pool({ booked: aBooking(3, { title: 'Lab' }) }),
      ['BookingChanged: booking changed: so -> 1'],
    ],
    ['it was prolonged', midterm, pool({ booked: aBooking(3, { untilMs: 1 }) }), []],
    ['held', calm, held, ['Held: held: the view of the cluster is old -> 1']],
    ['held still, for another reason', held, pool({ reason: 'held', sentence: 'other' }), []],
    ['held no more', held, calm, ['HoldEnded: not held any more: so -> 1']],
    ['set by hand', calm, byHand, ['ManualSet: set by hand: the annotation on the Deployment sets 5 -> 5']],
    [
      'set by hand to another number',
      byHand,
      pool({ reason: 'manual', count: 6 }),
      ['ManualSet: set by hand: so -> 1'],
    ],
    ['no longer', byHand, calm, ['ManualEnded: no longer set by hand: so -> 1']],
    [
      'scaled for a booking: one Event',
      calm,
      written(midterm),
      ['Scaled: from 1 to 3 placeholders; booking started: event books 3 -> 3'],
    ],
    [
      'held while a booking began: one Event',
      calm,
      { ...held, decision: { ...held.decision, booked: aBooking(1) } },
      ['Held: held; booking started: the view of the cluster is old -> 1'],
    ],
  ])('%s', (_what, before, now, expected) => {
    expect(told(calm, before, now)).toEqual(expected);
  });

  it('is nothing that the first pass finds as it was: a restart repeats no booking, no hold, nothing by hand', () => {
    for (const found of [midterm, held, byHand]) expect(told(found)).toEqual([]);
    const report = aReport({ problems: [problem('replica-failure'), problem('over-max-replicas')] });
    expect(announced(report, report)).toEqual([[], []]);
  });

  it('is what the first pass writes', () => {
    expect(told(written(midterm))).toEqual(['Scaled: from 1 to 3 placeholders: event books 3 -> 3']);
  });

  it('is no booking that was only unknown while the calendar had not been read', () => {
    const unread = pool({ reason: 'waiting', calendar: 'unread' });
    expect(told(unread, midterm)).toEqual([]);
    expect(told(midterm, unread)).toEqual([]);
    expect(told(unread, calm, midterm)).toHaveLength(1);
  });

  it('is nothing that was only unknown before the cluster was read', () => {
    const { headroom: _, ...decision } = calm.decision;
    const unread = { ...calm, decision: { ...decision, reason: 'waiting' } as const };
    expect(told(unread, byHand)).toEqual([]);
    expect(told(unread, calm, byHand)).toHaveLength(1);
    const full = anyReport({ pools: [calm], problems: [problem('replica-failure')] });
    expect(announced(anyReport({ pools: [unread] }), full)[1]).toEqual([]);
  });

  it('is nothing new when a pool comes, goes and comes again', () => {
    const none = aReport({ pools: [] });
    const one = aReport({ pools: [midterm] });
    expect(announced(one, none, one)).toEqual([[], [], []]);
  });

  it('is told of its own pool only', () => {
    const other = pool({ pool: 'stat20' });
    const [, events] = announced(
      aReport({ pools: [calm, other] }),
      aReport({ pools: [calm, { ...held, pool: 'stat20' }] }),
    );
    expect(events?.map(({ pool, deployment }) => [pool, deployment.name])).toEqual([
      ['stat20', 'stat20-placeholder'],
    ]);
  });
});

describe('a problem of a pool', () => {
  it.each([
    ['replica-failure', 'NoPods: the pods cannot be made: so -> 1'],
    ['over-max-replicas', 'Cut: cut by maxReplicas: so -> 1'],
    ['fits-nowhere', 'FitsNowhere: expected this, got that'],
    ['foreign-deployment', 'NotOurs: not ours: expected this, got that'],
    [
      'unreadable-override',
      'ManualUnreadable: annotation not understood: expected this, got that; write for example 5',
    ],
  ])('%s is a warning, once', (code, text) => {
    const broken = aReport({ problems: [problem(code)] });
    const [, first, second] = announced(aReport(), broken, broken);
    expect(first?.map(({ type, reason, note }) => [type, `${reason}: ${note}`])).toEqual([['Warning', text]]);
    expect(second).toEqual([]);
  });

  it('with other numbers is the same problem; another annotation that cannot be read is another one', () => {
    const passes = (code: string) => {
      const [one, two] = ['12 of 10', '13 of 10'].map((m) => aReport({ problems: [problem(code, m)] }));
      return announced(aReport(), one as PassReport, two as PassReport)[2]?.length;
    };
    expect([passes('replica-failure'), passes('unreadable-override')]).toEqual([0, 1]);
  });

  it('that nobody must hear of in kubectl describe, or of another pool, is no Event', () => {
    const others = [problem('rewritten'), { ...problem('replica-failure'), pool: 'stat20' }];
    expect(announced(aReport(), aReport({ problems: others }))[1]).toEqual([]);
  });

  it('of pods that could not be made is told to be over', () => {
    const [, , over] = announced(aReport(), aReport({ problems: [problem('replica-failure')] }), aReport());
    expect(over?.map(({ type, reason }) => [type, reason])).toEqual([['Normal', 'PodsMade']]);
  });
});

describe('an Event', () => {
  const topics = (...pools: PoolReport[]) =>
    announced(...pools.map((each) => aReport({ pools: [each] })))
      .flat()
      .map(({ topic }) => topic);

  it('is of one series with the next that says the same, whatever the sentence counts', () => {
    const again = pool({ reason: 'held', sentence: 'the view of the cluster is old since 10:31 -> 1' });
    const [first, , second] = topics(calm, held, calm, again);
    expect(second).toBe(first);
    const other = topics(calm, written(midterm), calm, written(pool({ count: 2, reason: 'booked' })));
    expect(new Set(other).size).toBe(other.length);
  });

  it('is a warning when any part of it is', () => {
    const cut = aReport({ pools: [written(midterm)], problems: [problem('over-max-replicas')] });
    expect(announced(aReport({ pools: [calm] }), cut)[1]).toMatchObject([
      { reason: 'Scaled', type: 'Warning' },
    ]);
  });

  it('is about the Deployment that there is after the write', () => {
    const made = { ...written(midterm), result: { ok: true, uid: 'uid-2' } as const };
    expect(announced(aReport({ pools: [made] }))[0]?.[0]?.deployment.uid).toBe('uid-2');
    const refused = {
      ...written(midterm),
      result: { ok: false, status: 403, message: 'PATCH: 403' } as const,
    };
    expect(announced(aReport({ pools: [refused] }))[0]).toMatchObject([
      { reason: 'WriteRefused', type: 'Warning', deployment: { uid: 'uid-1' } },
    ]);
  });

  it('is none without a Deployment that could be described', () => {
    const none = ({ deployment: _, ...report }: PoolReport) => report;
    expect(told(none(calm), none(midterm))).toEqual([]);
  });
});
