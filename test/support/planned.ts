// Planning a change for pool data8 in few words: one placeholder is decided and wanted, and the view is fresh, unless the
// words say otherwise. The monotonic clock stands at NOW.
import type { DeploymentView } from '../../scaler/cluster/snapshot.ts';
import {
  type ChangeInput,
  type PlaceholderManifest,
  type PlannedChange,
  planChange,
} from '../../scaler/plan/changes.ts';
import type { Decision } from '../../scaler/plan/decide.ts';
import type { LastWrite } from '../../scaler/plan/last-write.ts';
import { aManifest, type ServedSpec, served, servedSpec } from './served.ts';
import { MINUTE, NOW } from './world.ts';

export interface PlanWords extends Partial<Omit<ChangeInput, 'decision'>> {
  count?: number | undefined;
  reason?: Decision['reason'];
  booked?: Decision['booked'];
}

export function plan(words: PlanWords): PlannedChange {
  const { reason = 'booked', count: _, booked, ...rest } = words;
  const count = 'count' in words ? words.count : 1;
  const decision: Decision = {
    pool: 'data8',
    count,
    reason,
    sentence: '',
    baseline: 1,
    ...(booked && { booked }),
    problems: [],
  };
  const sight = { isFresh: true, monotonicMs: NOW };
  return planChange({ decision, wanted: aManifest(), bookingActive: false, ...sight, ...rest });
}

/** What the change says, without its manifest; undefined when nothing is written. */
export function told(words: PlanWords) {
  const { change } = plan(words);
  if (change === undefined) return undefined;
  return change.kind === 'apply'
    ? { why: change.why, from: change.from, to: change.to }
    : { kind: change.kind };
}

/** A write of ten minutes ago that the API server took as it was. */
export function aLastWrite(sent: PlaceholderManifest, words: Partial<LastWrite> = {}): LastWrite {
  const atMs = NOW - 10 * MINUTE;
  return { sent: sent.spec, returned: servedSpec(sent), uid: 'uid-1', generation: 1, atMs, ...words };
}

/** The Deployment that came of a manifest, after someone's edit. */
export function edited(manifest: PlaceholderManifest, edit: (spec: ServedSpec) => void): DeploymentView {
  const spec = servedSpec(manifest);
  edit(spec);
  return served(manifest, { generation: 2, spec, replicas: spec.replicas });
}

/** Words of a manifest of that size. */
export function ofSize(cpu: string, memory: string) {
  return { size: { requests: { cpu, memory } } };
}

export function requestsOf(manifest: PlaceholderManifest | undefined): Record<string, string> | undefined {
  return (manifest?.spec as ServedSpec | undefined)?.template.spec.containers[0].resources.requests;
}
