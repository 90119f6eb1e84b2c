import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LeaseOptions, noLease, openLease } from '../../scaler/state/lease.ts';
import { eventually, turns, until } from '../support/eventually.ts';
import { type KubeApi, startKubeApi, status } from '../support/kube-api.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';

const LEASE = 'leases/scaler';
let api: KubeApi;
beforeEach(async () => {
  api = await startKubeApi();
});
afterEach(() => api.close());

/** Counts what is under way, so that a test knows when a round has ended. */
function watchedCalls() {
  const { coordination } = api.apis;
  let underway = 0;
  const counted = <A, R>(call: (arg: A) => Promise<R>) => {
    return async (arg: A) => {
      underway++;
      return call(arg).finally(() => {
        underway--;
      });
    };
  };
  const calls: LeaseOptions['coordination'] = {
    readNamespacedLease: counted((arg) => coordination.readNamespacedLease(arg)),
    replaceNamespacedLease: counted((arg) => coordination.replaceNamespacedLease(arg)),
  };
  const idle = async () => {
    for (let before = -1; before !== api.calls.length; ) {
      before = api.calls.length;
      await eventually(() => underway === 0, 'the end of the calls');
      await turns(5);
    }
  };
  return { calls, idle };
}

/** A replica; its clock may be its own, as another machine's is. */
function replica(identity: string, clock: ManualClock = manualClock()) {
  const { calls, idle } = watchedCalls();
  const lease = openLease({ coordination: calls, namespace: 'hub', name: 'scaler', identity, clock });
  const told: boolean[] = [];
  return {
    ...lease,
    clock,
    told,
    idle,
    async begin() {
      lease.start((leads) => told.push(leads));
      await idle();
    },
    /** Time passes, in steps that let every round end. */
    async live(ms: number) {
      for (let left = ms; left > 0; left -= 1_000) {
        await clock.advance(Math.min(left, 1_000));
        await idle();
      }
    },
  };
}

describe('a replica leads', () => {
  it('at once when there is no lease, by making one with a PUT', async () => {
    const a = replica('a');
    expect(a.isLeader()).toBe(false);
    await a.begin();
    expect(a.isLeader()).toBe(true);
    expect(a.told).toEqual([true]);
    expect(api.get(LEASE).spec).toMatchObject({
      holderIdentity: 'a',
      leaseDurationSeconds: 30,
      renewTime: '2026-11-23T09:00:00.000000Z',
      acquireTime: '2026-11-23T09:00:00.000000Z',
    });
    expect(api.calls.map(({ method }) => method)).toEqual(['GET', 'PUT']);
  });

  it('at once when the chart made the lease empty, and leaves its labels alone', async () => {
    const labels = { 'app.kubernetes.io/managed-by': 'Helm' };
    api.make(LEASE, { metadata: { labels } });
    const a = replica('a');
    await a.begin();
    await a.live(5_000);
    expect(a.isLeader()).toBe(true);
    expect(api.get(LEASE)).toMatchObject({ metadata: { labels }, spec: { holderIdentity: 'a' } });
  });

  it('on and on while it renews, every five seconds, with what it read', async () => {
    const a = replica('a');
    await a.begin();
    const { uid } = api.get(LEASE).metadata;
    await a.live(60_000);
    expect(a.isLeader()).toBe(true);
    expect(a.told).toEqual([true]);
    const puts = api.calls.filter(({ method }) => method === 'PUT');
    expect(puts).toHaveLength(13);
    expect(puts.at(-1)?.body.metadata).toMatchObject({ uid, resourceVersion: expect.any(String) });
    expect(api.get(LEASE).spec).toMatchObject({
      acquireTime: '2026-11-23T09:00:00.000000Z',
      renewTime: '2026-11-23T09:01:00.000000Z',
      leaseTransitions: 1,
    });
  });

  it('always when it is the only one and has no lease', () => {
    const told: boolean[] = [];
    const lease = noLease('a');
    lease.start((leads) => told.push(leads));
    expect([lease.isLeader(), lease.holder(), ...told]).toEqual([true, 'a', true]);
  });
});

describe('of two replicas', () => {
  it('only the first leads, for as long as it lives', async () => {
    const [a, b] = [replica('a'), replica('b')];
    await a.begin();
    await b.begin();
    for (let second = 0; second < 90; second++) {
      await a.live(1_000);
      await b.live(1_000);
      expect([a.isLeader(), b.isLeader()]).toEqual([true, false]);
    }
    expect(b.holder()).toBe('a');
  });

  it('the second takes over 30 s after it last saw the first renew, and not before', async () => {
    const [a, b] = [replica('a'), replica('b')];
    await a.begin();
    await b.begin();
    // a is killed now.
    await b.live(29_000);
    expect(b.isLeader()).toBe(false);
    await b.live(6_000);
    expect(b.isLeader()).toBe(true);
    expect(api.get(LEASE).spec).toMatchObject({ holderIdentity: 'b', leaseTransitions: 2 });
  });

  it('the second takes over within five seconds when the first stops as it should', async () => {
    const [a, b] = [replica('a'), replica('b')];
    await a.begin();
    await b.begin();
    await until(a.stop(), a.clock);
    expect(a.isLeader()).toBe(false);
    expect(a.told).toEqual([true, false]);
    expect(api.get(LEASE).spec.holderIdentity).toBe('');
    await b.live(5_000);
    expect(b.isLeader()).toBe(true);
  });

  it('a wrong wall clock misleads nobody: only the own passing of time counts', async () => {
    const a = replica('a', manualClock(Date.UTC(2020, 0, 1)));
    const b = replica('b', manualClock(Date.UTC(2030, 0, 1)));
    await a.begin();
    await b.begin();
    await b.live(10_000);
    expect(b.isLeader()).toBe(false);
  });

  it('only one wins a lease that has run out, when both read it before either writes', async () => {
    const renewTime = '2026-11-23T08:00:00.000000Z';
    api.make(LEASE, { spec: { holderIdentity: 'dead', leaseDurationSeconds: 30, renewTime } });
    const clock = manualClock();
    const { calls, idle } = watchedCalls();
    const waiting: (() => void)[] = [];
    const together: LeaseOptions['coordination'] = {
      ...calls,
      async replaceNamespacedLease(arg) {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          if (waiting.length === 2) for (const go of waiting) go();
        });
        return calls.replaceNamespacedLease(arg);
      },
    };
    const both = ['a', 'b'].map((identity) =>
      openLease({ coordination: together, namespace: 'hub', name: 'scaler', identity, clock }),
    );
    for (const one of both) one.start(() => {});
    await idle();
    for (let second = 0; second < 30; second++) {
      await clock.advance(1_000);
      await idle();
    }
    await eventually(() => waiting.length >= 2, 'both writing');
    await idle();
    expect(api.calls.filter(({ method }) => method === 'PUT')).toHaveLength(2);
    expect(both.filter((one) => one.isLeader())).toHaveLength(1);
  });
});

