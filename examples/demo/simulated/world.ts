// Each side in a simulated cluster of its own, inside this process.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCondition, type Pod } from '../api/objects.ts';
import { type SimulatedCluster, startSimulatedCluster } from '../cluster.ts';
import { userPool } from '../controllers/nodes.ts';
import { seatEarlierStudents, takeAttendance } from '../story/attendance.ts';
import { nodeMeter, reckon } from '../story/outcome.ts';
import { startScaler } from '../story/scaler-process.ts';
import { type NodeRow, type Side, type SideOptions, sideView, type World } from '../story/side.ts';
import { DAEMONS, MACHINE, SEATS_PER_NODE, SERVER_IMAGE } from '../story/story.ts';
import { valuesText } from '../story/values.ts';
import { HUB_NAMESPACE, simulatedHub } from './hub.ts';

const RELEASE = 'node-placeholder-scaler';

export function simulatedWorld(): World {
  return { startSide, stop: async () => {}, kill() {} };
}

async function startSide(options: SideOptions): Promise<Side> {
  const { name, story, clock } = options;
  const real = (classMs: number) => classMs / story.speed;
  const cluster = await startSimulatedCluster({
    name: `demo-${name}`,
    folder: options.folder,
    namespace: RELEASE,
    namespaces: [HUB_NAMESPACE],
    release: RELEASE,
    pools: [story.pool],
    groups: [{ name: story.pool, ...userPool(story.pool), allocatable: MACHINE, start: 1, min: 1 }],
    daemons: DAEMONS,
    bigImages: [SERVER_IMAGE],
    clock,
    timings: {
      scanMs: real(story.scanMs),
      bootMs: real(story.bootMs),
      readyMs: real(story.readyMs),
      pullMs: real(story.pullMs),
      unneededMs: real(story.unneededMs),
      startMs: real(2_000),
      stopMs: real(1_000),
    },
  });
  try {
    const hub = simulatedHub(cluster.store, story.pool);
    seatEarlierStudents({ hub, story });
    const valuesPath = join(options.folder, `${name}.yaml`);
    await writeFile(valuesPath, valuesText(story, options.calendarUrl), { mode: 0o600 });
    const scaler = await startScaler({
      valuesPath,
      kubeconfigPath: cluster.kubeconfigPath,
      namespace: RELEASE,
      release: RELEASE,
      pool: story.pool,
      onDeath: options.onDeath,
    });
    const attendance = takeAttendance({ hub, clock, story });
    const meter = nodeMeter(story.speed);
    return {
      name,
      kubeconfigPath: cluster.kubeconfigPath,
      scaler,
      beginClass: () => attendance.begin(),
      view() {
        const nowMs = clock.now();
        const nodes = nodeRows(cluster, { nowMs, speed: story.speed });
        meter.count(nodes.length, nowMs);
        return sideView({
          ...{ name, nodes, decision: scaler.decision(), students: story.students },
          outcome: {
            ...reckon(attendance.logins, { nowMs, speed: story.speed }),
            nodeMinutes: meter.nodeMinutes(),
            mostNodes: meter.mostNodes(),
          },
        });
      },
      async stop() {
        attendance.stop();
        await scaler.stop();
        await cluster.stop();
      },
      kill: () => scaler.kill(),
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

function nodeRows(cluster: SimulatedCluster, { nowMs, speed }: { nowMs: number; speed: number }): NodeRow[] {
  const pods = cluster.store.list('pods');
  const removals = cluster.removals();
  const on = (node: string, which: (pod: Pod) => boolean) =>
    pods.filter((pod) => pod.spec.nodeName === node && which(pod)).length;
  const up = cluster.store.list('nodes').map(({ metadata, status }): NodeRow => {
    const goesAtMs = removals.get(metadata.name);
    const pulled = status.images?.some(({ names }) => names.includes(SERVER_IMAGE)) ?? false;
    return {
      name: metadata.name,
      state: hasCondition(status.conditions, 'Ready') && pulled ? 'up' : 'pulling',
      users: on(metadata.name, (pod) => pod.metadata.namespace === HUB_NAMESPACE),
      seats: SEATS_PER_NODE,
      placeholder: on(metadata.name, (pod) => pod.metadata.namespace === RELEASE) > 0,
      ...(goesAtMs !== undefined && goesAtMs > nowMs && { goesInMs: (goesAtMs - nowMs) * speed }),
      booted: 1,
      joinsInMs: 0,
      sinceMs: Date.parse(metadata.creationTimestamp),
    };
  });
  const booting = cluster.booting().map(
    ({ name, orderedAtMs, joinsAtMs }): NodeRow => ({
      name,
      state: 'booting',
      users: 0,
      seats: SEATS_PER_NODE,
      placeholder: false,
      booted: (nowMs - orderedAtMs) / (joinsAtMs - orderedAtMs),
      joinsInMs: Math.max(joinsAtMs - nowMs, 0) * speed,
      sinceMs: joinsAtMs,
    }),
  );
  return [...up, ...booting].sort((a, b) => a.sinceMs - b.sinceMs || (a.name < b.name ? -1 : 1));
}
