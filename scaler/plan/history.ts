import type { Snapshot } from '../cluster/snapshot.ts';
import type { Config } from '../config/schema.ts';

/** What must be remembered between passes; handed in and handed back, also written to the state. */
export interface History {
  /** Node name -> when it was last seen busy or hosting a placeholder (epoch ms); only those inside the grace period. */
  lastBusyMs: ReadonlyMap<string, number>;
  /** Set after a restart that lost the history: until then nothing is known of the nodes' past. */
  unknownUntilMs?: number;
}

export function emptyHistory(_nowMs: number, _graceMs: number): History {
  throw new Error('to be written');
}

/** The history after looking at this snapshot. Returns the same object when nothing changed. */
export function remember(
  _history: History,
  _snapshot: Snapshot,
  _rules: Pick<Config, 'scalingStrategy' | 'cpuThreshold' | 'memoryThreshold' | 'nodeGracePeriodMs'>,
  _nowMs: number,
): History {
  throw new Error('to be written');
}
