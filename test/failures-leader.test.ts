// What happens when the replica that leads dies without a word: two whole services against the simulated cluster.
import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../scaler/cluster/connection.ts';
import { metric } from './support/metric.ts';
import { calendarOf, NAMESPACE, type Played, play } from './support/played-service.ts';

const MINUTE = 60_000;
const SECOND = 1_000;
let played: Played | undefined;

afterEach(async () => {
  await played?.end();
  played = undefined;
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
