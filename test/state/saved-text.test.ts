import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SavedFeed } from '../../scaler/calendar/saved-feed.ts';
import { readStateText, stateText } from '../../scaler/state/saved-text.ts';
import type { SavedState } from '../../scaler/state/state.ts';

const WHERE = 'ConfigMap hub/scaler-state';
const NOW = Date.UTC(2026, 10, 23, 9);
const HOUR = 3_600_000;

function feed(segments = 2): SavedFeed {
  const by = [{ title: 'Data 8 midterm', count: 3, startMs: NOW, endMs: NOW + HOUR, feed: 'calendar' }];
  const one = (i: number) => ({ startMs: NOW + i * HOUR, endMs: NOW + (i + 1) * HOUR, core: 3, by });
  return {
    etag: '"abc"',
    lastModified: 'Mon, 23 Nov 2026 08:00:00 GMT',
    bodyHash: 'b',
    lastSuccessMs: NOW,
    horizonEndMs: NOW + 14 * 24 * HOUR,
    events: 1,
    bookings: segments,
    windows: { data8: Array.from({ length: segments }, (_, i) => one(i)), stat20: [] },
    problems: [
      { code: 'unknown-pool', source: 'booking', severity: 'error', where: 'line 1', message: 'no pool' },
    ],
    settingsHash: 's',
    addressHash: 'a',
  };
}

const state = (more: Partial<SavedState> = {}): SavedState => ({
  version: 1,
  savedAtMs: NOW,
  feeds: { calendar: feed() },
  lastBusyMs: { 'node-1': NOW - 1_000 },
  sizes: { data8: { cpu: '7400m', memory: '64192Mi' } },
  takeOvers: { stat20: 4 },
  ...more,
});

describe('the saved state', () => {
  it('comes back as it was written', () => {
    expect(readStateText(stateText(state()), WHERE)).toEqual({ state: state() });
  });

  it('that was cut off is a problem that says how to be rid of it, and nothing is taken', () => {
    const { state: found, problem } = readStateText(stateText(state()).slice(0, 200), WHERE);
    expect(found).toBeUndefined();
    expect(problem).toMatchObject({ code: 'state-unreadable', severity: 'warning', where: WHERE });
    expect(problem?.example).toBe('kubectl delete configmap -n hub scaler-state');
  });

  it.each([['{}'], ['[]'], ['null'], ['7'], ['{"version":2,"savedAtMs":1}']])('%s is not one', (text) => {
    const { state: found, problem } = readStateText(text, WHERE);
    expect(found).toBeUndefined();
    expect(problem?.message).toContain('expected a state of version 1');
  });

  it('loses only the parts that someone broke, each named', () => {
    const broken = {
      ...state(),
      takeOvers: { stat20: 4, data8: '3' },
      lastBusyMs: [],
      sizes: { data8: { cpu: 7 } },
    };
    const { state: found, problem } = readStateText(JSON.stringify(broken), WHERE);
    expect(found).toEqual({ ...state(), lastBusyMs: {}, sizes: {}, takeOvers: { stat20: 4 } });
    expect(problem?.message).toContain('lastBusyMs, sizes.data8, takeOvers.data8');
  });

  it('loses one broken feed and keeps the others', () => {
    const broken = { ...feed(), windows: { data8: [{ startMs: 'noon' }] } };
    const text = JSON.stringify(state({ feeds: { broken: broken as never, good: feed() } }));
    const found = readStateText(text, WHERE);
    expect(Object.keys(found.state?.feeds ?? {})).toEqual(['good']);
    expect(found.problem?.message).toContain('feeds.broken');
  });

  it('of a newer minor version keeps what this one does not know', () => {
    const text = JSON.stringify({ ...state(), notes: { a: 1 } });
    expect(readStateText(text, WHERE).state).toMatchObject({ notes: { a: 1 } });
  });

  it('never throws, whatever stands there', () => {
    const parts = fc.record({
      feeds: fc.anything(),
      lastBusyMs: fc.anything(),
      sizes: fc.anything(),
      takeOvers: fc.anything(),
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          parts.map((p) => JSON.stringify({ ...p, version: 1, savedAtMs: 1 })),
        ),
        (text) => {
          const { state: found, problem } = readStateText(text, WHERE);
          expect(found !== undefined || problem !== undefined).toBe(true);
        },
      ),
    );
  });
});

describe('a state that is too large', () => {
  const bytes = (text: string) => Buffer.byteLength(text);

  it('lets the problems go first', () => {
    const large = state();
    const room = bytes(stateText(large)) - 1;
    const { state: kept } = readStateText(stateText(large, room), WHERE);
    expect(kept).toEqual({ ...large, feeds: { calendar: { ...feed(), problems: [] } } });
  });

  it("then the nodes' past", () => {
    const busy = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`node-${i}`, NOW]));
    const { state: kept } = readStateText(stateText(state({ lastBusyMs: busy }), 3_000), WHERE);
    expect(kept?.lastBusyMs).toEqual({});
    expect(kept?.feeds.calendar?.windows).toEqual(feed().windows);
  });

  it('then the windows furthest ahead: the horizon ends where the first is missing, and the feed will be read again', () => {
    const large = state({ feeds: { calendar: feed(1_000) } });
    const text = stateText(large, 20_000);
    expect(bytes(text)).toBeLessThanOrEqual(20_000);
    expect(bytes(text)).toBeGreaterThan(19_000);
    const kept = readStateText(text, WHERE).state;
    const windows = kept?.feeds.calendar?.windows.data8 ?? [];
    expect(windows).toEqual(feed(1_000).windows.data8?.slice(0, windows.length));
    expect(kept?.feeds.calendar?.horizonEndMs).toBe(NOW + windows.length * HOUR);
    expect(kept?.feeds.calendar).not.toHaveProperty('etag');
    expect(kept?.feeds.calendar?.lastSuccessMs).toBe(NOW);
    expect(kept).toMatchObject({ takeOvers: { stat20: 4 }, sizes: { data8: { cpu: '7400m' } } });
  });

  it('is under 1 MiB in any case', () => {
    const feeds = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`feed-${i}`, feed(2_000)]));
    const text = stateText(state({ feeds }));
    expect(bytes(text)).toBeLessThanOrEqual(900 * 1024);
    expect(bytes(text)).toBeGreaterThan(890 * 1024);
  });
});
