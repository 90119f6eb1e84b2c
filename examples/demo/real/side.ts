// One of the two runs on a real control plane: a namespace with a release of its own, and machines of its own.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADMIN_TOKEN, kubeconfigText } from '../../../test/cluster/api.ts';
import type { OwnCluster } from '../../../test/cluster/cluster.ts';
import { follow } from '../../../test/cluster/follow.ts';
import { until } from '../../../test/cluster/processes.ts';
import type { ScalerPod } from '../../../test/cluster/scaler-pod.ts';
import { openTheme, type Theme } from '../../../test/cluster/theme.ts';
import { seatEarlierStudents, takeAttendance } from '../story/attendance.ts';
import { nodeMeter, reckon } from '../story/outcome.ts';
import { type Side, type SideOptions, sideView } from '../story/side.ts';
import type { Story } from '../story/story.ts';
import { valuesOf } from '../story/values.ts';
import { realHub } from './hub.ts';
import { nodeRows, realBootMs } from './rows.ts';
import { realScaler } from './scaler.ts';

export async function startRealSide(cluster: OwnCluster, options: SideOptions): Promise<Side> {
  const { name, story, clock, onDeath } = options;
  const emptySeconds = wholeSeconds(story.unneededMs / story.speed);
  const theme = await openTheme(cluster, { name, pools: { [story.pool]: 'data8' }, emptySeconds });
  const nodeLabel = theme.nodeLabel(story.pool);
  const { url } = cluster;
  const namespace = `/api/v1/namespaces/${name}`;
  const pods = follow({ url, path: `${namespace}/pods` });
  const labelSelector = `hub.jupyter.org/pool-name=${nodeLabel}`;
  const nodes = follow({ url, path: '/api/v1/nodes', labelSelector });
  const claims = follow({
    ...{ url, path: '/apis/karpenter.sh/v1/nodeclaims' },
    labelSelector: `karpenter.sh/nodepool=${nodeLabel}`,
  });
  let ending = false;
  const hub = realHub({
    ...{ api: cluster, namespace: name, nodeLabel, pods },
    onFailure: (message) => {
      if (!ending) onDeath(message);
    },
  });
  const stopFollowing = () => {
    for (const each of [pods, nodes, claims]) each.stop();
  };
  try {
    await seatEarlier(cluster, { hub, story, theme });
    theme.helm('install', [valuesOf(story, { calendarUrl: options.calendarUrl, nodeLabel })]);
    const [pod] = (await theme.startScaler()) as [ScalerPod];
    const scaler = realScaler(pod, { pool: story.pool, onDeath });
    const kubeconfigPath = join(options.folder, `${name}.kubeconfig`);
    const access = { url, ca: cluster.ca, token: ADMIN_TOKEN, namespace: name };
    writeFileSync(kubeconfigPath, kubeconfigText(access), { mode: 0o600 });
    const attendance = takeAttendance({ hub, clock, story });
    const meter = nodeMeter(story.speed);
    return {
      name,
      kubeconfigPath,
      scaler,
      beginClass: () => attendance.begin(),
      view() {
        const nowMs = clock.now();
        const seen = { claims: claims.objects(), nodes: nodes.objects(), pods: pods.objects() };
        const rows = nodeRows(seen, { story, nowMs });
        meter.count(rows.length, nowMs);
        return sideView({
          ...{ name, nodes: rows, decision: scaler.decision(), students: story.students },
          outcome: {
            ...reckon(attendance.logins, { nowMs, speed: story.speed }),
            nodeMinutes: meter.nodeMinutes(),
            mostNodes: meter.mostNodes(),
          },
        });
      },
      async stop() {
        ending = true;
        attendance.stop();
        await scaler.stop();
        stopFollowing();
        await theme.close();
      },
      kill: () => scaler.kill(),
    };
  } catch (error) {
    ending = true;
    stopFollowing();
    await theme.close();
    throw error;
  }
}

/** Their machine boots at once; every later one takes the story's time. */
async function seatEarlier(
  cluster: OwnCluster,
  { hub, story, theme }: { hub: ReturnType<typeof realHub>; story: Story; theme: Theme },
): Promise<void> {
  await bootIn(cluster, 1);
  seatEarlierStudents({ hub, story });
  let running = 0;
  await until(
    'the students of the earlier class to run',
    async () => {
      running = (await theme.users()).running;
      return running === story.already || undefined;
    },
    { withinMs: 90_000, seen: () => `${running} of ${story.already} run` },
  );
  await bootIn(cluster, wholeSeconds(realBootMs(story)));
}

function bootIn(cluster: OwnCluster, seconds: number): Promise<unknown> {
  return cluster.call('PATCH', '/apis/karpenter.kwok.sh/v1alpha1/kwoknodeclasses/default', {
    body: { spec: { nodeRegistrationDelay: `${seconds}s` } },
    contentType: 'application/merge-patch+json',
  });
}

const wholeSeconds = (ms: number) => Math.max(1, Math.round(ms / 1000));
