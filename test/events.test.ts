// What `kubectl describe deployment` shows of a running scaler: the service against the simulated API server.
import { afterEach, describe, expect, it } from 'vitest';
import type { ApiCall, Failure } from '../examples/demo/api/server.ts';
import type { Service } from '../scaler/service.ts';
import { calendarOf, NAMESPACE, type Played, play } from './support/played-service.ts';

const MINUTE = 60_000;
const DATA8 = { namespace: NAMESPACE, name: 'data8-placeholder' };
let played: Played | undefined;

afterEach(async () => {
  await played?.end();
  played = undefined;
});

async function playing(): Promise<Played> {
  played = await play();
  return played;
}

interface StoredEvent {
  reason: string;
  note: string;
  type: string;
  eventTime: string;
  regarding: { uid: string };
  series?: { count: number };
}

/** By time. */
function events({ cluster }: Played): StoredEvent[] {
  const all = cluster.store.list('events') as unknown as StoredEvent[];
  return all.sort((a, b) => a.eventTime.localeCompare(b.eventTime));
}

const reasons = (play: Played) => events(play).map(({ reason }) => reason);
const event = (play: Played, reason: string) => events(play).find((each) => each.reason === reason);
const eventCalls = (play: Played) =>
  play.cluster.api.requests.filter(({ method, path }) => method !== 'GET' && /\/events(\/|$)/.test(path));

/** One event of data8, minutes from now. */
function booked({ clock }: Played, says: string, from: number, to: number): string {
  const at = (minutes: number) => clock.now() + minutes * MINUTE;
  return calendarOf([{ title: 'Midterm', description: says, startMs: at(from), endMs: at(to) }]);
}

/** Starts the scaler and waits until it has read the calendar and made the Deployment. */
async function started(play: Played, options: Parameters<Played['start']>[0] = {}): Promise<Service> {
  const service = await play.start(options);
  const isSettled = () =>
    service.report()?.feeds[0]?.state === 'good' && play.replicas('data8') !== undefined;
  await play.until(isSettled, 'the calendar and the Deployment');
  return service;
}

const onEvents =
  (failure: Failure) =>
  ({ method, path }: ApiCall): Failure | undefined =>
    method !== 'GET' && /\/events(\/|$)/.test(path) ? failure : undefined;

