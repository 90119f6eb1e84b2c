import { describe, expect, it } from 'vitest';
import { openLeading } from '../scaler/leading.ts';
import { openLog } from '../scaler/log.ts';
import { openTakeOvers } from '../scaler/placeholder/take-over.ts';
import type { Leadership } from '../scaler/state/lease.ts';
import type { SavedState } from '../scaler/state/state.ts';
import { manualClock } from './support/manual-clock.ts';

const STATE: SavedState = {
  version: 1,
  savedAtMs: 0,
  feeds: {},
  lastBusyMs: {},
  sizes: { data8: { memory: '57Gi' } },
  takeOvers: { data8: 3 },
};

/** A lease that the test hands out, and a state that answers when the test says so. */
function leading(known?: { state?: SavedState }) {
  const clock = manualClock();
  const takeOvers = openTakeOvers(async () => 'saved');
  let leader = false;
  let change: (leads: boolean) => void = () => {};
  let answer: { answered: boolean; state?: SavedState } = { answered: false };
  const lease: Leadership = {
    isLeader: () => leader,
    holder: () => undefined,
    failing: () => undefined,
    start: (onChange) => {
      change = onChange;
    },
    stop: async () => {},
  };
  let begun = 0;
  const opened = openLeading({
    lease,
    store: { read: async () => answer },
    takeOvers,
    clock,
    log: openLog('error'),
    identity: 'replica-a',
    ...(known && { known }),
  });
  opened.start(() => begun++);
  return {
    clock,
    takeOvers,
    opened,
    begun: () => begun,
    lead(isLeader: boolean) {
      leader = isLeader;
      change(isLeader);
    },
    answer(state?: SavedState) {
      answer = { answered: true, ...(state && { state }) };
    },
  };
}

describe('a replica that gets the lease', () => {
  it('writes only when it knows what the leader before left unfinished', async () => {
    const { clock, takeOvers, opened, lead, answer } = leading();
    lead(true);
    await clock.advance(5_000);
    expect(opened.leads()).toBe(false);
    answer(STATE);
    await clock.advance(1_000);
    expect(opened.leads()).toBe(true);
    expect(takeOvers.remembered('data8')).toBe(3);
    expect(opened.takeInheritance()).toEqual({ disowned: false, state: STATE });
    expect(opened.takeInheritance()).toEqual({ disowned: false });
  });

  it('leads without the saved state when it cannot be read for half a minute, and takes it up when it can', async () => {
    const { clock, takeOvers, opened, begun, lead, answer } = leading();
    lead(true);
    await clock.advance(29_000);
    expect(opened.leads()).toBe(false);
    await clock.advance(2_000);
    expect(opened.leads()).toBe(true);
    expect(takeOvers.remembered('data8')).toBeUndefined();
    answer(STATE);
    await clock.advance(30_000);
    expect(takeOvers.remembered('data8')).toBe(3);
    expect(begun()).toBe(2);
  });

  it('begins at once when it is alone and the state is known', () => {
    const { opened, lead, takeOvers } = leading({ state: STATE });
    lead(true);
    expect(opened.leads()).toBe(true);
    expect(takeOvers.remembered('data8')).toBe(3);
  });
});

describe('a replica that loses the lease', () => {
  it('forgets what it had begun: the other one reads it from the saved state', async () => {
    const { clock, takeOvers, opened, lead, answer } = leading();
    answer(STATE);
    lead(true);
    await clock.advance(0);
    lead(false);
    expect(opened.leads()).toBe(false);
    expect(takeOvers.remembered('data8')).toBeUndefined();
    expect(opened.takeInheritance().disowned).toBe(true);
  });

  it('does not lead because of a state that it asked for before', async () => {
    const { clock, opened, lead, answer } = leading();
    lead(true);
    await clock.advance(500);
    lead(false);
    answer(STATE);
    await clock.advance(60_000);
    expect(opened.leads()).toBe(false);
    expect(clock.waiting()).toBe(0);
  });
});