describe('two replicas that start together', () => {
  it('make one lease: the slower one is beaten, which is nothing to complain about', async () => {
    const b = replica('b');
    api.intercept(({ method }) => {
      if (method === 'PUT' && api.get(LEASE) === undefined)
        api.make(LEASE, { spec: { holderIdentity: 'a', leaseDurationSeconds: 30 } });
      return undefined;
    });
    await b.begin();
    expect([b.isLeader(), b.failing()]).toEqual([false, undefined]);
  });
});

describe('a replica no longer leads', () => {
  it('20 s after it last renewed, while the API server is away; it renews again when it is back', async () => {
    const a = replica('a');
    await a.begin();
    api.intercept(() => status(503, '', 'away'));
    await a.live(19_000);
    expect(a.isLeader()).toBe(true);
    expect(a.failing()).toContain('GET leases/scaler: 503');
    await a.live(1_000);
    expect(a.isLeader()).toBe(false);
    expect(a.told).toEqual([true, false]);
    api.intercept(undefined);
    await a.live(5_000);
    expect(a.isLeader()).toBe(true);
    expect(a.failing()).toBeUndefined();
  });

  it('at the very moment it wakes up from having been frozen, before any timer or answer', async () => {
    let passed = 0;
    const { calls } = watchedCalls();
    const clock = { ...manualClock(), monotonic: () => passed };
    const a = openLease({ coordination: calls, namespace: 'hub', name: 'scaler', identity: 'a', clock });
    a.start(() => {});
    await eventually(() => a.isLeader(), 'leading');
    passed = 19_999;
    expect(a.isLeader()).toBe(true);
    passed = 20_000;
    expect(a.isLeader()).toBe(false);
  });

  it('after the machine was suspended, when only the wall clock went on', async () => {
    let wall = Date.UTC(2026, 10, 23, 9);
    const { calls } = watchedCalls();
    const clock = { ...manualClock(), now: () => wall };
    const a = openLease({ coordination: calls, namespace: 'hub', name: 'scaler', identity: 'a', clock });
    a.start(() => {});
    await eventually(() => a.isLeader(), 'leading');
    wall += 20_000;
    expect(a.isLeader()).toBe(false);
  });

  it('when another took the lease while it slept', async () => {
    const [a, b] = [replica('a'), replica('b')];
    await a.begin();
    await b.begin();
    await b.live(35_000);
    expect(b.isLeader()).toBe(true);
    await a.live(5_000);
    expect(a.isLeader()).toBe(false);
    expect(a.holder()).toBe('b');
    expect(api.get(LEASE).spec.holderIdentity).toBe('b');
  });

  it.each([
    [409, undefined],
    [422, 'PUT leases/scaler: 422 Refused: not like this'],
  ])('when its renewal is refused with %i', async (code, failing) => {
    const a = replica('a');
    await a.begin();
    api.intercept(({ method }) => (method === 'PUT' ? status(code, 'Refused', 'not like this') : undefined));
    await a.live(5_000);
    expect(a.isLeader()).toBe(false);
    expect(a.failing()).toBe(failing);
  });
});

describe('stopping', () => {
  it('does not give back what another holds', async () => {
    const [a, b] = [replica('a'), replica('b')];
    await a.begin();
    await b.begin();
    await until(b.stop(), b.clock);
    expect(api.get(LEASE).spec.holderIdentity).toBe('a');
  });

  it('ends within two seconds when the API server is silent, and no round follows', async () => {
    const clock = manualClock();
    const never = () => new Promise<never>(() => {});
    const coordination = { readNamespacedLease: never, replaceNamespacedLease: never };
    const a = openLease({ coordination, namespace: 'hub', name: 'scaler', identity: 'a', clock });
    a.start(() => {});
    await until(a.stop(), clock);
    expect(clock.monotonic()).toBe(2_000);
    expect(clock.waiting()).toBe(0);
  });

  it.each(['GET', 'PUT'])(
    'in the middle of a round, at its %s, gives back what that round still won',
    async (method) => {
      const a = replica('a');
      a.start(() => {});
      await eventually(() => api.calls.some((call) => call.method === method), method);
      await until(a.stop(), a.clock);
      expect(a.isLeader()).toBe(false);
      expect(api.get(LEASE)?.spec.holderIdentity ?? '').toBe('');
    },
  );
});
