// What happens when the replica that leads stops or dies without a word: two whole services against the simulated cluster.
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../scaler/cluster/connection.ts';
import { loadConfig } from '../scaler/config/load.ts';
import { feedServer } from './support/feed-server.ts';
import { metric } from './support/metric.ts';
import { calendarOf, NAMESPACE, type Played, play, VALUES } from './support/played-service.ts';
import { watchWrites } from './support/seen-writes.ts';

const MINUTE = 60_000;
const SECOND = 1_000;
let played: Played | undefined;

afterEach(async () => {
  await played?.end();
  played = undefined;
});

describe('a leader whose successor cannot read the calendar', () => {
  it('is followed by one that lowers nothing below what the leader had read last and saved', async () => {
    let body = calendarOf([]);
    let isRefused = false;
    const server = await feedServer(({ headers }, response) => {
      response.writeHead(isRefused && headers.authorization === 'Bearer of-b' ? 503 : 200).end(body);
    });
    onTestFinished(() => server.close());
    const values = VALUES.replace('CALENDAR', `${server.origin}/basic.ics`);
    const scene = await play({ values });
    played = scene;
    const { config } = loadConfig(values, { file: 'values.yaml' });
    if (config === undefined) throw new Error('values that cannot be read');
    const feeds = config.feeds.map((feed) => ({ ...feed, auth: { token: 'of-b' } }));
    const first = await scene.start({ lease: true, identity: 'replica-a' });
    await scene.until(() => scene.replicas('data8') === 1, 'the baseline');
    const second = await scene.start({ lease: true, identity: 'replica-b', config: { ...config, feeds } });
    await scene.until(() => second.report()?.feeds[0]?.state === 'good', 'the calendar read by the other');
    isRefused = true;
    await scene.until(() => second.report()?.feeds[0]?.state === 'stale', 'a failed try of the other', 500);

    const startMs = scene.clock.now();
    const event = { title: 'Midterm', description: 'data8: 5', startMs, endMs: startMs + 120 * MINUTE };
    body = calendarOf([event]);
    await scene.until(() => scene.replicas('data8') === 5, 'five placeholders', 500);
    const seen = watchWrites(scene, 'data8-placeholder');
    await first.stop();
    await scene.until(() => second.report()?.leads === true, 'the other to lead', 250);
    expect(second.report()?.pools[0]?.decision).toMatchObject({ count: 5, booked: { count: 5 } });
    await scene.pass(20 * MINUTE, SECOND);
    expect(second.report()?.feeds[0]?.state).toBe('stale');
    expect(scene.replicas('data8')).toBe(5);
    expect(seen).toEqual([]);
  });
});

describe('a leader that dies without a word', () => {
  it('is followed by the other replica within the lease time, from its warm view, and never by two at once', async () => {
    const scene = await play();
    played = scene;
    const startMs = scene.clock.now() + 40 * SECOND;
    const event = { title: 'Midterm', description: 'data8: 4', startMs, endMs: startMs + 60 * MINUTE };
    scene.setCalendar(calendarOf([event]));
    const line = await connect();
    const first = await scene.start({ lease: true, identity: 'replica-a', connection: line });
    await scene.until(() => scene.replicas('data8') === 1, 'the baseline');
    const second = await scene.start({ lease: true, identity: 'replica-b' });
    await scene.until(() => second.report()?.pools[0]?.decision.count === 1, 'the same decision');
    await scene.pass(startMs - 5 * SECOND - scene.clock.now(), 100);
    expect(first.report()?.leads).toBe(true);

    await line.close();
    const diedMs = scene.clock.now();
    const asked = scene.cluster.api.requests.length;
    let both = false;
    await scene.until(
      () => {
        both ||= leaders(scene) > 1;
        return scene.replicas('data8') === 4;
      },
      'four placeholders, written by the other',
      20,
    );
    expect(both).toBe(false);
    expect(second.report()?.leads).toBe(true);
    // Its lease lasts 30 s; the other looks every second.
    expect(scene.clock.now() - diedMs).toBeLessThan(35 * SECOND);
    expect(scene.cluster.store.get('leases', LEASE)?.spec?.holderIdentity).toBe('replica-b');
    const lists = scene.cluster.api.requests.slice(asked).filter(({ method, path, query }) => {
      return method === 'GET' && /nodes|pods|deployments$/.test(path) && !query.has('resourceVersion');
    });
    expect(lists).toEqual([]);
    expect(await metric(second, 'leader')).toBe(1);
    expect(await metric(first, 'leader')).toBe(0);
  });
});

const LEASE = { namespace: NAMESPACE, name: 'node-placeholder-scaler' };

/** Replicas that say they lead now. */
function leaders({ log }: Played): number {
  const last = new Map<unknown, unknown>();
  for (const { msg, identity } of log) {
    if (msg === 'this replica leads' || msg === 'this replica stands by') last.set(identity, msg);
  }
  return [...last.values()].filter((msg) => msg === 'this replica leads').length;
}
