import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { happeningOfWrite } from '../../scaler/placeholder/event-words.ts';
import { openEvents, type PlaceholderEvent } from '../../scaler/placeholder/events.ts';
import type { Change } from '../../scaler/plan/changes.ts';
import { eventually, turns, until } from '../support/eventually.ts';
import { type KubeApi, startKubeApi, status } from '../support/kube-api.ts';
import { manualClock } from '../support/manual-clock.ts';
import { manifestOf } from './manifest.ts';

let api: KubeApi;
beforeEach(async () => {
  api = await startKubeApi();
});
afterEach(() => api.close());

function recorder() {
  const clock = manualClock();
  const debug: unknown[] = [];
  const warn: unknown[] = [];
  const log = {
    debug: (...line: unknown[]) => debug.push(line),
    warn: (...line: unknown[]) => warn.push(line),
  };
  const { events } = api.apis;
  const { record, stop } = openEvents({
    ...{ events, namespace: 'hub', identity: 'scaler-1', clock, log },
    random: () => 0.5,
  });
  /** Bodies of what was sent, the first `count` at least. */
  const sent = async (count: number) => {
    await eventually(() => api.calls.length >= count, `${count} calls`);
    return api.calls.map(({ body }) => body);
  };
  const seriesOf = (call: number) => api.get(`events/${api.calls[call]?.body.metadata.name}`)?.series;
  return { clock, debug, warn, record, stop: () => until(stop(), clock), sent, seriesOf };
}

const scaled = (note = 'from 1 to 3 placeholders'): PlaceholderEvent => ({
  pool: 'data8',
  deployment: { name: 'data8-placeholder', uid: 'u1' },
  type: 'Normal',
  reason: 'Scaled',
  action: 'Apply',
  note,
  topic: note,
});

