// Measured sizes when what was measured is gone or says nothing any more: the whole service against the simulated cluster.
import { afterEach, describe, expect, it } from 'vitest';
import { TINY_SIZE } from '../scaler/placeholder/size.ts';
import type { Service } from '../scaler/service.ts';
import { calendarOf, NAMESPACE, type Played, play } from './support/played-service.ts';

const MINUTE = 60_000;
const SECOND = 1_000;
const DATA8 = { namespace: NAMESPACE, name: 'data8-placeholder' };
const STATE = { namespace: NAMESPACE, name: 'node-placeholder-scaler-state' };
let played: Played | undefined;

afterEach(async () => {
  await played?.end();
  played = undefined;
});

const values = ({ nodes = 'data8', resources = 'auto' } = {}) => `
calendarUrl: CALENDAR
nodePools:
  data8:
    nodeSelector: {hub.jupyter.org/pool-name: ${nodes}}
    resources: ${resources}
    replicas: 1
`;
const sized = (memory: string) => values({ resources: `{requests: {memory: ${memory}}}` });

/** What a placeholder asks for, as the cluster has it. */
function asked({ cluster }: Played): Record<string, string> | undefined {
  const spec = cluster.store.get('deployments', DATA8)?.spec as {
    template: { spec: { containers: { resources: { requests: Record<string, string> } }[] } };
  };
  return spec.template.spec.containers[0]?.resources.requests;
}

async function measured(): Promise<{ play: Played; service: Service; size: Record<string, string> }> {
  played = await play({ nodes: 1, pools: ['data8'], values: values() });
  played.setCalendar(calendarOf([]));
  const service = await played.start();
  await played.until(() => played?.replicas('data8') === 1, 'a placeholder');
  await played.pass(12 * MINUTE, SECOND);
  const size = asked(played) ?? {};
  expect(size).not.toEqual(TINY_SIZE);
  return { play: played, service, size };
}

describe('a measured size', () => {
  it('is not used for other nodes: the pool starts there as one that never had a node', async () => {
    const { play } = await measured();
    play.setValues(values({ nodes: 'data8-small' }));
    await play.until(() => JSON.stringify(asked(play)) === JSON.stringify(TINY_SIZE), 'the tiny size', 500);
  });

  it('goes together with the nodes also while a booking is active', async () => {
    const { play } = await measured();
    const startMs = play.clock.now();
    const endMs = startMs + 120 * MINUTE;
    play.setCalendar(calendarOf([{ title: 'Midterm', description: 'data8: 3', startMs, endMs }]));
    await play.until(() => play.replicas('data8') === 3, 'three', 500);
    play.setValues(values({ nodes: 'data8-small' }));
    await play.until(() => JSON.stringify(asked(play)) === JSON.stringify(TINY_SIZE), 'the tiny size', 500);
    expect(play.replicas('data8')).toBe(3);
  });

  it('is what the placeholders have when the saved state is lost and no node can be measured', async () => {
    const { play, service, size } = await measured();
    await service.stop();
    play.cluster.store.remove('configmaps', STATE);
    for (const { metadata } of play.cluster.store.list('nodes')) {
      play.cluster.store.change('nodes', { name: metadata.name }, (node) => {
        Object.assign(node.spec, { unschedulable: true });
      });
    }
    const again = await play.start();
    await again.settled();
    await play.pass(5 * MINUTE, SECOND);
    expect(asked(play)).toEqual(size);
  });
});

describe('another size', () => {
  it('waits while nobody knows what the calendar books', async () => {
    played = await play({ nodes: 0, pools: ['data8'], values: sized('50Gi') });
    const startMs = played.clock.now();
    const endMs = startMs + 300 * MINUTE;
    played.setCalendar(calendarOf([{ title: 'Midterm', description: 'data8: 3', startMs, endMs }]));
    const first = await played.start();
    await played.until(() => played?.replicas('data8') === 3, 'three');
    await first.stop();
    played.cluster.store.remove('configmaps', STATE);
    played.setCalendar(undefined);
    played.setValues(sized('40Gi'));
    const again = await played.start();
    await played.until(() => again.report()?.feeds[0]?.lastError !== undefined, 'a failed try');
    await played.pass(20 * MINUTE, SECOND);
    expect(asked(played)).toEqual({ memory: '50Gi' });
    expect(again.report()?.pools[0]).toMatchObject({ current: 3, resizeWaits: { to: { memory: '40Gi' } } });
    played.setCalendar(calendarOf([]));
    await played.until(() => asked(played as Played)?.memory === '40Gi', 'the new size', 1_000);
  });
});
