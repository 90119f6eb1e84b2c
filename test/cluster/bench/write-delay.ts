// From the moment that something must be written to the write's arrival at the API server, by the server's audit log
// (same machine, same clock): for a booking that begins or ends, a person's annotation, a node that is cordoned.
import { inSeconds } from '../calendar.ts';
import { until } from '../processes.ts';
import type { ScalerPod } from '../scaler-pod.ts';
import type { Theme } from '../theme.ts';

export interface Delays {
  medianMs: number;
  /** Of few, the slowest. */
  p99Ms: number;
  count: number;
}

/** Time for one write before the next is due. */
const APART_S = 4;

/** So many boundaries pass, one after the other, between bookings of 1 and 2. Needs `calendarOverrideEnabled`. */
export async function boundaryDelays(hub: Theme, scaler: ScalerPod, count: number): Promise<Delays> {
  const firstMs = inSeconds(15);
  const boundary = (index: number) => firstMs + index * APART_S * 1_000;
  const events = Array.from({ length: count }, (_, index) => ({
    title: `Lesson ${index}`,
    books: `data8: ${index % 2 === 0 ? 2 : 1}`,
    startMs: boundary(index),
    endMs: boundary(index + 1),
  }));
  hub.calendar.set(
    { title: 'Before', books: 'data8: 1', startMs: inSeconds(-60), endMs: firstMs },
    ...events,
  );
  await until('the calendar to be read', async () =>
    (await scaler.get('/api/v1/plan')).text.includes('Lesson 1') ? true : undefined,
  );
  const last = boundary(count - 1);
  await until('the last boundary', () => Date.now() > last + 2_000 || undefined, {
    withinMs: last - Date.now() + 10_000,
    everyMs: 500,
  });
  const arrived = writes(hub, firstMs);
  return summed(
    events.map(({ startMs, endMs }) => {
      const atMs = arrived.find((ms) => ms >= startMs && ms < endMs);
      return atMs === undefined ? Number.POSITIVE_INFINITY : atMs - startMs;
    }),
  );
}

/** So many times the pool's annotation is changed by hand. */
export async function annotationDelays(hub: Theme, count: number): Promise<Delays> {
  const path = `/apis/apps/v1/namespaces/${hub.namespace}/deployments/data8-placeholder`;
  const found: number[] = [];
  for (let round = 0; round < count; round++) {
    const fromMs = Date.now();
    const replicas = round % 2 === 0 ? '3' : '1';
    await hub.cluster.call('PATCH', path, {
      body: { metadata: { annotations: { 'node-placeholder-scaler/replicas': replicas } } },
      contentType: 'application/merge-patch+json',
    });
    const atMs = await until('the write', () => writes(hub, fromMs)[0], { everyMs: 200 });
    found.push(atMs - fromMs);
  }
  await hub.cluster.call('PATCH', path, {
    body: { metadata: { annotations: { 'node-placeholder-scaler/replicas': null } } },
    contentType: 'application/merge-patch+json',
  });
  return summed(found);
}

/** So many times a node is cordoned whose room had taken away the second of two placeholders that are booked. */
export async function cordonedDelays(
  hub: Theme,
  { count, node }: { count: number; node: string },
): Promise<Delays> {
  const found: number[] = [];
  const cordon = (unschedulable: boolean | null) =>
    hub.cluster.call('PATCH', `/api/v1/nodes/${node}`, {
      body: { spec: { unschedulable } },
      contentType: 'application/merge-patch+json',
    });
  for (let round = 0; round < count; round++) {
    await hub.scaled(1);
    const fromMs = Date.now();
    await cordon(true);
    const atMs = await until('the write', () => writes(hub, fromMs)[0], { everyMs: 200 });
    found.push(atMs - fromMs);
    await cordon(null);
  }
  return summed(found);
}

/** When the scaler's writes of the Deployment arrived, in order. */
function writes(hub: Theme, sinceMs: number): number[] {
  return hub
    .calls(sinceMs)
    .filter(({ verb, resource }) => verb === 'patch' && resource === 'deployments')
    .map(({ atMs }) => atMs);
}

function summed(found: number[]): Delays {
  const sorted = [...found].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
  return { medianMs: at(0.5), p99Ms: at(0.99), count: found.length };
}