describe('an Event', () => {
  it('stands under its Deployment, with who, what and why', async () => {
    const { record, sent } = recorder();
    record(scaled());
    expect(await sent(1)).toEqual([
      {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name: expect.stringMatching(/^data8-placeholder\.[0-9a-f]{16}$/), namespace: 'hub' },
        eventTime: '2026-11-23T09:00:00.000000Z',
        reportingController: 'node-placeholder-scaler',
        reportingInstance: 'scaler-1',
        type: 'Normal',
        reason: 'Scaled',
        action: 'Apply',
        note: 'from 1 to 3 placeholders',
        regarding: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          namespace: 'hub',
          name: 'data8-placeholder',
          uid: 'u1',
        },
      },
    ]);
  });

  it('of what happens again within ten minutes gets a count: at once, every five minutes, and at the end', async () => {
    const { clock, record, sent, seriesOf } = recorder();
    for (let i = 0; i < 9; i++) {
      record(scaled());
      await clock.advance(60_000);
    }
    await clock.advance(20 * 60_000);
    await sent(4);
    expect(api.calls.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'PATCH', 'PATCH']);
    expect(api.calls.map(({ body }) => body.series?.count)).toEqual([undefined, 2, 6, 9]);
    expect(seriesOf(0)).toEqual({ count: 9, lastObservedTime: '2026-11-23T09:08:00.000000Z' });
  });

  it('of the same after ten minutes without it is another one', async () => {
    const { clock, record, sent } = recorder();
    record(scaled());
    await clock.advance(599_999);
    record(scaled());
    await clock.advance(600_000);
    record(scaled());
    await sent(3);
    expect(api.calls.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'POST']);
  });

  it('that the API server has forgotten meanwhile is told anew, with its count', async () => {
    const { record, sent } = recorder();
    record(scaled());
    const [first] = await sent(1);
    api.vanish(`events/${first.metadata.name}`);
    record(scaled());
    const again = (await sent(3))[2];
    expect(again).toMatchObject({ note: first.note, series: { count: 2 } });
  });

  it('that stands alone is not told twice', async () => {
    const { clock, record, sent, stop } = recorder();
    record(scaled());
    await clock.advance(600_000);
    record(scaled('another'));
    await stop();
    expect((await sent(2)).map(({ note }) => note)).toEqual(['from 1 to 3 placeholders', 'another']);
    expect(api.calls).toHaveLength(2);
  });

  it('is one too many after 25 different ones of a pool; one in five minutes follows', async () => {
    const { clock, debug, record, sent, stop } = recorder();
    for (let i = 0; i < 40; i++) record(scaled(`note ${i}`));
    record({ ...scaled(), pool: 'stat20' });
    expect(debug).toHaveLength(15);
    await clock.advance(300_000);
    record(scaled('five minutes later'));
    record(scaled('and one more'));
    await stop();
    const notes = (await sent(27)).map(({ note }) => note);
    expect(notes).toHaveLength(27);
    expect(notes).toContain('five minutes later');
    expect(notes).not.toContain('and one more');
  });

  it('holds at most 1 KiB of text, as the API server wants', async () => {
    const { record, sent } = recorder();
    record(scaled('ü'.repeat(3_000)));
    const [event] = await sent(1);
    expect(Buffer.byteLength(event.note)).toBeLessThanOrEqual(1_024);
    expect(event.note).toMatch(/ü \.\.\.$/);
  });

  it('is one line of text without invisible letters, whatever the title was', async () => {
    const { record, sent } = recorder();
    record(scaled("event 'a\nb\u202ec\u0000d'"));
    expect((await sent(1))[0].note).toBe("event 'a b c d'");
  });

  it('that cannot be written now is written when the API server is back, with its own time, and in order', async () => {
    api.intercept(() => status(503, 'ServiceUnavailable', 'overloaded'));
    const { clock, debug, warn, record, sent } = recorder();
    record(scaled());
    record(scaled('second'));
    await eventually(() => debug.length === 1, 'a failed try');
    const err = 'POST events: 503 ServiceUnavailable: overloaded';
    expect([debug, warn]).toEqual([[[expect.objectContaining({ err }), 'event not written']], []]);
    api.intercept(undefined);
    await clock.advance(400);
    const bodies = (await sent(3)).slice(1);
    expect(bodies.map(({ note, eventTime }) => [note, eventTime])).toEqual([
      ['from 1 to 3 placeholders', '2026-11-23T09:00:00.000000Z'],
      ['second', '2026-11-23T09:00:00.000000Z'],
    ]);
  });

  it('whose answer was lost is there once', async () => {
    api.intercept(({ method }) => (method === 'POST' && api.calls.length === 1 ? 'lose' : undefined));
    const { clock, debug, record, sent } = recorder();
    record(scaled());
    await eventually(() => debug.length === 1, 'a failed try');
    await clock.advance(400);
    const [first, again] = await sent(2);
    expect(again.metadata.name).toBe(first.metadata.name);
    await turns();
    expect([debug.length, api.calls.length]).toEqual([1, 2]);
  });

  it('is given up after twenty minutes', async () => {
    api.intercept(() => status(503, 'ServiceUnavailable', 'overloaded'));
    const { clock, record } = recorder();
    record(scaled());
    const tries = async () => {
      for (let i = 0; i < 200; i++) {
        await clock.advance(15_000);
        await turns(20);
      }
      return api.calls.length;
    };
    const before = await tries();
    expect(before).toBeGreaterThan(60);
    expect(await tries()).toBe(before);
  });

  it('that never will be written is a warning, once, after some tries: an API server that starts forbids it too', async () => {
    api.intercept(() => status(403, 'Forbidden', 'cannot create events'));
    const { clock, debug, warn, record } = recorder();
    record(scaled());
    for (let tries = 1; tries <= 4; tries++) {
      await eventually(() => debug.length === tries, 'a try');
      expect(warn).toEqual([]);
      await clock.advance(4_000);
    }
    await eventually(() => warn.length === 1, 'the warning');
    record(scaled('from 3 to 1 placeholders'));
    await eventually(() => debug.length === 5, 'the second one given up at once');
    const err = 'POST events: 403 Forbidden: cannot create events';
    expect(warn).toEqual([[expect.objectContaining({ err }), 'event not written']]);
    expect(api.calls).toHaveLength(6);
  });

  it('is left out when a hundred wait already', async () => {
    api.intercept(() => status(503, 'ServiceUnavailable', 'overloaded'));
    const { debug, record } = recorder();
    for (let i = 0; i < 120; i++) record({ ...scaled(), pool: `pool-${i}` });
    const leftOut = debug.filter((line) => (line as unknown[])[1] === 'event left out: too many wait');
    // One is under way.
    expect(leftOut).toHaveLength(19);
  });

  it('that is counted but not told yet is told before the scaler stops', async () => {
    const { record, sent, seriesOf, stop } = recorder();
    for (let i = 0; i < 5; i++) record(scaled());
    await stop();
    await sent(3);
    expect(seriesOf(0)?.count).toBe(5);
  });

  it('does not hold up the end for longer than a second when the API server is silent', async () => {
    const clock = manualClock();
    const silent = () => new Promise<never>(() => {});
    const events = { createNamespacedEvent: silent, patchNamespacedEvent: silent };
    const log = { debug: () => {}, warn: () => {} };
    const { record, stop } = openEvents({ events, namespace: 'hub', identity: 'scaler-1', clock, log });
    record(scaled());
    const began = clock.monotonic();
    await until(stop(), clock);
    expect(clock.monotonic() - began).toBe(1_000);
  });
});

