import { afterEach, describe, expect, it } from 'vitest';
import { calendarOf, NAMESPACE, type Played, play, VALUES } from './support/played-service.ts';
import { watchWrites } from './support/seen-writes.ts';

const MINUTE = 60_000;
const DATA8 = { namespace: NAMESPACE, name: 'data8-placeholder' };
const STATE = { namespace: NAMESPACE, name: 'node-placeholder-scaler-state' };
let played: Played | undefined;

afterEach(async () => {
  await played?.end();
  played = undefined;
});

/** An event of the pool data8, minutes from the start of the test. */
function midterm(clock: { now(): number }, { from = 0, to = 60, says = 'data8: 3' } = {}) {
  const start = clock.now();
  return {
    title: 'Data 8 midterm',
    description: says,
    startMs: start + from * MINUTE,
    endMs: start + to * MINUTE,
  };
}

/** A scaler that was killed within five minutes after a calendar began to book 4: it runs, and the state says nothing of them. */
async function crashedAfterAChange(play: Played): Promise<void> {
  play.setCalendar(calendarOf([]));
  const first = await play.start();
  await first.settled();
  await first.stop();
  const older = structuredClone(play.cluster.store.get('configmaps', STATE)?.data) ?? {};
  expect(older['state.json']).toContain('bodyHash');
  play.setCalendar(calendarOf([midterm(play.clock, { says: 'data8: 4' })]));
  const second = await play.start();
  await play.until(() => play.replicas('data8') === 4, 'four placeholders');
  await second.stop();
  play.cluster.store.change('configmaps', STATE, (state) => {
    state.data = older;
  });
}

async function playing(options: Parameters<typeof play>[0] = {}): Promise<Played> {
  played = await play(options);
  return played;
}

