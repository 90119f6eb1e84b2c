// Decisions for pool data8 in few words, and the situations that several tests are about.
import type { PoolNode } from '../../scaler/cluster/snapshot.ts';
import { type Decision, decide } from '../../scaler/plan/decide.ts';
import { aHistory, aNode, aSituation, MINUTE, NOW, nodes, type SituationWords } from './world.ts';

export function decided(words: SituationWords): Decision {
  return decide(aSituation(words));
}

/** `free` nodes with room and `busy` ones without. */
export function room(free: number, busy = 0): PoolNode[] {
  const many = (count: number, words: Parameters<typeof aNode>[0]) =>
    Array.from({ length: count }, () => aNode(words));
  return nodes(...many(free, {}), ...many(busy, { free: 0.1 }));
}

/** Words of a Deployment that a person annotated. */
export function override(text: string) {
  return { annotations: { 'node-placeholder-scaler/replicas': text } };
}

export const STALE = {
  synced: true,
  stale: { sinceMs: NOW - 5 * MINUTE, why: 'GET /api/v1/pods: 403 Forbidden' },
};

/** After a restart that lost the history, five minutes before it is known again. */
export const UNKNOWN_PAST = aHistory({ unknownUntilMs: NOW + 5 * MINUTE });
