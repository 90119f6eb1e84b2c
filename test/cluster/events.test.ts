// What `kubectl describe deployment` shows of a pool's day, on a real API server: it has rules of its own for Events
// (names, times, lengths, what may change later), and kubectl finds them by the Deployment's uid.
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from './api.ts';
import { inSeconds } from './calendar.ts';
import { type Cluster, canStart, clusterForTests, clusterTitle } from './for-tests.ts';
import { until } from './processes.ts';
import { openTheme, type Theme } from './theme.ts';

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

describe.skipIf(!canStart)(clusterTitle('the Events of a pool'), () => {
  let cluster: Cluster;
  let hub: Theme;
  beforeAll(async () => {
    cluster = await clusterForTests();
    hub = await openTheme(cluster, { name: 'events' });
    hub.helm('install', [hub.values()]);
  });
  afterAll(async () => {
    await hub?.close();
    await cluster?.close();
  });

  /** As kubectl asks for them, by time. */
  async function events(): Promise<Answer[]> {
    const { metadata } = (await hub.deployment()) as Answer;
    const fieldSelector = `involvedObject.uid=${metadata.uid}`;
    const { items } = await cluster.call('GET', `/api/v1/namespaces/${hub.namespace}/events`, {
      query: { fieldSelector },
    });
    const ours = (items as Answer[]).filter(
      ({ reportingComponent }) => reportingComponent === 'node-placeholder-scaler',
    );
    return ours.sort((a, b) => (a.eventTime < b.eventTime ? -1 : 1));
  }

  async function told(...reasons: string[]): Promise<Answer[]> {
    let last: Answer[] = [];
    return until(
      reasons.join(),
      async () => {
        last = await events();
        return last.map(({ reason }) => reason).join() === reasons.join() ? last : undefined;
      },
      { seen: () => last.map(({ reason, message }) => `${reason}: ${message}`) },
    );
  }

  const path = () => `/apis/apps/v1/namespaces/${hub.namespace}/deployments/data8-placeholder`;
  const edit = (body: unknown) =>
    cluster.call('PATCH', path(), { body, contentType: 'application/merge-patch+json' });

  test('tell its story, count what comes again, and are not repeated by a restart', {
    timeout: 180_000,
  }, async () => {
    const [scaler] = await hub.startScaler();
    await told('Created');

    const title = `Midterm ${'ä'.repeat(700)}`;
    hub.calendar.set({ title, books: 'data8: 2', startMs: inSeconds(-60), endMs: inSeconds(3_600) });
    const [, scaled] = await told('Created', 'Scaled');
    expect(scaled?.message).toMatch(
      /^from 0 to 2 placeholders; booking started: event 'Midterm ä+…' books 2/,
    );
    await hub.warm(2);

    for (let times = 1; times <= 2; times++) {
      await edit({ spec: { replicas: 0 } });
      await hub.scaled(2);
      // The view must have seen the write before the next edit is one.
      await hub.warm(2);
    }
    await until('the count', async () => (await events())[2]?.series?.count === 2 || undefined);
    const [, , putBack] = await told('Created', 'Scaled', 'PutBack');
    expect(putBack).toMatchObject({ message: expect.stringContaining("someone else's edit was put back") });

    await edit({ metadata: { annotations: { 'node-placeholder-scaler/replicas': '1' } } });
    await told('Created', 'Scaled', 'PutBack', 'Scaled');

    await scaler?.kill();
    await scaler?.start();
    await until('a pass that knows calendar and cluster again', async () => {
      const { pools, feeds } = (await scaler?.status()) ?? {};
      return pools?.[0]?.reason === 'manual' && feeds?.[0]?.state === 'good' ? true : undefined;
    });
    hub.calendar.set({ title: 'Lab', books: 'data8: 3', startMs: inSeconds(-60), endMs: inSeconds(3_600) });
    await told('Created', 'Scaled', 'PutBack', 'Scaled', 'BookingChanged');

    if (!hasKubectl) return;
    const args = ['--kubeconfig', cluster.kubeconfig, '-n', hub.namespace];
    const { stdout } = spawnSync('kubectl', [...args, 'describe', 'deployment', 'data8-placeholder'], {
      encoding: 'utf8',
    });
    const shown = stdout.slice(stdout.indexOf('Events:'));
    console.log(shown);
    expect(shown).toMatch(/Normal +PutBack +.*\(x2 over .*\) +node-placeholder-scaler +.*put back/);
  });
});