/** Requests of the scaler that change something, as `METHOD path`. */
function writes({ cluster }: Played): string[] {
  return cluster.api.requests
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path}`);
}

describe('the main job', () => {
  it('keeps as many placeholders as the event books, from its first to its last instant, then the baseline', async () => {
    const play = await playing();
    play.setCalendar(calendarOf([midterm(play.clock, { from: 1, to: 3 })]));
    const start = play.clock.now();
    await play.start();
    await play.until(() => play.replicas('data8') === 1, 'the baseline');
    await play.pass(start + MINUTE - play.clock.now() - 1);
    expect(play.replicas('data8')).toBe(1);
    await play.pass(1);
    await play.until(() => play.replicas('data8') === 3, 'three placeholders', 1);
    await play.pass(start + 3 * MINUTE - play.clock.now() - 1);
    expect(play.replicas('data8')).toBe(3);
    await play.until(() => play.replicas('data8') === 1, 'the baseline again', 1);
  });

  it('writes nothing and asks nothing while nothing changes', async () => {
    const play = await playing();
    play.setCalendar(calendarOf([midterm(play.clock)]));
    await play.start();
    await play.until(() => play.replicas('data8') === 3, 'three placeholders');
    await play.pass(10_000);
    const before = play.cluster.api.requests.filter(({ watch }) => !watch).length;
    await play.pass(4 * MINUTE, 1_000);
    expect(
      play.cluster.api.requests
        .filter(({ watch }) => !watch)
        .slice(before)
        .map(({ path }) => path),
    ).toEqual([]);
  });

  it('says once what it decided, with the event, and once what nobody could read', async () => {
    const play = await playing();
    play.setCalendar(calendarOf([midterm(play.clock, { says: 'data8: 3\\ndatta8: 2' })]));
    await play.start();
    await play.until(() => play.replicas('data8') === 3, 'three placeholders');
    await play.pass(3 * MINUTE, 1_000);
    const decided = play.log.filter(({ msg, count }) => msg === 'decided' && count === 3);
    expect(decided).toHaveLength(1);
    expect(decided[0]?.sentence).toContain("event 'Data 8 midterm' books 3");
    expect(play.log.filter(({ msg }) => msg === 'problem')).toEqual([
      expect.objectContaining({ code: 'unknown-pool', line: 'datta8: 2', example: 'data8: 2' }),
    ]);
  });

  it('tells kubectl describe about it in one Event', async () => {
    const play = await playing();
    play.setCalendar(calendarOf([midterm(play.clock)]));
    await play.start();
    await play.until(() => play.cluster.store.list('events').length > 0, 'an Event');
    await play.pass(2 * MINUTE, 1_000);
    expect(
      play.cluster.store.list('events').map((event) => (event as unknown as { reason: string }).reason),
    ).toEqual(['Created']);
  });
});

describe('when the calendar fails', () => {
  it('keeps the booked nodes while the feed is gone, and after a restart of the scaler in that time', async () => {
    const play = await playing();
    play.setCalendar(calendarOf([midterm(play.clock)]));
    const service = await play.start();
    await play.until(() => play.replicas('data8') === 3, 'three placeholders');
    play.setCalendar(undefined);
    await play.until(() => service.report()?.feeds[0]?.state === 'stale', 'a failed try', 250);
    expect(play.replicas('data8')).toBe(3);
    await service.stop();
    const again = await play.start();
    await play.until(() => again.report()?.pools[0]?.decision.booked?.count === 3, 'the remembered booking');
    await play.pass(3 * MINUTE, 1_000);
    expect(play.replicas('data8')).toBe(3);
  });

  it('lowers nothing on the word of an older copy, which a crash soon after a change leaves', async () => {
    const play = await playing();
    await crashedAfterAChange(play);
    const seen = watchWrites(play, 'data8-placeholder');
    const third = await play.start();
    await play.until(() => third.report()?.pools[0]?.decision.booked?.count === 4, 'the calendar to be read');
    await play.pass(2 * MINUTE, 1_000);
    expect(play.replicas('data8')).toBe(4);
    expect(seen).toEqual([]);
  });

  it('nor while the first tries after such a crash fail; after fifteen minutes of it the older copy counts', async () => {
    const play = await playing();
    await crashedAfterAChange(play);
    play.setCalendar(undefined);
    const seen = watchWrites(play, 'data8-placeholder');
    const startedMs = play.clock.now();
    const third = await play.start();
    await play.until(() => third.report()?.feeds[0]?.state === 'stale', 'a failed first try');
    await play.pass(startedMs + 15 * MINUTE - 1 - play.clock.now(), 1_000);
    expect(play.replicas('data8')).toBe(4);
    expect(seen).toEqual([]);
    expect(third.report()?.pools[0]?.decision).toMatchObject({
      reason: 'waiting',
      sentence: expect.stringContaining('the calendar was not read again yet, so 4 placeholders stay'),
    });
    await play.until(() => play.replicas('data8') === 1, 'the baseline', 1_000);
  });

  it('never lowers what is there when it has read nothing yet and the first try fails', async () => {
    const play = await playing();
    play.setCalendar(calendarOf([midterm(play.clock, { says: 'data8: 4' })]));
    const first = await play.start();
    await play.until(() => play.replicas('data8') === 4, 'four placeholders');
    await first.stop();
    play.cluster.store.remove('configmaps', STATE);
    play.setCalendar(undefined);
    const again = await play.start();
    await play.until(
      () =>
        again.report()?.pools[0]?.decision.reason === 'waiting' &&
        again.report()?.feeds[0]?.state === 'failed',
      'a failed first try',
    );
    await play.pass(2 * MINUTE, 1_000);
    expect(play.replicas('data8')).toBe(4);
  });
});

describe('when the API server fails', () => {
  it('holds what is there, says which call fails, and goes on when it is back', async () => {
    const play = await playing();
    play.setCalendar(calendarOf([midterm(play.clock, { from: 0, to: 10 })]));
    const service = await play.start();
    await play.until(() => play.replicas('data8') === 3, 'three placeholders');
    play.cluster.api.fail(() => ({ status: 503, message: 'down for a test' }));
    play.cluster.api.breakWatches('reset');
    await play.until(() => service.report()?.pools[0]?.decision.reason === 'held', 'a held pool', 250);
    const ready = await fetch(`${service.url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.text()).toMatch(/failing now: GET .*: 503/);
    await play.pass(12 * MINUTE, 1_000);
    expect(play.replicas('data8')).toBe(3);
    play.cluster.api.fail(undefined);
    await play.until(() => play.replicas('data8') === 1, 'the baseline after the event', 250);
  });

  it('is not ready before the cluster was read once', async () => {
    const play = await playing();
    play.cluster.api.fail(() => ({ status: 403, message: 'pods is forbidden' }));
    const service = await play.start();
    await play.pass(2_000);
    const answer = await fetch(`${service.url}/readyz`);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toMatch(/not read|has not been read/);
  });
});

