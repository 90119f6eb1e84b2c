// `npm run bench:class`: one class that really happened, on the real scheduler and autoscaler, in a tenth of the time,
// once for each plan for it, side by side: 70 users on nodes that hold 45 each, boot and image 10 minutes, an event from
// 16:45 to 17:15, 250 logins from 17:10 to 17:22. Prints who waited, how long, and what it cost.
import { inSeconds } from '../calendar.ts';
import { type OwnCluster, startCluster } from '../cluster.ts';
import { until } from '../processes.ts';
import { openTheme, type Theme } from '../theme.ts';
import { type Login, watchLogins } from './pod-starts.ts';

const FASTER = 10;
const SEED = 20_261_123;
const EARLIER_USERS = 70;
const LOGINS = 250;
/** 45 of them fill a node. */
const USER_MEMORY = '1456Mi';

interface Plan {
  name: string;
  text: string;
  values?: object;
  books?: string;
  /** Nodes that are there from the beginning and stay. */
  nodes?: number;
}

const PLANS: Plan[] = [
  { name: 'floor', text: 'all nodes free (resolution of the clock)', nodes: 9 },
  { name: 'none', text: 'no placeholders' },
  { name: 'static-2', text: 'a static count of 2', values: { baseline: 2 } },
  { name: 'book-3', text: 'booking 3', books: 'data8: 3' },
  {
    name: 'book-3-all',
    text: 'booking 3, calendarOverrideEnabled',
    books: 'data8: 3',
    values: { override: true },
  },
  { name: 'book-6', text: 'booking 6', books: 'data8: 6' },
  {
    name: 'book-6-all',
    text: 'booking 6, calendarOverrideEnabled',
    books: 'data8: 6',
    values: { override: true },
  },
];

interface Outcome {
  plan: Plan;
  theme: Theme;
  nodeMs: number;
  warmAt1710: number;
}

const cluster = await startCluster({ bootSeconds: 600 / FASTER, emptySeconds: 600 / FASTER });
const watch = watchLogins(cluster.url);
try {
  const outcomes = await play(cluster);
  print(outcomes, [...watch.logins.values()]);
} finally {
  watch.close();
  await cluster.close();
}

async function play(on: OwnCluster): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const plan of PLANS) {
    const theme = await openTheme(on, { name: plan.name, emptySeconds: 600 / FASTER });
    for (let index = 0; index < (plan.nodes ?? 0); index++)
      await makeNode(on, theme, `${plan.name}-${index}`);
    await theme.logIn(EARLIER_USERS, { memory: USER_MEMORY });
    outcomes.push({ plan, theme, nodeMs: 0, warmAt1710: 0 });
  }
  try {
    await until(
      'the earlier users to run',
      async () => {
        const all = await Promise.all(outcomes.map(({ theme }) => theme.users()));
        return all.every(({ running }) => running === EARLIER_USERS) || undefined;
      },
      { withinMs: 240_000, everyMs: 1_000 },
    );
    // From here the clock runs: it is 16:43.
    const zeroMs = inSeconds(20);
    const at = (hour: number, minute: number) =>
      zeroMs + (((hour - 16) * 60 + minute - 43) * 60_000) / FASTER;
    for (const { plan, theme } of outcomes) {
      if (plan.books !== undefined) theme.book(plan.books, { startMs: at(16, 45), endMs: at(17, 15) });
      if (plan.books === undefined && plan.values === undefined) continue;
      const { baseline = 0, override = false } = (plan.values ?? {}) as {
        baseline?: number;
        override?: boolean;
      };
      const values = theme.values({ calendarOverrideEnabled: override, nodeGracePeriod: 600 / FASTER });
      const { nodePools } = values as { nodePools: { data8: object } };
      theme.helm('install', [
        { ...values, nodePools: { data8: { ...nodePools.data8, replicas: baseline } } },
      ]);
      await theme.startScaler();
    }
    await instant(zeroMs);
    let lookedMs = Date.now();
    const meter = setInterval(() => {
      const now = Date.now();
      const sinceMs = now - lookedMs;
      lookedMs = now;
      for (const outcome of outcomes) {
        void outcome.theme.nodes().then((nodes) => {
          outcome.nodeMs += nodes.length * sinceMs * FASTER;
        }, ignore);
      }
    }, 1_000);
    await instant(at(17, 10));
    for (const outcome of outcomes) outcome.warmAt1710 = (await outcome.theme.placeholders()).running;
    await Promise.all(outcomes.map(({ theme }) => arrive(theme, at(17, 10), at(17, 22))));
    await until(
      'all to run',
      async () => {
        const all = await Promise.all(outcomes.map(({ theme }) => theme.users()));
        return all.every(({ running }) => running === EARLIER_USERS + LOGINS) || undefined;
      },
      { withinMs: 300_000, everyMs: 1_000 },
    );
    await instant(at(17, 45));
    clearInterval(meter);
    return outcomes;
  } finally {
    await Promise.all(outcomes.map(({ theme }) => theme.close()));
  }
}

/** Logins at instants that the seed gives, the same for every plan: most in the middle, as a class arrives. */
async function arrive(theme: Theme, fromMs: number, toMs: number): Promise<void> {
  const random = randomFrom(SEED);
  const offsets = Array.from({ length: LOGINS }, () => (random() + random()) / 2).sort((a, b) => a - b);
  await Promise.all(
    offsets.map(async (offset) => {
      await instant(fromMs + offset * (toMs - fromMs));
      await theme.logIn(1, { memory: USER_MEMORY, name: 'class' });
    }),
  );
}

async function makeNode(on: OwnCluster, theme: Theme, name: string): Promise<void> {
  const size = { cpu: '8', memory: '64Gi', pods: '110' };
  const labels = { 'hub.jupyter.org/pool-name': theme.nodeLabel('data8'), 'kubernetes.io/hostname': name };
  await on.call('POST', '/api/v1/nodes', {
    body: { metadata: { name, labels }, status: { allocatable: size, capacity: size } },
  });
}

function print(outcomes: Outcome[], logins: Login[]): void {
  console.log(
    `| plan | ran within 30 s | within 2 min | median wait | p95 wait | warm at 17:10 | node-hours |`,
  );
  console.log('|---|---|---|---|---|---|---|');
  for (const { plan, theme, nodeMs, warmAt1710 } of outcomes) {
    const waits = logins
      .filter(({ namespace, name }) => namespace === theme.namespace && name.startsWith('class-'))
      .map(({ createdMs, ranMs = Number.POSITIVE_INFINITY }) => ((ranMs - createdMs) * FASTER) / 1000)
      .sort((a, b) => a - b);
    const within = (limit: number) =>
      `${Math.round((waits.filter((wait) => wait <= limit).length / waits.length) * 100)} %`;
    const quantile = (share: number) => `${Math.round(waits[Math.ceil(waits.length * share) - 1] ?? 0)} s`;
    console.log(
      `| ${plan.text} | ${within(30)} | ${within(120)} | ${quantile(0.5)} | ${quantile(0.95)} | ${warmAt1710} | ${(nodeMs / 3_600_000).toFixed(1)} |`,
    );
  }
}

function instant(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms - Date.now())));
}

function ignore(): void {}

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