describe('what the Event of a write says', () => {
  const apply = (why: Extract<Change, { kind: 'apply' }>['why'], from = 1): Change => ({
    kind: 'apply',
    pool: 'data8',
    manifest: manifestOf('data8', 3),
    why,
    from,
    to: 3,
  });
  const size = { requests: { memory: '57Gi', cpu: '7' } };

  it.each([
    ['Created', apply(['create']), 'made with 3 placeholders'],
    ['Scaled', apply(['scale']), 'from 1 to 3 placeholders'],
    [
      'PutBack',
      apply(['put-back', 'scale'], 9),
      "from 9 to 3 placeholders; someone else's edit was put back",
    ],
    ['PutBack', apply(['put-back'], 3), "someone else's edit was put back"],
    ['PutBack', apply(['create', 'put-back']), 'made with 3 placeholders; someone had deleted it'],
    ['Resized', apply(['resize'], 3), 'another size (memory 57Gi, cpu 7), one node at a time'],
    [
      'Scaled',
      apply(['scale', 'resize']),
      'from 1 to 3 placeholders; another size (memory 57Gi, cpu 7), one node at a time',
    ],
    ['TemplateChanged', apply(['template'], 3), 'made anew from changed settings, one node at a time'],
  ])('is %s', (reason, change, words) => {
    expect(happeningOfWrite(change, { ok: true }, size)).toMatchObject({ reason, words });
  });

  it('is TakenOver for what the original left', () => {
    const change: Change = {
      kind: 'take-over',
      pool: 'data8',
      manifest: manifestOf('data8', 1),
      uid: 'u',
      from: 4,
      to: 1,
    };
    const note = 'taken over from the original with 4 placeholders';
    expect(happeningOfWrite(change, { ok: true, note }, size)).toEqual({ reason: 'TakenOver', words: note });
  });

  it('is the refusal when it was refused; of one status it is the same again, whatever numbers it names', () => {
    const refusal = { ok: false, status: 403, message: 'PATCH ...: 403 exceeded quota' } as const;
    expect(happeningOfWrite(apply(['scale']), refusal, size)).toEqual({
      reason: 'WriteRefused',
      words: 'not written (PATCH ...: 403 exceeded quota)',
      topic: 'apply 403',
    });
  });
});
