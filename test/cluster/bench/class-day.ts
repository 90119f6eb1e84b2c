// One plan's day, on a control plane and machines of its own that start from no nodes: 70 users, an event from 16:45 to
// 17:15, 250 logins from 17:10 to 17:22. Everything that takes minutes takes a tenth of them: boot and image, the
// autoscaler's patience, the scaler's grace. What takes seconds (the scheduler, the scaler's debounce of one second) keeps
// its own pace and so counts ten times, against the plan.
import { makeDice } from '../../calendar/dice.ts';
import { inSeconds } from '../calendar.ts';
import { type OwnCluster, startCluster } from '../cluster.ts';
import { untilInterrupted } from '../interrupt.ts';
import { until } from '../processes.ts';
import { openTheme, type Theme } from '../theme.ts';
import { hasScaler, type Plan } from './class-plans.ts';
import { machineMeter } from './machine-hours.ts';
import { watchRuns } from './pod-starts.ts';

export const FASTER = 10;
const SEED = 20_261_123;
const EARLIER_USERS = 70;
const LOGINS = 250;
/** 45 of them fill a node. */
const USER_MEMORY = '1456Mi';
const SECONDS = { boot: 600 / FASTER, empty: 600 / FASTER, grace: 600 / FASTER };

export interface Day {
  plan: Plan;
  /** Of the class, in class time, sorted. */
  waitsMs: number[];
  warmAt1710: number;
  /** From 16:45 to 17:35, booting machines included. */
  machineHours: number;
}

export async function playDay(plan: Plan): Promise<Day> {
  const starting = startCluster({ bootSeconds: 1, emptySeconds: SECONDS.empty });
  const opened: { close(): unknown }[] = [];
  let day: Day | undefined;
  await untilInterrupted(
    async () => {
      const cluster = await starting;
      const runs = watchRuns(cluster.url);
      opened.push(runs);
      const hub = await openTheme(cluster, { name: plan.name, emptySeconds: SECONDS.empty });
      opened.push(hub);
      day = await play(plan, { cluster, hub, ranAtMs: runs.ranAtMs });
    },
    async () => {
      for (const each of opened) await each.close();
      await (await starting.catch(() => undefined))?.close();
    },
  );
  return day as Day;
}

interface World {
  cluster: OwnCluster;
  hub: Theme;
  /** By the pod's name. */
  ranAtMs: ReadonlyMap<string, number>;
}

async function play(plan: Plan, { cluster, hub, ranAtMs }: World): Promise<Day> {
  for (let index = 0; index < (plan.freeNodes ?? 0); index++) await makeNode(cluster, hub, `free-${index}`);
  await hub.logIn(EARLIER_USERS, { memory: USER_MEMORY, name: 'earlier' });
  const ran = (name: string) => [...ranAtMs.keys()].filter((pod) => pod.startsWith(name)).length;
  const allRan = (name: string, count: number, withinMs: number) =>
    until(`${count} of ${name} to run`, () => ran(name) === count || undefined, {
      withinMs,
      seen: () => `${ran(name)} run`,
    });
  await allRan('earlier', EARLIER_USERS, 60_000);
  // Their nodes have been there all afternoon, and so has the scaler: its grace passes before the event. From here a
  // machine takes its time to boot.
  const graceEndsMs = Date.now() + SECONDS.grace * 1_000;
  await bootIn(cluster, SECONDS.boot);
  if (hasScaler(plan)) {
    hub.helm('install', [valuesOf(plan, hub)]);
    await hub.startScaler();
  }
  // Without a scaler nothing happens before 17:10: that day begins at 17:09.
  const eventStartMs = hasScaler(plan) ? inSeconds(Math.max(8, 1 + secondsTo(graceEndsMs))) : minutesAgo(24);
  const at = (hour: number, minute: number) =>
    eventStartMs + (((hour - 16) * 60 + minute - 45) * 60_000) / FASTER;
  if (plan.books !== undefined) hub.book(plan.books, { startMs: at(16, 45), endMs: at(17, 15) });

  const meter = machineMeter(cluster, hub);
  try {
    await instant(at(17, 10));
    const warmAt1710 = (await hub.placeholders()).running;
    const asked = await arrive(hub, at(17, 10), at(17, 22));
    await allRan('class', LOGINS, 300_000);
    if (plan.freeNodes === undefined) await instant(at(17, 35));
    return {
      plan,
      warmAt1710,
      machineHours: meter.hours(at(16, 45), at(17, 35)) * FASTER,
      waitsMs: [...ranAtMs]
        .map(([pod, atMs]) => (atMs - (asked.get(studentOf(pod)) ?? Number.NaN)) * FASTER)
        .filter((wait) => !Number.isNaN(wait))
        .sort((a, b) => a - b),
    };
  } finally {
    meter.stop();
  }
}

function valuesOf({ baseline = 0, override = false }: Plan, hub: Theme): object {
  const values = hub.values({ calendarOverrideEnabled: override, nodeGracePeriod: SECONDS.grace });
  const { nodePools } = values as { nodePools: { data8: object } };
  return { ...values, nodePools: { data8: { ...nodePools.data8, replicas: baseline } } };
}

/**
 * Logins at instants that the seed gives, the same for every plan: most in the middle, as a class arrives. When each
 * asked for its server, by student.
 */
async function arrive(hub: Theme, fromMs: number, toMs: number): Promise<Map<string, number>> {
  const dice = makeDice(SEED);
  const share = () => dice.from(0, 999_999) / 1_000_000;
  const offsets = Array.from({ length: LOGINS }, () => (share() + share()) / 2).sort((a, b) => a - b);
  const asked = new Map<string, number>();
  await Promise.all(
    offsets.map(async (offset, index) => {
      await instant(fromMs + offset * (toMs - fromMs));
      asked.set(`class-${index}`, Date.now());
      await hub.logIn(1, { memory: USER_MEMORY, name: `class-${index}` });
    }),
  );
  return asked;
}

const studentOf = (pod: string) => pod.split('-').slice(0, 2).join('-');

function bootIn(cluster: OwnCluster, seconds: number): Promise<unknown> {
  return cluster.call('PATCH', '/apis/karpenter.kwok.sh/v1alpha1/kwoknodeclasses/default', {
    body: { spec: { nodeRegistrationDelay: `${seconds}s` } },
    contentType: 'application/merge-patch+json',
  });
}

async function makeNode(cluster: OwnCluster, hub: Theme, name: string): Promise<void> {
  const size = { cpu: '8', memory: '64Gi', pods: '110' };
  const labels = { 'hub.jupyter.org/pool-name': hub.nodeLabel('data8'), 'kubernetes.io/hostname': name };
  await cluster.call('POST', '/api/v1/nodes', {
    body: { metadata: { name, labels }, status: { allocatable: size, capacity: size } },
  });
}

const secondsTo = (ms: number) => Math.max(0, Math.ceil((ms - Date.now()) / 1_000));
const minutesAgo = (minutes: number) => Date.now() - (minutes * 60_000) / FASTER;

function instant(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms - Date.now())));
}
