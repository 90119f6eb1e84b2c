// One of the two runs: a simulated cluster of its own, a real scaler of its own with a calendar of its own, and the
// same class of students. `view` says what is to be seen of it now.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Clock } from '../../../scaler/clock.ts';
import { hasCondition, type Pod } from '../api/objects.ts';
import { type SimulatedCluster, startSimulatedCluster } from '../cluster.ts';
import { userPool } from '../controllers/nodes.ts';
import { HUB_NAMESPACE, seatEarlierStudents, takeAttendance } from './attendance.ts';
import { nodeMeter, type Outcome, reckon } from './outcome.ts';
import { type ScalerDecision, type ScalerProcess, startScaler } from './scaler-process.ts';
import { DAEMONS, MACHINE, PLACEHOLDER, SEATS_PER_NODE, SERVER_IMAGE, type Story } from './story.ts';

export type SideName = 'with' | 'without';

export interface NodeRow {
  name: string;
  state: 'up' | 'booting' | 'pulling';
  users: number;
  seats: number;
  placeholder: boolean;
  /** The autoscaler has seen that it is empty: class time until it goes. */
  goesInMs?: number;
  /** Share of the boot that is done, 0..1. */
  booted: number;
  /** Class time until it joins. */
  joinsInMs: number;
  /** When it was ordered or made, to keep rows in order. */
  sinceMs: number;
}

export interface SideView {
  name: SideName;
  decision?: ScalerDecision;
  nodes: NodeRow[];
  students: number;
  loggedIn: number;
  /** Logged in a moment ago; a server takes two seconds to start. */
  starting: number;
  /** Longer than that without a server. */
  waiting: number;
  outcome: Outcome;
}

export interface Side {
  name: SideName;
  cluster: SimulatedCluster;
  scaler: ScalerProcess;
  /** Students begin to log in. */
  beginClass(): void;
  view(): SideView;
  stop(): Promise<void>;
  kill(): void;
}

export interface SideOptions {
  name: SideName;
  story: Story;
  clock: Clock;
  folder: string;
  calendarUrl: string;
  onDeath(message: string): void;
}

const RELEASE = 'node-placeholder-scaler';

/** The values a person would write for this hub, with its lengths of time shortened by the story's speed. */
export function valuesOf(story: Story, calendarUrl: string): string {
  const seconds = (classMs: number) => `${classMs / story.speed / 1000}s`;
  return stringify({
    calendarUrl,
    pollInterval: '5s',
    leadTime: seconds(story.leadMs),
    nodeGracePeriod: seconds(story.graceMs),
    nodePools: {
      [story.pool]: {
        nodeSelector: { 'hub.jupyter.org/pool-name': story.pool },
        resources: { requests: PLACEHOLDER },
        replicas: 0,
      },
    },
  });
}

export async function startSide(options: SideOptions): Promise<Side> {
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
    seatEarlierStudents({ store: cluster.store, story });
    const valuesPath = join(options.folder, `${name}.yaml`);
    await writeFile(valuesPath, valuesOf(story, options.calendarUrl), { mode: 0o600 });
    const scaler = await startScaler({
      valuesPath,
      kubeconfigPath: cluster.kubeconfigPath,
      namespace: RELEASE,
      release: RELEASE,
      pool: story.pool,
      onDeath: options.onDeath,
    });
    const attendance = takeAttendance({ store: cluster.store, clock, story });
    const meter = nodeMeter(story.speed);
    return {
      name,
      cluster,
      scaler,
      beginClass: () => attendance.begin(),
      view() {
        const nowMs = clock.now();
        const nodes = nodeRows(cluster, { nowMs, speed: story.speed });
        meter.count(nodes.length, nowMs);
        const outcome = {
          ...reckon(attendance.logins, { nowMs, speed: story.speed }),
          nodeMinutes: meter.nodeMinutes(),
          mostNodes: meter.mostNodes(),
        };
        return {
          name,
          decision: scaler.decision(),
          nodes,
          students: story.students,
          loggedIn: outcome.logins,
          starting: outcome.starting,
          waiting: outcome.never - outcome.starting,
          outcome,
        };
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
