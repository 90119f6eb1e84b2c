import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventOfWrite } from '../../scaler/placeholder/event-words.ts';
import { openEvents, type PlaceholderEvent } from '../../scaler/placeholder/events.ts';
import type { Change } from '../../scaler/plan/changes.ts';
import { eventually, until } from '../support/eventually.ts';
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
  const { record, stop } = openEvents({ events, namespace: 'hub', identity: 'scaler-1', clock, log });
  const written = async (count: number) => {
    await eventually(() => api.calls.length >= count, `${count} events`);
    return api.calls.map(({ body }) => body);
  };
  return { clock, debug, warn, record, stop: () => until(stop(), clock), written };
}

const scaled = (note = 'from 1 to 3 placeholders'): PlaceholderEvent => ({
  pool: 'data8',
  deployment: { name: 'data8-placeholder', uid: 'u1' },
  type: 'Normal',
  reason: 'Scaled',
  action: 'Apply',
  note,
});

describe('an Event', () => {
  it('stands under its Deployment, with who, what and why', async () => {
    const { record, written } = recorder();
    record(scaled());
    expect(await written(1)).toEqual([
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

  it('that says the same again within ten minutes is counted, and told once more with the count', async () => {
    const { clock, record, written } = recorder();
    for (let i = 0; i < 4; i++) {
      record(scaled());
      await clock.advance(60_000);
    }
    await clock.advance(600_000);
    const [first, second, ...more] = await written(2);
    expect(first.series).toBeUndefined();
    expect(second.series).toEqual({ count: 4, lastObservedTime: '2026-11-23T09:03:00.000000Z' });
    expect(more).toEqual([]);
  });

  it('that stands alone is not told twice', async () => {
    const { clock, record, written, stop } = recorder();
    record(scaled());
    await clock.advance(600_000);
    record(scaled('another'));
    await stop();
    expect((await written(2)).map(({ note }) => note)).toEqual(['from 1 to 3 placeholders', 'another']);
  });

  it('is one too many after 25 different ones of a pool; one in five minutes follows', async () => {
    const { clock, debug, record, written, stop } = recorder();
    for (let i = 0; i < 40; i++) record(scaled(`note ${i}`));
    record({ ...scaled(), pool: 'stat20' });
    expect(debug).toHaveLength(15);
    await clock.advance(300_000);
    record(scaled('five minutes later'));
    record(scaled('and one more'));
    await stop();
    const notes = (await written(27)).map(({ note }) => note);
    expect(notes).toHaveLength(27);
    expect(notes).toContain('five minutes later');
    expect(notes).not.toContain('and one more');
  });

  it('holds at most 1 KiB of text, as the API server wants', async () => {
    const { record, written } = recorder();
    record(scaled('ü'.repeat(3_000)));
    const [event] = await written(1);
    expect(Buffer.byteLength(event.note)).toBeLessThanOrEqual(1_024);
    expect(event.note).toMatch(/ü \.\.\.$/);
  });

  it('that cannot be written is a debug line and nothing else', async () => {
    api.intercept(() => status(503, 'ServiceUnavailable', 'overloaded'));
    const { debug, warn, record, stop } = recorder();
    record(scaled());
    await stop();
    const err = 'POST events: 503 ServiceUnavailable: overloaded';
    expect([debug, warn]).toEqual([[[expect.objectContaining({ err }), 'event not written']], []]);
  });

  it('that never will be written is a warning, once', async () => {
    api.intercept(() => status(403, 'Forbidden', 'cannot create events'));
    const { debug, warn, record, stop } = recorder();
    record(scaled());
    record(scaled('from 3 to 1 placeholders'));
    await stop();
    const err = 'POST events: 403 Forbidden: cannot create events';
    expect(warn).toEqual([[expect.objectContaining({ err }), 'event not written']]);
    expect(debug).toHaveLength(1);
  });

  it('that is counted but not told yet is told before the scaler stops', async () => {
    const { record, written, stop } = recorder();
    record(scaled());
    record(scaled());
    await stop();
    expect((await written(2))[1].series.count).toBe(2);
  });

  it('does not hold up the end for longer than a second when the API server is silent', async () => {
    const clock = manualClock();
    const events = { createNamespacedEvent: () => new Promise<never>(() => {}) };
    const log = { debug: () => {}, warn: () => {} };
    const { record, stop } = openEvents({ events, namespace: 'hub', identity: 'scaler-1', clock, log });
    record(scaled());
    const began = clock.monotonic();
    await until(stop(), clock);
    expect(clock.monotonic() - began).toBe(1_000);
  });
});

describe('the Event of a write', () => {
  const apply = (why: Extract<Change, { kind: 'apply' }>['why'], from = 1): Change => ({
    kind: 'apply',
    pool: 'data8',
    manifest: manifestOf('data8', 3),
    why,
    from,
    to: 3,
  });
  const said = { sentence: "event 'Midterm' books 3 until 10:10", uid: 'watched' };

  it.each([
    ['Created', apply(['create']), "made with 3 placeholders: event 'Midterm' books 3 until 10:10"],
    ['Scaled', apply(['scale']), "from 1 to 3 placeholders: event 'Midterm' books 3 until 10:10"],
    [
      'PutBack',
      apply(['put-back', 'scale'], 9),
      "from 9 to 3 placeholders; someone else's edit was put back: event 'Midterm' books 3 until 10:10",
    ],
    [
      'PutBack',
      apply(['put-back'], 3),
      "someone else's edit was put back: event 'Midterm' books 3 until 10:10",
    ],
    [
      'PutBack',
      apply(['create', 'put-back']),
      "made with 3 placeholders; someone had deleted it: event 'Midterm' books 3 until 10:10",
    ],
    ['Resized', apply(['resize']), 'the placeholders get another size, one node at a time'],
    [
      'TemplateChanged',
      apply(['template']),
      'the placeholders are made anew from changed settings, one node at a time',
    ],
  ])('is %s', (reason, change, note) => {
    expect(eventOfWrite(change, { ok: true, uid: 'new' }, said)).toEqual({
      pool: 'data8',
      deployment: { name: 'data8-placeholder', uid: 'new' },
      type: 'Normal',
      reason,
      action: 'Apply',
      note,
    });
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
    const event = eventOfWrite(
      change,
      { ok: true, note: 'taken over from the original with 4 placeholders' },
      said,
    );
    expect(event).toMatchObject({
      reason: 'TakenOver',
      action: 'TakeOver',
      note: expect.stringContaining('with 4'),
    });
  });

  it('is a warning with the refusal when it was refused, about the Deployment that was watched', () => {
    const event = eventOfWrite(apply(['scale']), { ok: false, status: 403, message: 'PATCH ...: 403' }, said);
    expect(event).toMatchObject({
      type: 'Warning',
      reason: 'WriteRefused',
      note: 'PATCH ...: 403',
      deployment: { uid: 'watched' },
    });
  });
});
