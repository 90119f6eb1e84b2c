// The scaler from its image, as the image's user, with the service account where a pod has it: the Dockerfile, the
// in-cluster credentials and the chart's mounts are what this is about.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImage, canBuildImage, type Image, storage } from '../tools/image.ts';
import { type Cluster, canStart, clusterForTests } from './for-tests.ts';
import { until } from './processes.ts';
import type { ScalerPod } from './scaler-pod.ts';
import { openTheme, RELEASE, type Theme } from './theme.ts';

const canRun = canStart && canBuildImage();
const title = `the image${canRun ? '' : ' (needs root, buildah, debootstrap, and: npm run tools)'}`;

describe.skipIf(!canRun)(title, () => {
  let cluster: Cluster;
  let hub: Theme;
  let image: Image;
  let folder: string;

  beforeAll(async () => {
    cluster = await clusterForTests();
    folder = join(cluster.folder, 'image');
    mkdirSync(folder, { recursive: true });
    const from = performance.now();
    image = buildImage(folder);
    console.log(`image built in ${((performance.now() - from) / 1000).toFixed(1)} s`);
    hub = await openTheme(cluster, { name: 'image' });
    hub.helm('install', [hub.values()]);
  }, 600_000);
  afterAll(async () => {
    for (const pid of processesOf(hub?.namespace)) process.kill(pid, 'SIGKILL');
    await hub?.close();
    image?.remove();
    await cluster?.close();
  }, 120_000);

  /** Of the program in the container, which is not our own child. */
  function processesOf(namespace: string | undefined): number[] {
    if (namespace === undefined) return [];
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        const words = read(`/proc/${pid}/cmdline`).split('\0');
        return (
          words[0] === '/usr/local/bin/node' &&
          words.includes('/app/scaler/main.ts') &&
          words.includes(`--namespace=${namespace}`)
        );
      })
      .map(Number);
  }

  test('serves a pool as its own user, with what is in the pod', { timeout: 300_000 }, async () => {
    hub.book('data8: 1');
    const [scaler] = (await hub.startScaler({
      run: ({ args, env, mounts }) => ({
        name: 'scaler',
        command: 'buildah',
        args: [
          ...storage(folder),
          'run',
          ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
          // /var/run is a link to /run, and buildah mounts beside a link, not through it.
          ...mounts.flatMap(({ from, to }) => [
            '--volume',
            `${from}:${to.replace(/^\/var\/run\//, '/run/')}:ro`,
          ]),
          '--',
          image.container,
          ...image.entrypoint,
          ...args,
        ],
        env: { ...process.env, BUILDAH_ISOLATION: 'chroot' },
      }),
    })) as [ScalerPod];
    await hub.warm(1);
    expect((await scaler.get('/readyz')).text).toBe('ready\n');
    const [pid] = processesOf(hub.namespace);
    expect(read(`/proc/${pid}/status`)).toMatch(/^Uid:\s+1000\s+1000/m);
    expect(image.user).toBe('1000:1000');
    process.kill(pid as number, 'SIGTERM');
    await until('it to end in order', () => scaler.log().some(({ msg }) => msg === 'stopped') || undefined);
    expect(await hub.placeholders()).toMatchObject({ running: 1 });
    expect((await hub.deployment())?.metadata.labels['app.kubernetes.io/instance']).toBe(RELEASE);
  });
});

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
