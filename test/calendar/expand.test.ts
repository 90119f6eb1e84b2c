import { describe, expect, test } from 'vitest';
import { collectBody } from '../../scaler/calendar/body.ts';
import {
  type ExpandRequest,
  expandWith,
  oneAtATime,
  type WindowSettings,
} from '../../scaler/calendar/expand.ts';
import { systemClock } from '../../scaler/clock.ts';
import { LIMITS } from '../support/calendar-limits.ts';
import { calendarText } from '../support/calendar-text.ts';
import { manualClock } from '../support/manual-clock.ts';

const NOW = Date.UTC(2026, 10, 23, 9);
const DAY = 86_400_000;
function request(text: string, limits: Partial<WindowSettings['limits']> = {}): ExpandRequest {
  const body = collectBody(1e9);
  body.add(Buffer.from(text));
  return {
    slabs: body.finish().slabs,
    fromMs: NOW - DAY,
    toMs: NOW + 14 * DAY,
    nowMs: NOW,
    settings: {
      feed: 'team',
      pools: [{ name: 'data8', baseline: 0, leadTimeMs: 0, holdTimeMs: 0 }],
      unknownPools: 'problem',
      overlap: 'max',
      limits: { ...LIMITS, ...limits },
    },
  };
}

const BOOKING = calendarText({ at: '20261123T100000Z', description: 'data8: 3' });
const workerThat = (source: string) => new URL(`data:text/javascript,${encodeURIComponent(source)}`);
const expand = expandWith(systemClock());

describe('a body in a worker', () => {
  test('comes back as merged windows and problems', async () => {
    const text = calendarText(
      { at: '20261123T100000Z', title: 'Midterm', description: 'data8: 3\\ndatta8: 1' },
      { at: '20261123T103000Z', description: 'data8: 2' },
    );
    const done = await expand(request(text));
    expect(done).toMatchObject({ kind: 'windows', events: 2, bookings: 2 });
    if (done.kind !== 'windows') return;
    expect(done.windows.data8?.map(({ startMs, endMs, core }) => [startMs - NOW, endMs - NOW, core])).toEqual(
      [
        [3_600_000, 5_400_000, 3],
        [5_400_000, 7_200_000, 3],
        [7_200_000, 9_000_000, 2],
      ],
    );
    expect(done.problems.map(({ code, feed }) => [code, feed])).toEqual([['unknown-pool', 'team']]);
  });

  test('comes back whole and in order when it has thousands of windows', async () => {
    const hours = Array.from({ length: 3000 }, (_, index) => new Date(NOW + index * 300_000).toISOString());
    const text = calendarText(
      ...hours.map((at, index) => ({
        at: at.replace(/[-:]|\.000/g, ''),
        description: `data8: ${index % 7}`,
      })),
    );
    const done = await expand(request(text));
    expect(done).toMatchObject({ kind: 'windows', bookings: 3000 });
    if (done.kind !== 'windows') return;
    const starts = (done.windows.data8 ?? []).map(({ startMs }) => startMs);
    expect(starts.length).toBeGreaterThan(1500);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
  });

  test('that is no whole calendar is refused with the sentence of the reader', async () => {
    const refused = await expand(request(BOOKING.replace('END:VCALENDAR', '')));
    expect(refused).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/END:VCALENDAR|truncated|incomplete/i),
    });
  });

  test('is given up at the deadline, however busy the worker is', async () => {
    const clock = manualClock();
    const result = expandWith(clock, workerThat('for (;;) {}'))(request(BOOKING));
    await clock.advance(9_999);
    expect(clock.waiting()).toBe(1);
    await clock.advance(1);
    expect(await result).toEqual({
      kind: 'refused',
      code: 'feed-deadline',
      message: 'reading it took longer than 10 s; an event may hold an extreme rule',
    });
    expect(clock.waiting()).toBe(0);
  });

  test('is refused when the worker needs more memory than its limit', async () => {
    const hungry = workerThat('const kept = []; for (let i = 0; ; i++) kept.push({ i, text: String(i) });');
    expect(await expandWith(systemClock(), hungry)(request(BOOKING, { memoryMb: 16 }))).toEqual({
      kind: 'refused',
      code: 'feed-memory',
      message: 'reading it needed more than 16 MB of memory',
    });
  });

  test('of many events is refused by the memory limit, not by a crash of the service', async () => {
    const many = calendarText(
      ...Array.from({ length: 40_000 }, (_, index) => ({ at: '20261123T100000Z', title: `Class ${index}` })),
    );
    expect(await expand(request(many, { memoryMb: 12 }))).toMatchObject({
      kind: 'refused',
      code: 'feed-memory',
    });
  });

  test.each([
    ['throws', 'throw new TypeError("odd")', 'reading it failed: TypeError: odd'],
    ['ends without a word', 'process.exit(3)', 'reading it ended without an answer'],
  ])('is refused when the worker %s', async (_name, source, message) => {
    expect(await expandWith(systemClock(), workerThat(source))(request(BOOKING))).toEqual({
      kind: 'refused',
      code: 'feed-crash',
      message,
    });
  });

  test('that cannot be handed to a worker is refused, and so is one that no thread is to be had for', async () => {
    const odd = request(BOOKING);
    const settings = { ...odd.settings, feed: (() => 'team') as never };
    expect(await expand({ ...odd, settings })).toMatchObject({
      kind: 'refused',
      code: 'feed-crash',
      message: expect.stringContaining('could not be cloned'),
    });
    const nowhere = new URL('https://example.org/worker.js');
    expect(await expandWith(systemClock(), nowhere)(request(BOOKING))).toMatchObject({ code: 'feed-crash' });
  });

  test('is read though the one before it could not even begin', async () => {
    let calls = 0;
    const reading = oneAtATime((asked) => {
      if (calls++ === 0) throw new Error('no thread');
      return expand(asked);
    });
    const [first, second] = await Promise.allSettled([reading(request(BOOKING)), reading(request(BOOKING))]);
    expect([first.status, second]).toMatchObject(['rejected', { value: { kind: 'windows', bookings: 1 } }]);
  });

  test('is given up when the service stops', async () => {
    const stopping = new AbortController();
    const result = expandWith(systemClock(), workerThat('for (;;) {}'))(request(BOOKING), stopping.signal);
    stopping.abort();
    expect(await result).toMatchObject({ kind: 'refused', code: 'feed-stopped' });
    expect(await expand(request(BOOKING), stopping.signal)).toMatchObject({ code: 'feed-stopped' });
  });
});