describe('when someone changes the Deployment', () => {
  it('puts a count edited by hand back, and makes a deleted Deployment again', async () => {
    const play = await playing();
    await play.start();
    await play.until(() => play.replicas('data8') === 1, 'the baseline');
    await play.pass(5_000);
    play.cluster.store.change('deployments', DATA8, (deployment) => {
      deployment.spec.replicas = 7;
    });
    const putBack = ({ msg, why }: Record<string, unknown>) =>
      msg === 'written' && JSON.stringify(why).includes('put-back');
    await play.until(() => play.log.some(putBack), 'the edit put back');
    expect(play.replicas('data8')).toBe(1);
    play.cluster.store.remove('deployments', DATA8);
    await play.until(() => play.replicas('data8') === 1, 'the Deployment made again');
  });

  it('obeys the annotation of a person until it is taken away', async () => {
    const play = await playing();
    const service = await play.start();
    await play.until(() => play.replicas('data8') === 1, 'the baseline');
    const annotate = (value: string | undefined) =>
      play.cluster.store.change('deployments', DATA8, ({ metadata }) => {
        metadata.annotations = value === undefined ? {} : { 'node-placeholder-scaler/replicas': value };
      });
    annotate('5');
    await play.until(() => play.replicas('data8') === 5, 'five placeholders');
    await play.until(() => service.report()?.pools[0]?.decision.reason === 'manual', 'the reason');
    annotate(undefined);
    await play.until(() => play.replicas('data8') === 1, 'the baseline again');
  });
});

describe('new values', () => {
  it('are taken up without a restart, and broken ones leave the old in force', async () => {
    const play = await playing({ pools: ['data8', 'stat20'] });
    const service = await play.start();
    await play.until(() => play.replicas('data8') === 1, 'the baseline');
    play.setValues(VALUES.replace('replicas: 1', 'replicas: 2'));
    await play.until(() => play.replicas('data8') === 2, 'the new baseline');
    play.setValues(VALUES.replace('replicas: 1', 'replicas: two'));
    await play.until(
      () => service.report()?.problems.some(({ where }) => where.includes('replicas')) === true,
      'the problem',
    );
    expect(play.replicas('data8')).toBe(2);
    play.setValues(
      `${VALUES}  stat20:\n    nodeSelector: {hub.jupyter.org/pool-name: stat20}\n    resources: auto\n    replicas: 1\n`,
    );
    await play.until(() => play.replicas('stat20') === 1, 'the new pool');
    play.setValues(VALUES);
    await play.until(() => service.report()?.pools.length === 1, 'the pool gone');
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toContain('pool="data8"');
    expect(metrics).not.toContain('stat20');
  });
});

