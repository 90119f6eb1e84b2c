// What the service does with Deployments that are not, not yet or no longer its own, or that cannot make their pods, and
// what an operator sees: the whole service against the simulated cluster.
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
const STAT20 = { namespace: NAMESPACE, name: 'stat20-placeholder' };
const TWO_POOLS = `${VALUES}  stat20:
    nodeSelector: {hub.jupyter.org/pool-name: stat20}
    resources: {requests: {memory: 50Gi}}
    replicas: 2
`;
let played: Played | undefined;

afterEach(async () => {
  await played?.end();
  played = undefined;
});

async function playing(options: Parameters<typeof play>[0] = {}): Promise<Played> {
  played = await play(options);
  return played;
}

/** An event that goes on now. */
function booking({ clock }: Played, text: string): PlayedEvent {
  const startMs = clock.now();
  return { title: 'Midterm', description: text, startMs, endMs: startMs + 120 * MINUTE };
}

function problem(service: Service, code: string): Problem | undefined {
  return service.report()?.problems.find((each) => each.code === code);
}

describe('a Deployment of that name that was there before', () => {
  it('and belongs to someone else is never touched; its pool is told, the others are served', async () => {
    const play = await playing({ values: TWO_POOLS, pools: ['data8', 'stat20'] });
    const labels = { app: 'grading' };
    const theirs = play.cluster.store.create('deployments', deployment({ labels, replicas: 2 }));
    await play.pass(SECOND);
    const writes = watchWrites(play, 'data8-placeholder');
    play.setCalendar(calendarOf([booking(play, 'data8: 5')]));
    const service = await play.start();
    await play.until(() => play.replicas('stat20') === 2, 'the other pool');
    await play.until(() => problem(service, 'foreign-deployment') !== undefined, 'the problem');
    expect(problem(service, 'foreign-deployment')).toMatchObject({
      pool: 'data8',
      message: expect.stringContaining('pool data8 is not served'),
    });
    await play.pass(3 * MINUTE, SECOND);
    expect(writes).toEqual([]);
    const now = play.cluster.store.get('deployments', DATA8);
    expect(now?.spec).toEqual(theirs.spec);
    expect(now?.metadata).toEqual({ ...theirs.metadata, resourceVersion: expect.any(String) });
    const ready = await fetch(`${service.url}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([200, 'ready\n']);
    expect(await metric(service, 'foreign_deployment{pool="data8"}')).toBe(1);
    expect(await metric(service, 'foreign_deployment{pool="stat20"}')).toBe(0);
    play.cluster.store.remove('deployments', DATA8);
    await play.until(() => play.replicas('data8') === 5, 'the pool served', 100);
  });

  const LEFT = { labels: { app: 'node-placeholder-scaler', component: 'placeholder' }, recreate: true };

  it.each([
    ['', 0],
    [', also when its own pod makes it once more while it shuts down', 1],
  ])('and was left by the original is taken over with its replicas%s', async (_, madeAgain) => {
    const play = await playing();
    const original = play.cluster.store.create('deployments', deployment({ ...LEFT, replicas: 4 }));
    await play.pass(SECOND);
    let again = madeAgain;
    const makeAgain = () => play.cluster.store.create('deployments', deployment({ ...LEFT, replicas: 4 }));
    const replicasMade: number[] = [];
    play.cluster.store.subscribe(({ type, resource, object }) => {
      if (resource !== 'deployments') return;
      if (type === 'ADDED') replicasMade.push((object as typeof original).spec.replicas);
      if (type === 'DELETED' && again-- > 0) queueMicrotask(makeAgain);
    });
    const writes = watchWrites(play, 'data8-placeholder');
    const service = await play.start();
    await play.until(() => play.replicas('data8') === 1, 'the baseline', 50);
    expect(replicasMade).toEqual([...Array(madeAgain).fill(4), 4]);
    const ours = play.cluster.store.get('deployments', DATA8);
    expect(ours?.spec.selector.matchLabels?.['node-placeholder-scaler/pool']).toBe('data8');
    const deletes = writes.filter(({ method }) => method === 'DELETE').map(({ body }) => JSON.parse(body));
    expect(deletes).toHaveLength(1 + madeAgain);
    expect(deletes[0]).toMatchObject({
      propagationPolicy: 'Foreground',
      preconditions: { uid: original.metadata.uid },
    });
    const told = play.log.find(({ msg, note }) => msg === 'written' && note !== undefined);
    expect(told?.note).toBe('taken over from the original with 4 placeholders');
    await play.until(() => reasons(play).includes('TakenOver'), 'the Event');
    expect(service.report()?.problems).toEqual([]);
  });
});

describe('a cluster that refuses the pods', () => {
  it('is told in the sentence, as a problem and by a metric, until it makes them', async () => {
    const play = await playing();
    const name = 'node-placeholder-scaler-placeholder';
    play.cluster.store.remove('priorityclasses', { name });
    const service = await play.start();
    await play.until(() => problem(service, 'replica-failure') !== undefined, 'the problem');
    const why = `pods are forbidden: no PriorityClass with name ${name} was found`;
    expect(problem(service, 'replica-failure')).toMatchObject({
      pool: 'data8',
      message: `expected the cluster to make the placeholder pods, got: ${why}`,
      example: expect.stringContaining('kubectl describe replicasets'),
    });
    expect(service.report()?.pools[0]?.decision.sentence).toContain(
      `-> 1; but the cluster makes no pods: ${why}`,
    );
    expect(await metric(service, 'replica_failure{pool="data8"}')).toBe(1);
    await play.pass(20 * SECOND, SECOND);
    expect(play.log.filter(({ code }) => code === 'replica-failure')).toHaveLength(1);
    const rest = { value: -10, preemptionPolicy: 'Never' as const };
    play.cluster.store.create('priorityclasses', { metadata: { name }, ...rest });
    await play.until(() => problem(service, 'replica-failure') === undefined, 'the end of the problem');
    expect(await metric(service, 'replica_failure{pool="data8"}')).toBe(0);
  });
});

describe('a pool that is taken from the values', () => {
  it('leaves its Deployment to the owner, and page, status and metrics at once', async () => {
    const play = await playing({ values: TWO_POOLS, pools: ['data8', 'stat20'] });
    const service = await play.start();
    await play.until(() => play.replicas('stat20') === 2, 'the second pool');
    await play.pass(5 * SECOND);
    expect(await metric(service, 'desired_replicas{pool="stat20"}')).toBe(2);
    const writes = watchWrites(play, 'stat20-placeholder');
    play.setValues(VALUES);
    await play.until(() => service.report()?.pools.length === 1, 'the pool gone');
    expect(play.log).toContainEqual(
      expect.objectContaining({ pool: 'stat20', msg: 'pool is no longer served' }),
    );
    for (const path of ['/metrics', '/api/v1/status', '/']) {
      expect(await (await fetch(`${service.url}${path}`)).text()).not.toContain('stat20');
    }
    await play.pass(2 * MINUTE, SECOND);
    expect(play.replicas('stat20')).toBe(2);
    // The chart's upgrade takes the owner away.
    play.cluster.store.remove('configmaps', {
      namespace: NAMESPACE,
      name: 'node-placeholder-scaler-pool-stat20',
    });
    await play.until(() => play.replicas('stat20') === undefined, 'the Deployment collected');
    expect(play.cluster.store.get('deployments', STAT20)).toBeUndefined();
    expect(writes).toEqual([]);
  });
});

/** A Deployment by another hand than ours. */
function deployment(given: { labels: Record<string, string>; replicas: number; recreate?: boolean }) {
  const { labels, replicas, recreate = false } = given;
  return {
    metadata: { ...DATA8, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      strategy: { type: recreate ? ('Recreate' as const) : ('RollingUpdate' as const) },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.9' }] },
      },
    },
    status: {},
  };
}

function reasons({ cluster }: Played): string[] {
  return cluster.store.list('events').map((event) => (event as unknown as { reason: string }).reason);
}
