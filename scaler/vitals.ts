// What `/livez` and `/readyz` are answered from: whether the loop moves, whether the cluster was read, and which calls
// fail now.
import type { Clock } from './clock.ts';
import type { ClusterView } from './cluster/snapshot.ts';
import type { Loop } from './loop.ts';
import type { Problem } from './problem.ts';
import type { HealthFacts } from './server/health.ts';
import type { Leadership } from './state/lease.ts';
import type { StateStore } from './state/store.ts';

export interface Parts {
  clock: Clock;
  loop: Pick<Loop, 'runningSince'>;
  cluster: Pick<ClusterView, 'report' | 'snapshot'>;
  lease: Pick<Leadership, 'failing'>;
  store: Pick<StateStore, 'problem'>;
}

/** `lastEndedAt`: when the last pass ended, on the clock that never jumps; undefined before the first. */
export function readVitals(
  { clock, loop, cluster, lease, store }: Parts,
  lastEndedAt: number | undefined,
): HealthFacts {
  const now = clock.monotonic();
  const running = loop.runningSince();
  const calls = [
    ...cluster.report(clock.now()).watches.map((watching) => watching.failing),
    lease.failing(),
    stateFailure(store.problem()),
  ];
  return {
    ...(running !== undefined && { passRunningForMs: now - running }),
    ...(lastEndedAt !== undefined && { sincePassMs: now - lastEndedAt }),
    clusterRead: cluster.snapshot(clock.now()).synced,
    passed: lastEndedAt !== undefined,
    failing: calls.filter((call) => call !== undefined),
  };
}

/** The call that fails; a state that makes no sense is a problem, not a failing call. */
function stateFailure(problem: Problem | undefined): string | undefined {
  return problem?.code === 'state-unavailable' ? problem.message : undefined;
}
