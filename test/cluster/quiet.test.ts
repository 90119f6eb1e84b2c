// What the scaler asks of the API server, told by the server's own audit log: nothing while nothing changes, one write
// when something does.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { summary } from './audit.ts';
import { inSeconds } from './calendar.ts';
import { type Cluster, canStart, clusterForTests, clusterTitle } from './for-tests.ts';
import { until } from './processes.ts';
import { openTheme, type Theme } from './theme.ts';

/** Passes to wait for, one a minute. `QUIET_PASSES=10` shows that a state written every five minutes is not among them. */
const QUIET_PASSES = Number(process.env.QUIET_PASSES ?? 1);

const NODE = '/api/v1/nodes/bustle';
const POD = '/api/v1/namespaces/default/pods/bustle';
const DEPLOYMENT = '/apis/apps/v1/namespaces/default/deployments/bustle';

describe.skipIf(!canStart)(clusterTitle('in a pass'), () => {
  let cluster: Cluster;
  let hub: Theme;
  let bustling: NodeJS.Timeout;
  beforeAll(async () => {
    cluster = await clusterForTests();
    hub = await openTheme(cluster, { name: 'quiet' });
    await bustle();
    hub.helm('install', [hub.values()]);
  });
  afterAll(async () => {
    clearInterval(bustling);
    for (const path of [NODE, POD, DEPLOYMENT]) await cluster?.call('DELETE', path, { allow: [404] });
    await hub?.close();
    await cluster?.close();
  });

  /**
   * A node, a pod and a Deployment that concern no pool, and change all the time: quiet is the scaler's part, not the
   * cluster's. (An API server that never sees a change of a kind sends no bookmarks of it either.)
   */
  async function bustle(): Promise<void> {
    const labels = { app: 'bustle' };
    const containers = [{ name: 'a', image: 'images.example.edu/a:1' }];
    const make = (path: string, spec: object) =>
      cluster.call('POST', path.slice(0, path.lastIndexOf('/')), {
        body: { metadata: { name: 'bustle' }, spec },
      });
    await make(NODE, { taints: [{ key: 'example.edu/core', effect: 'NoSchedule' }] });
    await make(POD, { containers });
    const template = { metadata: { labels }, spec: { containers } };
    await make(DEPLOYMENT, { replicas: 0, selector: { matchLabels: labels }, template });
    const change = () => {
      const body = { metadata: { annotations: { 'example.edu/at': String(Date.now()) } } };
      const contentType = 'application/merge-patch+json';
      for (const path of [NODE, POD, DEPLOYMENT])
        void cluster.call('PATCH', path, { body, contentType }).catch(() => {});
    };
    bustling = setInterval(change, 5_000);
  }

  test('nothing is read; a change is one write and one Event', { timeout: 900_000 }, async () => {
    const [scaler] = await hub.startScaler();
    await until('the first decision', async () => ((await scaler?.status()) ? true : undefined));
    await until('the beginning: a Deployment, its Event, the state', () => {
      const done = new Set(hub.calls().map(({ verb, resource }) => `${verb} ${resource}`));
      return (
        ['patch deployments', 'create events', 'patch configmaps'].every((call) => done.has(call)) ||
        undefined
      );
    });
    const from = Date.now();
    const seen = new Set<string>();
    await until(
      `${QUIET_PASSES} passes for no other reason than that a minute is over`,
      async () => {
        const { at, cause } = (await scaler?.status())?.lastPass ?? {};
        if (cause === 'safety') seen.add(at);
        return seen.size >= QUIET_PASSES || undefined;
      },
      { withinMs: (QUIET_PASSES + 2) * 65_000, everyMs: 1_000, seen: () => [...seen] },
    );
    const quiet = hub.calls(from);
    console.log(`${((Date.now() - from) / 60_000).toFixed(1)} quiet minutes: ${summary(quiet)}`);
    expect(quiet.filter(({ verb }) => verb !== 'watch')).toEqual([]);

    const changed = Date.now();
    hub.calendar.set({ title: 'Lab', books: 'data8: 1', startMs: inSeconds(-60), endMs: inSeconds(3_600) });
    await hub.warm(1);
    await until(
      'the Event',
      () => hub.calls(changed).some(({ resource }) => resource === 'events') || undefined,
    );
    const asked = hub.calls(changed).filter(({ verb }) => verb !== 'watch');
    console.log(`one change: ${summary(asked)}`);
    const count = (verb: string, resource: string) =>
      asked.filter((call) => call.verb === verb && call.resource === resource).length;
    expect(count('patch', 'deployments')).toBe(1);
    expect(count('create', 'events')).toBe(1);
    expect(count('patch', 'configmaps')).toBeLessThanOrEqual(1);
    expect(count('list', 'nodes') + count('list', 'pods') + count('list', 'deployments')).toBe(0);
    expect(asked.filter(({ verb }) => verb === 'get').map(({ resource }) => resource)).toEqual([]);
  });
});
