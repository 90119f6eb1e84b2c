// What a pass survives that nobody did to a Deployment: a wall clock that is set back, a cluster restored from a backup, one
// pool whose placeholders cannot be made. The whole service against the simulated cluster.
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../scaler/config/load.ts';
import { metric } from './support/metric.ts';
import {
  calendarOf,
  NAMESPACE,
  type Played,
  type PlayedEvent,
  play,
  VALUES,
} from './support/played-service.ts';

const MINUTE = 60_000;
const SECOND = 1_000;
const DATA8 = { namespace: NAMESPACE, name: 'data8-placeholder' };
let played: Played | undefined;

afterEach(async () => {
  await played?.end();
  played = undefined;
});

/** An event from two hours ago to in two hours. */
function around({ clock }: Played, text: string): PlayedEvent {
  const now = clock.now();
  return {
    title: 'Midterm',
    description: text,
    startMs: now - 120 * MINUTE,
    endMs: now + 120 * MINUTE,
  };
}

async function withThree(): Promise<{ scene: Played; service: Awaited<ReturnType<Played['start']>> }> {
  const scene = await play();
  played = scene;
  scene.setCalendar(calendarOf([around(scene, 'data8: 3')]));
  const service = await scene.start();
  await scene.until(() => scene.replicas('data8') === 3, 'three placeholders');
  await scene.pass(5 * SECOND);
  return { scene, service };
}

describe('a wall clock that is set back', () => {
  it('does not keep an edit or a deletion from being put back', async () => {
    const { scene } = await withThree();
    scene.clock.stepWall(-30 * MINUTE);
    scene.cluster.store.remove('deployments', DATA8);
    await scene.pass(10 * SECOND);
    expect(scene.replicas('data8')).toBe(3);
    scene.cluster.store.change('deployments', DATA8, ({ spec }) => {
      spec.replicas = 7;
    });
    await scene.pass(10 * SECOND);
    expect(scene.replicas('data8')).toBe(3);
  });

  it('is no reason for more passes than usual', async () => {
    const { scene, service } = await withThree();
    scene.clock.stepWall(-30 * MINUTE);
    const passes = new Set<number | undefined>();
    for (let second = 0; second < 3 * 60; second++) {
      await scene.pass(SECOND, SECOND);
      passes.add(service.report()?.startedMs);
    }
    expect(passes.size).toBeLessThan(15);
  });
});

describe('a cluster that was restored from a backup', () => {
  it('has the count written again, though its generation is lower than that of our last write', async () => {
    const { scene } = await withThree();
    scene.cluster.store.change('deployments', DATA8, ({ spec }) => {
      spec.replicas = 1;
    });
    scene.cluster.store.change('deployments', DATA8, ({ metadata }) => {
      metadata.generation = 0;
    });
    await scene.pass(10 * SECOND);
    expect(scene.replicas('data8')).toBe(3);
  });
});

describe('a pool whose placeholders cannot be made', () => {
  it('is told as its problem and left as it is; the other pools, the report and the metrics go on', async () => {
    const values = `${VALUES}  stat20:
    nodeSelector: {hub.jupyter.org/pool-name: stat20}
    resources: {requests: {memory: 50Gi}}
    replicas: 2
`;
    const scene = await play({ pools: ['data8', 'stat20'] });
    played = scene;
    const { config } = loadConfig(values.replace('calendarUrl: CALENDAR', ''), { file: 'values.yaml' });
    if (config === undefined) throw new Error('values that cannot be read');
    const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: 5 } };
    const pools = config.pools.map((pool) => (pool.name === 'stat20' ? { ...pool, affinity } : pool));
    const service = await scene.start({ config: { ...config, pools } });
    await scene.until(() => scene.replicas('data8') === 1, 'the baseline of the other');
    await scene.pass(5 * SECOND);
    expect(service.report()?.problems).toMatchObject([
      {
        code: 'write-failed',
        source: 'write',
        pool: 'stat20',
        where: 'Deployment of pool stat20',
        message: expect.stringMatching(/^expected values from which .* can be made, got .* is not iterable/),
      },
    ]);
    expect(await metric(service, 'desired_replicas{pool="stat20"}')).toBe(2);

    const untilMs = Date.UTC(2026, 10, 23, 9, 1);
    scene.cluster.store.change('deployments', DATA8, ({ metadata }) => {
      const annotations = { 'node-placeholder-scaler/replicas': '3 until 2026-11-23T01:01' };
      metadata.annotations = { ...metadata.annotations, ...annotations };
    });
    await scene.until(() => scene.replicas('data8') === 3, 'the count of a person');
    await scene.until(() => scene.replicas('data8') === 1, 'its end', 50);
    expect(scene.clock.now() - untilMs).toBeLessThan(SECOND);
    expect(scene.replicas('stat20')).toBeUndefined();
    expect(scene.log.filter(({ msg }) => msg === 'pass failed')).toEqual([]);
  });
});
