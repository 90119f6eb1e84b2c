// What the service does when its writes are refused or undone, and what an operator sees: the whole service against the
// simulated cluster. Deployments that are not (yet, any more) ours are in failures-deployments.test.ts.
import { afterEach, describe, expect, it } from 'vitest';
import type { Problem } from '../scaler/problem.ts';
import type { Service } from '../scaler/service.ts';
import { metric } from './support/metric.ts';
import {
  calendarOf,
  NAMESPACE,
  type Played,
  type PlayedEvent,
  play,
  VALUES,
} from './support/played-service.ts';
import { watchWrites } from './support/seen-writes.ts';

const MINUTE = 60_000;
const SECOND = 1_000;
const DATA8 = { namespace: NAMESPACE, name: 'data8-placeholder' };
let played: Played | undefined;

afterEach(async () => {
  await played?.end();
  played = undefined;
});

async function playing(options: Parameters<typeof play>[0] = {}): Promise<Played> {
  played = await play(options);
  return played;
}

/** A service with one placeholder, before anything goes wrong. */
async function atBaseline(
  options: Parameters<typeof play>[0] = {},
): Promise<{ play: Played; service: Service }> {
  const play = await playing(options);
  const service = await play.start();
  await play.until(() => play.replicas('data8') === 1, 'the baseline');
  await play.pass(5 * SECOND);
  return { play, service };
}

/** An event that goes on now. */
function booking({ clock }: Played, text: string): PlayedEvent {
  const startMs = clock.now();
  return { title: 'Midterm', description: text, startMs, endMs: startMs + 120 * MINUTE };
}

function problem(service: Service, code: string): Problem | undefined {
  return service.report()?.problems.find((each) => each.code === code);
}

const isPatch = ({ method, path }: { method: string; path: string }) =>
  method === 'PATCH' && path.endsWith('/deployments/data8-placeholder');

