// What the service does when the API server fails or a node's numbers cannot be read, and what an operator sees: the
// whole service against the simulated cluster. What happens to writes is in failures-writes.test.ts.
import { afterEach, describe, expect, it } from 'vitest';
import type { Service } from '../scaler/service.ts';
import { metric } from './support/metric.ts';
import { calendarOf, NAMESPACE, type Played, play, VALUES } from './support/played-service.ts';

const MINUTE = 60_000;
const SECOND = 1_000;
let played: Played | undefined;

afterEach(async () => {
  await played?.end();
  played = undefined;
});

async function playing(options: Parameters<typeof play>[0] = {}): Promise<Played> {
  played = await play(options);
  return played;
}

/** A service with three placeholders for an event that ends in `minutes`. */
async function threeFor(minutes: number): Promise<{ play: Played; service: Service }> {
  const play = await playing();
  const startMs = play.clock.now();
  const endMs = startMs + minutes * MINUTE;
  play.setCalendar(calendarOf([{ title: 'Midterm', description: 'data8: 3', startMs, endMs }]));
  const service = await play.start();
  await play.until(() => play.replicas('data8') === 3, 'three placeholders');
  return { play, service };
}

const reason = (service: Service) => service.report()?.pools[0]?.decision.reason;

async function readiness({ url }: Service): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${url}/readyz`);
  return { status: answer.status, text: await answer.text() };
}

describe('an API server that fails', () => {
  it.each([
    ['401', { status: 401, message: 'Unauthorized' }, /failing now: GET \/api.*: 401/],
    ['403', { status: 403, message: 'pods is forbidden' }, /failing now: GET \/api.*: 403.*forbidden/],
    ['429', { status: 429, message: 'too many requests' }, /failing now: GET \/api.*: 429/],
    ['500', { status: 500, message: 'etcdserver: no leader' }, /failing now: GET \/api.*: 500.*no leader/],
    ['no answer', 'reset', /failing now: GET \/api.*: no answer/],
  ] as const)(
    'with %s holds every pool, says which call fails, and goes on by itself',
    async (_, how, seen) => {
      const { play, service } = await threeFor(10);
      play.cluster.api.fail(() => how);
      play.cluster.api.breakWatches('reset');
      await play.until(() => reason(service) === 'held', 'a held pool', 250);
      const { status, text } = await readiness(service);
      expect(status).toBe(200);
      expect(text).toMatch(seen);
      expect(await metric(service, 'watch_failing{resource="nodes"}')).toBe(1);
      expect(await metric(service, 'decision{pool="data8",reason="held"}')).toBe(1);
      await play.pass(12 * MINUTE, 2 * SECOND);
      expect(play.replicas('data8')).toBe(3);
      // Once per watch and cause, not once per try.
      expect(play.log.filter(({ msg }) => msg === 'cannot watch').length).toBeLessThan(20);
      play.cluster.api.fail(undefined);
      await play.until(() => play.replicas('data8') === 1, 'the baseline after the event', 250);
      expect((await readiness(service)).text).not.toContain('GET /api');
      await play.pass(5 * MINUTE, 5 * SECOND);
      expect((await readiness(service)).text).toBe('ready\n');
    },
  );

  it('that asks for time with Retry-After is left alone for as long', async () => {
    const { play, service } = await threeFor(10);
    const asked = new Map<string, number[]>();
    play.cluster.api.fail(({ path }) => {
      asked.set(path, [...(asked.get(path) ?? []), play.clock.now()]);
      return { status: 429, headers: { 'retry-after': '40' } };
    });
    play.cluster.api.breakWatches('reset');
    await play.until(() => reason(service) === 'held', 'a held pool', 100);
    await play.pass(4 * MINUTE, 500);
    for (const path of ['/api/v1/nodes', '/api/v1/pods']) {
      const times = asked.get(path) ?? [];
      expect(times.length).toBeGreaterThan(2);
      for (const [at, time] of times.slice(1).entries()) {
        expect(time - (times[at] ?? 0)).toBeGreaterThanOrEqual(40 * SECOND);
      }
    }
  });

  it('whose watches fall silent while it answers is read again and believed', async () => {
    const { play, service } = await threeFor(15);
    const reasons = new Set<string | undefined>();
    play.cluster.addNode('data8');
    for (let second = 0; second < 10 * 60; second++) {
      play.cluster.api.breakWatches('silent');
      await play.pass(SECOND, SECOND);
      reasons.add(reason(service));
    }
    expect([...reasons]).not.toContain('held');
    expect(service.report()?.pools[0]?.headroom.nodes).toBe(1);
    expect(service.report()?.cluster.watches.map(({ restarts }) => restarts.silent)).toEqual([6, 6, 6]);
  });

  it('that falls silent and does not answer either is not believed: nothing is lowered until it speaks', async () => {
    const { play, service } = await threeFor(5);
    const silent = async (minutes: number) => {
      for (let left = minutes * 60; left > 0; left--) {
        play.cluster.api.breakWatches('silent');
        await play.pass(SECOND, SECOND);
      }
    };
    play.cluster.api.fail(({ watch }) => (watch ? 'hang' : undefined));
    await silent(3);
    expect(reason(service)).toBe('held');
    expect((await readiness(service)).text).toMatch(/failing now: GET \/api.*(silent|nothing)/);
    await silent(4);
    expect(play.replicas('data8')).toBe(3);
    play.cluster.api.fail(undefined);
    await play.until(() => play.replicas('data8') === 1, 'the baseline after the event', 250);
  });

  it('whose watches have expired (410) is read again, and nothing changes meanwhile', async () => {
    const play = await playing({ nodes: 2 });
    const service = await play.start();
    await play.until(() => play.replicas('data8') === 1, 'the baseline');
    await play.pass(5 * SECOND);
    const writes = writesOf(play).length;
    const objects = () => service.report()?.cluster.watches.map((watch) => watch.objects);
    const before = objects();
    // The list fails at first, so that the time between the old view and the new one is long.
    play.cluster.api.fail(({ watch }) => (watch ? { status: 503 } : undefined));
    play.cluster.api.breakWatches('expired');
    await play.until(() => reason(service) === 'held', 'a held pool', 100);
    expect(objects()).toEqual(before);
    expect(service.report()?.pools[0]?.headroom.nodes).toBe(2);
    play.cluster.api.fail(undefined);
    await play.until(() => reason(service) !== 'held', 'a fresh view', 100);
    await play.pass(5 * SECOND);
    expect(objects()).toEqual(before);
    expect(writesOf(play)).toHaveLength(writes);
    play.cluster.addNode('data8');
    await play.until(() => service.report()?.pools[0]?.headroom.nodes === 3, 'the next change', 100);
  });

  it('says so on the debug level alone when a list after 410 goes well', async () => {
    const { play, service } = await threeFor(10);
    await play.pass(5 * SECOND);
    const logged = play.log.length;
    play.cluster.api.breakWatches('expired');
    const restarts = 'watch_restarts_total{resource="nodes",reason="expired"}';
    await play.pass(20 * SECOND, 100);
    expect(await metric(service, restarts)).toBe(1);
    expect(play.log.slice(logged).filter(({ level }) => level !== 'debug')).toEqual([]);
    expect(play.replicas('data8')).toBe(3);
  });
});

describe('numbers of the cluster that nobody can read', () => {
  /** Two nodes, one with a user on it and much room. */
  async function withRoom(): Promise<{ play: Played; service: Service; node: string }> {
    const play = await playing({ nodes: 2, values: `${VALUES}nodeGracePeriod: 0\n` });
    const node = play.cluster.store.list('nodes')[0]?.metadata.name ?? '';
    play.cluster.store.create('pods', {
      metadata: { namespace: NAMESPACE, name: 'jupyter-ada' },
      spec: {
        nodeName: node,
        containers: [{ name: 'notebook', resources: { requests: { cpu: '1', memory: '20Gi' } } }],
      },
      status: { phase: 'Running' },
    });
    const service = await play.start();
    await play.until(() => reason(service) === 'headroom', 'room on a node');
    await play.until(() => play.replicas('data8') === 0, 'no placeholder');
    return { play, service, node };
  }

  it("make the node count as full: a node's own, named with the value", async () => {
    const { play, service, node } = await withRoom();
    play.cluster.store.change('nodes', { name: node }, ({ status }) => {
      status.allocatable = { ...status.allocatable, memory: '-60Gi' };
    });
    await play.until(() => play.replicas('data8') === 1, 'the baseline');
    await play.until(() => service.report()?.problems.length !== 0, 'the problem');
    expect(service.report()?.problems).toEqual([
      expect.objectContaining({
        code: 'unreadable-quantity',
        severity: 'error',
        where: `node ${node}, status.allocatable.memory`,
        message: 'expected a Kubernetes quantity, got "-60Gi"; the node counts as full',
      }),
    ]);
    expect(await metric(service, 'nodes{pool="data8",state="unreadable"}')).toBe(1);
    play.cluster.store.change('nodes', { name: node }, ({ status }) => {
      status.allocatable = { ...status.allocatable, memory: '60Gi' };
    });
    await play.until(() => service.report()?.problems.length === 0, 'the end of the problem');
  });

  it('make the node count as full: those of a pod on it', async () => {
    const { play, service, node } = await withRoom();
    play.cluster.store.create('pods', {
      metadata: { namespace: NAMESPACE, name: 'jupyter-bob' },
      spec: {
        nodeName: node,
        containers: [{ name: 'notebook' }],
        initContainers: [{ name: 'fetch', resources: { requests: { memory: 'lots' } } }],
      } as never,
      status: { phase: 'Running' },
    });
    await play.until(() => play.replicas('data8') === 1, 'the baseline');
    await play.until(() => service.report()?.problems.length !== 0, 'the problem');
    expect(service.report()?.problems).toEqual([
      expect.objectContaining({
        code: 'unreadable-quantity',
        where: expect.stringContaining(`node ${node}, pod ${NAMESPACE}/jupyter-bob`),
        message: expect.stringContaining('"lots"'),
      }),
    ]);
  });
});

function writesOf({ cluster }: Played): string[] {
  return cluster.api.requests
    .filter(({ method, path }) => method !== 'GET' && path.includes('deployments'))
    .map(({ method, path }) => `${method} ${path}`);
}