describe('a calendar after other values', () => {
  const pool = (name: string) => `
  ${name}:
    nodeSelector: {hub.jupyter.org/pool-name: ${name}}
    resources: {requests: {memory: 50Gi}}
    replicas: 1
`;

  it('lowers no pool while it is read again for the pools that it books now', async () => {
    const values = ({ a, b }: { a: string; b: string }) => `
calendars:
- {name: a, url: CALENDAR, pools: [${a}]}
- {name: b, url: CALENDAR, pools: [${b}]}
nodePools:${pool('data8')}${pool('stat20')}`;
    const play = await playing({
      pools: ['data8', 'stat20'],
      values: values({ a: 'data8', b: 'stat20' }),
    });
    play.setCalendar(calendarOf([midterm(play.clock, { to: 120, says: 'data8: 4\\nstat20: 4' })]));
    const service = await play.start();
    const both = () => play.replicas('data8') === 4 && play.replicas('stat20') === 4;
    await play.until(both, 'four placeholders each');
    await play.pass(5_000);
    const seen = ['data8', 'stat20'].map((name) => watchWrites(play, `${name}-placeholder`));
    play.setValues(values({ a: 'stat20', b: 'data8' }));
    const booking = () => service.report()?.pools.map(({ decision }) => decision.booked?.by[0]?.feed);
    await play.until(() => `${booking()}` === 'b,a', 'bookings by the other calendar');
    await play.pass(5_000);
    expect(seen.flat()).toEqual([]);
  });

  it('books for a pool that was renamed with its bookings while the scaler was down', async () => {
    const play = await playing({
      pools: ['data8', 'cs8'],
      values: `calendarUrl: CALENDAR\nnodePools:${pool('data8')}`,
    });
    const week = (says: string) =>
      [2, 100, 200, 300].map((from) => ({
        ...midterm(play.clock, { from, to: from + 60, says }),
        title: `Class at ${from}`,
      }));
    const [before, after] = [week('data8: 3'), week('cs8: 3')];
    play.setCalendar(calendarOf(before));
    const first = await play.start();
    await first.settled();
    await first.stop();
    play.setCalendar(calendarOf(after));
    play.setValues(`calendarUrl: CALENDAR\nnodePools:${pool('cs8')}`);
    const again = await play.start();
    await play.pass((after[0]?.startMs ?? 0) - play.clock.now(), 250);
    await play.until(() => play.replicas('cs8') === 3, 'three placeholders', 1);
    expect(again.report()?.feeds[0]).toMatchObject({ state: 'good', problems: [] });
  });
});

describe('two replicas', () => {
  it('write one at a time: the other takes over at once when the leader stops', async () => {
    const play = await playing();
    play.setCalendar(calendarOf([midterm(play.clock)]));
    const first = await play.start({ lease: true, identity: 'replica-a' });
    await play.until(() => play.replicas('data8') === 3, 'three placeholders');
    const second = await play.start({ lease: true, identity: 'replica-b' });
    await play.until(() => second.report()?.pools[0]?.decision.count === 3, 'the same decision');
    expect(second.report()?.leads).toBe(false);
    expect(await (await fetch(`${second.url}/metrics`)).text()).toContain('node_placeholder_leader 0');
    await first.stop();
    play.setCalendar(calendarOf([midterm(play.clock, { says: 'data8: 5' })]));
    await play.until(() => play.replicas('data8') === 5, 'five placeholders, written by the other', 250);
    await play.until(() => second.report()?.leads === true, 'the report of the pass that wrote them');
  });
});

describe('a dry run', () => {
  it('decides and reports like the service, and writes nothing', async () => {
    const play = await playing();
    play.setCalendar(calendarOf([midterm(play.clock)]));
    const service = await play.start({ dryRun: true });
    await play.until(() => service.report()?.pools[0]?.decision.count === 3, 'the decision');
    await play.pass(2 * MINUTE, 1_000);
    expect(writes(play)).toEqual([]);
    expect(play.log.filter(({ msg }) => msg === 'dry run: would write')).toHaveLength(1);
  });
});

describe('stopping', () => {
  it('saves what it knows and closes its port', async () => {
    const play = await playing();
    play.setCalendar(calendarOf([midterm(play.clock)]));
    const service = await play.start();
    await play.until(() => play.replicas('data8') === 3, 'three placeholders');
    await service.stop();
    await expect(fetch(`${service.url}/livez`)).rejects.toThrow();
    const state = play.cluster.store.get('configmaps', STATE);
    expect(JSON.stringify(state)).toContain('Data 8 midterm');
  });
});