describe('a write that is refused', () => {
  it.each([
    [403, 'exceeded quota: pods'],
    [409, 'the object has been modified'],
    [422, 'spec.template.spec.containers[0].image: Required value'],
    [500, 'etcdserver: request timed out'],
  ])(
    'with %i is told with pool, call and status, and tried again until it is taken',
    async (status, message) => {
      const { play, service } = await atBaseline();
      const writes = watchWrites(play, 'data8-placeholder');
      play.cluster.api.fail((call) => (isPatch(call) ? { status, message } : undefined));
      play.setCalendar(calendarOf([booking(play, 'data8: 3')]));
      await play.until(() => problem(service, 'write-failed') !== undefined, 'the problem', 250);
      const call = `PATCH deployments/data8-placeholder in ${NAMESPACE}: ${status}`;
      expect(problem(service, 'write-failed')).toMatchObject({
        pool: 'data8',
        severity: 'error',
        message: expect.stringContaining(call),
      });
      expect(problem(service, 'write-failed')?.message).toContain(message);
      await play.pass(3 * MINUTE, SECOND);
      expect(writes.length).toBeGreaterThan(2);
      expect(writes.length).toBeLessThan(12);
      expect(await metric(service, 'writes_total{pool="data8",result="error"}')).toBe(writes.length);
      expect(play.log.find(({ msg }) => msg === 'write failed')).toMatchObject({ pool: 'data8', status });
      const warning = { reason: 'WriteRefused', type: 'Warning' };
      expect(play.cluster.store.list('events')).toContainEqual(expect.objectContaining(warning));
      expect((await fetch(`${service.url}/readyz`)).status).toBe(200);

      play.cluster.api.fail(undefined);
      await play.until(() => play.replicas('data8') === 3, 'three placeholders', 250);
      await play.until(() => problem(service, 'write-failed') === undefined, 'the end of the problem', 250);
    },
  );

  it('with 429 and Retry-After is not tried again before, whatever is decided meanwhile', async () => {
    const { play, service } = await atBaseline();
    const writes = watchWrites(play, 'data8-placeholder');
    const busy = { status: 429, headers: { 'retry-after': '45' } };
    play.cluster.api.fail((call) => (isPatch(call) && writes.length < 2 ? busy : undefined));
    play.setCalendar(calendarOf([booking(play, 'data8: 3')]));
    await play.until(() => problem(service, 'write-failed') !== undefined, 'the problem', 250);
    play.setValues(VALUES.replace('replicas: 1', 'replicas: 1\n    maxReplicas: 2'));
    await play.until(() => service.report()?.pools[0]?.decision.count === 2, 'another decision', 250);
    await play.until(() => play.replicas('data8') === 2, 'two placeholders', 250);
    expect(writes).toHaveLength(2);
    expect((writes[1]?.atMs ?? 0) - (writes[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(45 * SECOND);
  });

  it('is not even sent while the ConfigMap that would own the Deployment is missing', async () => {
    const play = await playing();
    const owner = { namespace: NAMESPACE, name: 'node-placeholder-scaler-pool-data8' };
    play.cluster.store.remove('configmaps', owner);
    const writes = watchWrites(play, 'data8-placeholder');
    const service = await play.start();
    await play.until(() => problem(service, 'no-owner') !== undefined, 'the problem');
    expect(problem(service, 'no-owner')).toMatchObject({
      pool: 'data8',
      where: `ConfigMap ${NAMESPACE}/${owner.name}`,
      message: expect.stringContaining('does not exist'),
    });
    await play.pass(2 * MINUTE, SECOND);
    expect(writes).toEqual([]);
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    const { uid } = play.cluster.store.create('configmaps', { metadata: owner }).metadata;
    await play.until(() => play.replicas('data8') === 1, 'the baseline', 250);
    const made = play.cluster.store.get('deployments', DATA8);
    expect(made?.metadata.ownerReferences).toEqual([expect.objectContaining({ uid, kind: 'ConfigMap' })]);
    await play.until(() => problem(service, 'no-owner') === undefined, 'the end of the problem');
  });
});

describe('a Deployment that others change', () => {
  it('is put back with an Event and a counter when a person edits it or deletes it', async () => {
    const { play, service } = await atBaseline();
    const putBacks = 'put_backs_total{pool="data8"}';
    expect(await metric(service, putBacks)).toBe(0);
    play.cluster.store.change('deployments', DATA8, ({ spec }) => {
      spec.replicas = 7;
    });
    await play.until(() => play.replicas('data8') === 1, 'the edit put back', 50);
    await play.pass(5 * SECOND);
    expect(await metric(service, putBacks)).toBe(1);
    play.cluster.store.remove('deployments', DATA8);
    await play.until(() => play.replicas('data8') === 1, 'the Deployment made again', 50);
    await play.pass(5 * SECOND);
    expect(await metric(service, putBacks)).toBe(2);
    const notes = play.cluster.store
      .list('events')
      .map((event) => event as unknown as Record<string, string>);
    expect(notes.filter(({ reason }) => reason === 'PutBack').map(({ note }) => note)).toEqual(
      expect.arrayContaining([
        expect.stringContaining("someone else's edit was put back"),
        expect.stringContaining('someone had deleted it'),
      ]),
    );
    expect(service.report()?.problems).toEqual([]);
  });

  it('over and over is written less and less often, and told', async () => {
    const { play, service } = await atBaseline();
    const writes = watchWrites(play, 'data8-placeholder');
    const undo = () =>
      play.cluster.store.change('deployments', DATA8, ({ spec }) => {
        spec.replicas = 0;
      });
    play.cluster.store.subscribe(({ type, object }) => {
      if (type === 'MODIFIED' && object.metadata.name === DATA8.name) queueMicrotask(undo);
    });
    undo();
    await play.until(() => problem(service, 'write-contested') !== undefined, 'the problem', 100);
    expect(problem(service, 'write-contested')).toMatchObject({
      pool: 'data8',
      where: 'Deployment data8-placeholder',
      example: expect.stringContaining('--show-managed-fields'),
    });
    await play.pass(15 * MINUTE, 2 * SECOND);
    const gaps = writes.slice(3).map(({ atMs }, i) => atMs - (writes[i + 2]?.atMs ?? 0));
    expect(gaps.length).toBeGreaterThan(2);
    expect(gaps[0]).toBeGreaterThanOrEqual(30 * SECOND);
    for (const [i, gap] of gaps.slice(1).entries()) expect(gap).toBeGreaterThan(1.5 * (gaps[i] ?? 0));
    // A booking is news, and goes out with the next poll of the calendar all the same.
    const bookedMs = play.clock.now();
    play.setCalendar(calendarOf([booking(play, 'data8: 4')]));
    const news = () => writes.find(({ body }) => /"replicas":4/.test(body));
    // Quickly to the poll; then slowly, for the worker that reads the calendar takes real time.
    await play.pass(MINUTE + 10 * SECOND, SECOND);
    await play.until(() => news() !== undefined, 'the write', 2);
    expect((news()?.atMs ?? 0) - bookedMs).toBeLessThan(2 * MINUTE);
    expect(gaps.at(-1)).toBeGreaterThan(2 * MINUTE);
  });

  it('while it is applied (a webhook) is left as the platform wants it, and told', async () => {
    const play = await playing();
    const writes = watchWrites(play, 'data8-placeholder');
    play.cluster.api.fail((call) => {
      if (isPatch(call))
        call.body = call.body.replace(/"image":"[^"]*"/, '"image":"mirror.example.org/pause:1"');
      return undefined;
    });
    const service = await play.start();
    await play.until(() => problem(service, 'rewritten') !== undefined, 'the problem', 100);
    expect(problem(service, 'rewritten')).toMatchObject({
      pool: 'data8',
      where: 'Deployment data8-placeholder',
      message: expect.stringMatching(/containers\[0\]\.image .* becomes "mirror\.example\.org\/pause:1"/),
    });
    await play.pass(5 * MINUTE, SECOND);
    expect(writes).toHaveLength(1);
    play.setCalendar(calendarOf([booking(play, 'data8: 3')]));
    await play.until(() => play.replicas('data8') === 3, 'three placeholders', 250);
  });
});
