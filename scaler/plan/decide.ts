import type { Booked } from '../calendar/schedule.ts';
import type { PoolView } from '../cluster/snapshot.ts';
import type { Config, PoolConfig } from '../config/schema.ts';
import type { Problem } from '../problem.ts';
import type { History } from './history.ts';

export const REASONS = ['manual', 'waiting', 'held', 'booked', 'pending', 'baseline', 'headroom'] as const;
export type Reason = (typeof REASONS)[number];

export interface Decision {
  pool: string;
  /** Replicas the Deployment shall have; undefined: leave it as it is, whatever that is (waiting). */
  count: number | undefined;
  reason: Reason;
  /** With its numbers, for people. */
  sentence: string;
  baseline: number;
  booked?: Booked;
  /** Free nodes that took something away or could have; undefined when not looked at. */
  free?: number;
  /** What was asked before `maxReplicas` cut it. */
  cutFrom?: number;
  /** Manual annotation in force until (epoch ms), or for ever (undefined with reason manual). */
  manualUntilMs?: number;
  problems: Problem[];
}

export interface DecideInput {
  pool: PoolConfig;
  rules: Pick<
    Config,
    'calendarOverrideEnabled' | 'scalingStrategy' | 'cpuThreshold' | 'memoryThreshold' | 'nodeGracePeriodMs'
  >;
  /** Zone in which the sentence shows times (IANA). */
  zone: string;
  nowMs: number;
  calendar: 'read' | 'unread' | 'failed';
  booked?: Booked;
  cluster: { synced: boolean; stale?: { sinceMs: number; why: string } };
  view?: PoolView;
  history: History;
}

export function decide(_input: DecideInput): Decision {
  throw new Error('to be written');
}
