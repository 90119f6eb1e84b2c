// The whole of what the scaler is for, played once: installed with the values that are in use with the Python scaler, a
// class in the calendar, 60 users, and the quiet afterwards.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ORIGINAL } from '../chart/helm.ts';
import { inSeconds } from './calendar.ts';
import { type Cluster, canStart, clusterForTests, clusterTitle } from './for-tests.ts';
import { until } from './processes.ts';
import { openTheme, type Theme } from './theme.ts';

/** 32 of them fill a node, so that 60 fill two however they are spread, and none of it counts as room. */
const USERS = 60;
const USER_MEMORY = '2Gi';

describe.skipIf(!canStart)(clusterTitle('a class'), () => {
  let cluster: Cluster;
  let hub: Theme;
  const times: string[] = [];

  beforeAll(async () => {
    cluster = await clusterForTests();
    const pools = { data8: 'data8' };
    hub = await openTheme(cluster, { name: 'class', pools, nodeLabels: { data8: 'data8-pool' } });
  });
  afterAll(async () => {
    console.log(`the class, step by step:\n${times.join('\n')}`);
    await hub?.close();
    await cluster?.close();
  });

  async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
    const from = performance.now();
    const result = await work();
    times.push(`  ${((performance.now() - from) / 1000).toFixed(1).padStart(6)} s  ${what}`);
    return result;
  }

  const nodeCount = (count: number) =>
    until(`${count} nodes`, async () => ((await hub.nodes()).length === count ? true : undefined), {
      withinMs: 90_000,
    });

  test('finds its nodes warm, is let in at once, and leaves nothing behind', {
    timeout: 400_000,
  }, async () => {
    const { calendar } = hub;
    const own = {
      calendarUrl: calendar.url,
      pollInterval: '5s',
      nodeGracePeriod: 2,
      priorityClass: { create: true },
    };
    await step('helm upgrade --install', async () =>
      hub.helm('upgrade', [ORIGINAL, own], { args: ['--install'] }),
    );
    const [scaler] = await step('scaler started', () => hub.startScaler());
    await step('baseline: 1 warm node', () => hub.warm(1));

    const startMs = inSeconds(12);
    calendar.set({ title: 'Data 8 lab', books: 'data8: 2', startMs, endMs: startMs + 3_600_000 });
    await step('the event is read and begins: Deployment at 2', () =>
      until('the Deployment to be scaled', async () =>
        (await hub.deployment())?.spec.replicas === 2 ? true : undefined,
      ),
    );
    expect(Date.now()).toBeGreaterThanOrEqual(startMs);
    const before = await step('2 warm nodes, one placeholder each', () => hub.warm(2));

    await step(`${USERS} users log in and run`, async () => {
      await hub.logIn(USERS, { memory: USER_MEMORY });
      await until(
        'all users to run',
        async () => ((await hub.users()).running === USERS ? true : undefined),
        { withinMs: 60_000, everyMs: 50 },
      );
    });
    const { nodes: used } = await hub.users();
    // They ran where it was warm: no user waited for a new machine.
    expect([...used].filter((node) => !before.nodes.has(node))).toEqual([]);
    await step('placeholders pushed out are back, warm, on other nodes', () =>
      until(
        'placeholders on new nodes',
        async () => {
          const { wanted, running, nodes } = await hub.placeholders();
          return running === wanted && [...nodes].every((node) => !used.has(node)) ? true : undefined;
        },
        { withinMs: 90_000 },
      ),
    );

    const endMs = inSeconds(7);
    calendar.set({ title: 'Data 8 lab', books: 'data8: 2', startMs, endMs });
    await hub.logOut();
    await step('the event is moved to end soon, ends, users leave: baseline', () => hub.warm(1));
    expect(Date.now()).toBeGreaterThanOrEqual(endMs);
    await step('nodes beyond the baseline are gone', () => nodeCount(1));

    const status = await scaler?.status();
    expect(status?.pools).toContainEqual(
      expect.objectContaining({ pool: 'data8', count: 1, reason: 'baseline' }),
    );
    const errors = scaler?.log().filter(({ level }) => level === 'error' || level >= 50);
    expect(errors).toEqual([]);
  });
});
