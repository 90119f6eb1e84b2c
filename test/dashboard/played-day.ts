// A teaching day of two replicas on a clock that is moved by hand, with what a Prometheus would have read from them once
// a minute: classes, a booking above maxReplicas, a line that nobody can read, an edit that is put back, a size that
// changes during a class, and in the afternoon an upgrade of the pod that leads.
import type { Service } from '../../scaler/service.ts';
import { calendarOf, NAMESPACE, play } from '../support/played-service.ts';
import { type ScrapeLabels, samplesOf } from './open-metrics.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export const RELEASE = 'hub-scaler';
export const PODS = { first: `${RELEASE}-6d4f9c7b8-x2x7q`, second: `${RELEASE}-6d4f9c7b8-k9w4z` };

const VALUES = `
calendarTimezone: Europe/Berlin
calendarUrl: CALENDAR
pollInterval: 5m
nodePools:
  data8:
    nodeSelector: {hub.jupyter.org/pool-name: data8}
    resources: {requests: {memory: 50Gi}}
    replicas: 1
  stat20:
    nodeSelector: {hub.jupyter.org/pool-name: stat20}
    resources: {requests: {memory: 50Gi}}
    maxReplicas: 4
`;

export interface PlayedDay {
  startMs: number;
  /** Stretch between two classes' bounds in which both replicas ran and the first led. */
  both: { fromMs: number; toMs: number };
  /** The first has gone at this time. */
  handedOverMs: number;
  endMs: number;
  lines: string[];
}

/** Besides the release's own namespace, what the same day is shown as: namespace -> which replicas are in it. */
export const OTHER_VIEWS = {
  /** The leader without its standby. */
  alone: ['first'],
  /** One that stands by, and nobody who leads. */
  standby: ['second'],
  /** Two that stand by. */
  nobody: ['second', 'twin'],
} as const;

export async function playDay(): Promise<PlayedDay> {
  const scene = await play({ values: VALUES, pools: ['data8', 'stat20'], nodes: 4 });
  try {
    const startMs = scene.clock.now();
    const at = (hours: number) => startMs + hours * HOUR;
    const event = (title: string, description: string, from: number, to: number) => ({
      title,
      description,
      startMs: at(from),
      endMs: at(to),
    });
    scene.setCalendar(
      calendarOf([
        event('Lecture', 'data8: 3', 0.5, 1.5),
        event('Midterm', 'data8: 4\\nstat20: 6', 2, 3.25),
        event('Lab', 'datta8: 3', 3, 4),
        event('Tutorial', 'data8: 2', 4.25, 5),
      ]),
    );
    const first = await scene.start({ lease: true, identity: PODS.first });
    await scene.until(() => scene.replicas('data8') === 1, 'the baseline');
    const second = await scene.start({ lease: true, identity: PODS.second });
    await scene.until(() => second.report()?.pools.length === 2, 'a second view');

    const lines: string[] = [];
    const both = { fromMs: at(1.75), toMs: at(3.5) };
    async function scrape(service: Service, labels: ScrapeLabels[]): Promise<void> {
      const text = await (await fetch(`${service.url}/metrics`)).text();
      for (const each of labels) lines.push(...samplesOf(text, each, scene.clock.now()));
    }
    /** Where the samples of a replica go, beside the release's own namespace. */
    function views(replica: 'first' | 'second'): ScrapeLabels[] {
      const now = scene.clock.now();
      const own = { namespace: NAMESPACE, pod: PODS[replica] };
      if (now < both.fromMs || now > both.toMs) return [own];
      const copies = Object.entries(OTHER_VIEWS).flatMap(([namespace, replicas]) =>
        replicas
          .filter((each) => each === replica || (each === 'twin' && replica === 'second'))
          .map((each) => ({
            namespace,
            pod: each === 'twin' ? `${RELEASE}-6d4f9c7b8-twins` : PODS[replica],
          })),
      );
      return [own, ...copies];
    }
    let running: ('first' | 'second')[] = ['first', 'second'];
    async function live(untilMs: number): Promise<void> {
      while (scene.clock.now() < untilMs) {
        await scene.pass(Math.min(MINUTE, untilMs - scene.clock.now()), STEP_MS);
        for (const each of running) await scrape(each === 'first' ? first : second, views(each));
      }
    }

    await live(at(2.5));
    scene.cluster.store.change('deployments', { namespace: NAMESPACE, name: 'data8-placeholder' }, (copy) => {
      copy.spec.replicas = 9;
    });
    await live(at(2.75));
    scene.setValues(VALUES.replace('50Gi', '40Gi'));
    await live(at(4.5));
    const handedOverMs = scene.clock.now();
    await leave(first, scene.clock);
    running = ['second'];
    await live(at(5.5));
    return { startMs, both, handedOverMs, endMs: scene.clock.now(), lines };
  } finally {
    await scene.end();
  }
}

/** Between renewals of the lease, which lasts 30 s. */
const STEP_MS = 5_000;

async function leave(service: Service, clock: { advance(ms: number): Promise<void> }): Promise<void> {
  let left = false;
  void service.stop().then(() => {
    left = true;
  });
  while (!left) await clock.advance(10);
}