describe('the Events of a running scaler', () => {
  it('are one for a booking that starts and scales, one for its end, and none in between or after a restart', async () => {
    const play = await playing();
    play.setCalendar(booked(play, 'data8: 3', 2, 20));
    const first = await started(play);
    await play.until(() => event(play, 'Scaled') !== undefined, 'the booking', 250);
    expect(reasons(play)).toEqual(['Created', 'Scaled']);
    expect(event(play, 'Scaled')?.note).toMatch(
      /^from 1 to 3 placeholders; booking started: event 'Midterm' books 3 until \d\d:\d\d; .* -> 3$/,
    );
    expect(event(play, 'Scaled')?.regarding.uid).toBe(
      play.cluster.store.get('deployments', DATA8)?.metadata.uid,
    );
    await play.pass(5 * MINUTE, 1_000);
    expect(eventCalls(play)).toHaveLength(2);
    await first.stop();
    await started(play);
    await play.pass(5 * MINUTE, 1_000);
    expect(eventCalls(play)).toHaveLength(2);
    await play.until(() => reasons(play).length === 3, 'the end', 250);
    expect(events(play)[2]?.note).toMatch(
      /^from 3 to 1 placeholder; booking of 'Midterm' ended: nothing is booked, the baseline is 1; /,
    );
  });

  it('are BookingStarted and BookingEnded for a booking that changes no count', async () => {
    const play = await playing();
    play.setCalendar(booked(play, 'data8: 1', 2, 4));
    await started(play);
    await play.until(() => reasons(play).length === 3, 'start and end', 250);
    expect(reasons(play)).toEqual(['Created', 'BookingStarted', 'BookingEnded']);
    expect(play.replicas('data8')).toBe(1);
  });

  it('tell of a hold when the API server is back, with the time it began', async () => {
    const play = await playing();
    const service = await play.start();
    await play.until(() => reasons(play).length === 1, 'the Deployment');
    play.cluster.api.fail(() => ({ status: 503, message: 'down for a test' }));
    play.cluster.api.breakWatches('reset');
    await play.until(() => service.report()?.pools[0]?.decision.reason === 'held', 'a held pool', 250);
    const heldAt = play.clock.now();
    await play.pass(5 * MINUTE, 1_000);
    expect(reasons(play)).toEqual(['Created']);
    play.cluster.api.fail(undefined);
    await play.until(() => reasons(play).length === 3, 'Held and HoldEnded', 250);
    expect(reasons(play).sort()).toEqual(['Created', 'Held', 'HoldEnded']);
    const { type, note, eventTime } = event(play, 'Held') as StoredEvent;
    expect([type, note]).toEqual([
      'Warning',
      expect.stringMatching(/^held: the view of the cluster is old /),
    ]);
    expect(Math.abs(Date.parse(eventTime) - heldAt)).toBeLessThan(2_000);
  });

  it('count in one series who edits the Deployment again and again', async () => {
    const play = await playing();
    await play.start();
    await play.until(() => play.replicas('data8') === 1, 'the Deployment');
    for (let times = 1; times <= 3; times++) {
      await play.pass(MINUTE, 1_000);
      play.cluster.store.change('deployments', DATA8, ({ spec }) => {
        spec.replicas = 9;
      });
      await play.until(() => play.replicas('data8') === 1, 'it is put back', 250);
    }
    await play.until(() => event(play, 'PutBack')?.series?.count === 3, 'the count', 1_000);
    expect(reasons(play)).toEqual(['Created', 'PutBack']);
    expect(event(play, 'PutBack')?.note).toMatch(
      /^from 9 to 1 placeholder; someone else's edit was put back: nothing is booked/,
    );
  });

  it('tell of a count set by hand, and of its end, whatever restarts meanwhile', async () => {
    const play = await playing();
    const service = await started(play);
    await play.until(() => reasons(play).length === 1, 'its Event');
    const annotate = (text: string) =>
      play.cluster.store.change('deployments', DATA8, ({ metadata }) => {
        metadata.annotations = { 'node-placeholder-scaler/replicas': text };
      });
    annotate('two');
    await play.until(() => reasons(play).includes('ManualUnreadable'), 'a slip', 250);
    annotate('2');
    await play.until(() => reasons(play).length === 3, 'it is set', 250);
    await service.stop();
    await started(play);
    await play.pass(MINUTE, 500);
    annotate('');
    await play.until(() => reasons(play).length === 4, 'it is over', 250);
    expect(events(play).map(({ reason, note }) => `${reason}: ${note.split(':')[0]}`)).toEqual([
      'Created: made with 1 placeholder',
      'ManualUnreadable: annotation not understood',
      'Scaled: from 1 to 2 placeholders; set by hand',
      'Scaled: from 2 to 1 placeholder; no longer set by hand',
    ]);
  });

  it.each<[string, Failure]>([
    ['are refused', { status: 403, message: 'events is forbidden' }],
    ['are not answered', 'hang'],
    ['break the connection', 'reset'],
  ])('disturb no pass when they %s', async (_how, failure) => {
    const play = await playing();
    play.cluster.api.fail(onEvents(failure));
    play.setCalendar(booked(play, 'data8: 3', 2, 4));
    const service = await started(play);
    await play.until(() => play.replicas('data8') === 3, 'the booking', 250);
    await play.until(() => play.replicas('data8') === 1, 'the baseline', 250);
    expect(reasons(play)).toEqual([]);
    expect(service.report()?.problems).toEqual([]);
  });

  it('are none of a dry run', async () => {
    const play = await playing();
    play.setCalendar(booked(play, 'data8: 1', 1, 2));
    await play.start({ dryRun: true });
    await play.pass(4 * MINUTE, 1_000);
    expect(eventCalls(play)).toEqual([]);
  });

  it('are written by the replica that leads, and by no other', async () => {
    const play = await playing();
    play.setCalendar(booked(play, 'data8: 1', 2, 4));
    await started(play, { identity: 'replica-a', lease: true });
    const other = await started(play, { identity: 'replica-b', lease: true });
    await play.pass(5 * MINUTE, 500);
    expect(other.report()?.leads).toBe(false);
    expect(reasons(play)).toEqual(['Created', 'BookingStarted', 'BookingEnded']);
  });
});
