import { describe, expect, it } from 'vitest';
import { type PassEnd, startLoop, type Trigger } from '../scaler/loop.ts';
import { manualClock } from './support/manual-clock.ts';

function loopWith(end: () => PassEnd, options: { hold?: boolean } = {}) {
  const clock = manualClock();
  const begun: Trigger[] = [];
  const errors: unknown[] = [];
  const finish: (() => void)[] = [];
  const loop = startLoop({
    clock,
    onError: (error) => errors.push(error),
    pass: async (trigger) => {
      begun.push(trigger);
      if (options.hold) await new Promise<void>((resolve) => finish.push(resolve));
      return end();
    },
  });
  return { clock, loop, begun, errors, finish, causes: () => begun.map((t) => t.cause) };
}

describe('a pass runs', () => {
  it('at start, and then every minute as a safety net', async () => {
    const { clock, causes } = loopWith(() => ({}));
    await clock.advance(121_000);
    expect(causes()).toEqual(['start', 'safety', 'safety']);
  });

  it('at the exact instant at which the schedule changes, and says which one', async () => {
    const clockStart = manualClock().now();
    const boundary = clockStart + 12_345;
    const { clock, begun } = loopWith(() => (clock.now() < boundary ? { nextBoundaryMs: boundary } : {}));
    await clock.advance(12_344);
    expect(begun).toHaveLength(1);
    await clock.advance(1);
    expect(begun[1]).toEqual({ cause: 'boundary', boundaryMs: boundary });
  });

  it('one second after the first of many cluster changes', async () => {
    const { clock, loop, causes } = loopWith(() => ({}));
    await clock.advance(0);
    loop.trigger('cluster');
    await clock.advance(900);
    loop.trigger('cluster');
    await clock.advance(99);
    expect(causes()).toEqual(['start']);
    await clock.advance(1);
    expect(causes()).toEqual(['start', 'cluster']);
    await clock.advance(5_000);
    expect(causes()).toHaveLength(2);
  });

  it('at once when a feed brought something new', async () => {
    const { clock, loop, causes } = loopWith(() => ({}));
    await clock.advance(0);
    loop.trigger('feed');
    await clock.advance(0);
    expect(causes()).toEqual(['start', 'feed']);
  });

  it('again soon after a write failed', async () => {
    let failed = 0;
    const { clock, causes } = loopWith(() => (failed++ === 0 ? { retryAfterMs: 2_000 } : {}));
    await clock.advance(2_000);
    expect(causes()).toEqual(['start', 'retry']);
  });
});

describe('two passes', () => {
  it('never run at once: what is asked for during one runs in a single pass after it', async () => {
    const { clock, loop, causes, finish } = loopWith(() => ({}), { hold: true });
    await clock.advance(0);
    loop.trigger('feed');
    loop.trigger('config');
    loop.trigger('feed');
    await clock.advance(300_000);
    expect(causes()).toEqual(['start']);
    finish.shift()?.();
    await clock.advance(0);
    expect(causes()).toEqual(['start', 'feed']);
    finish.shift()?.();
    await clock.advance(0);
    expect(causes()).toEqual(['start', 'feed']);
  });
});

describe('stopping', () => {
  it('waits for the running pass and begins no other', async () => {
    const { clock, loop, causes, finish } = loopWith(() => ({}), { hold: true });
    await clock.advance(0);
    loop.trigger('feed');
    let stopped = false;
    const stopping = loop.stop().then(() => {
      stopped = true;
    });
    await clock.advance(0);
    expect(stopped).toBe(false);
    finish.shift()?.();
    await stopping;
    loop.trigger('config');
    await clock.advance(600_000);
    expect(causes()).toEqual(['start']);
    expect(clock.waiting()).toBe(0);
  });
});

describe('a pass that throws', () => {
  it('is reported, and the loop goes on', async () => {
    let first = true;
    const { clock, errors, causes } = loopWith(() => {
      if (first) {
        first = false;
        throw new Error('broken');
      }
      return {};
    });
    await clock.advance(5_000);
    expect(errors).toHaveLength(1);
    expect(causes()).toEqual(['start', 'retry']);
  });
});
