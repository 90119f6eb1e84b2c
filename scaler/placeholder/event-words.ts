// What the Event about a write says: one word for why, one for what was done, and the decision's own sentence.
import type { Change } from '../plan/changes.ts';
import type { PlaceholderEvent } from './events.ts';
import type { WriteResult } from './writer.ts';

/** `sentence` is the decision's; `uid` the watched Deployment's, when there was one. */
export function eventOfWrite(
  change: Change,
  result: WriteResult,
  { sentence, uid }: { sentence: string; uid?: string | undefined },
): PlaceholderEvent {
  const { pool, manifest } = change;
  const deployment = { name: manifest.metadata.name, uid: (result.ok ? result.uid : undefined) ?? uid };
  const action = change.kind === 'take-over' ? 'TakeOver' : 'Apply';
  if (!result.ok) {
    return { pool, deployment, type: 'Warning', reason: 'WriteRefused', action, note: result.message };
  }
  if (change.kind === 'take-over') {
    return { pool, deployment, type: 'Normal', reason: 'TakenOver', action, note: result.note ?? sentence };
  }
  return { pool, deployment, type: 'Normal', ...words(change, sentence), action };
}

function words(
  { why, from, to }: Extract<Change, { kind: 'apply' }>,
  sentence: string,
): Pick<PlaceholderEvent, 'reason' | 'note'> {
  const created = why.includes('create');
  const counts = created ? `made with ${to} placeholders` : `from ${from ?? 0} to ${to} placeholders`;
  if (why.includes('put-back')) {
    const by = created ? 'someone had deleted it' : "someone else's edit was put back";
    return { reason: 'PutBack', note: `${created || from !== to ? `${counts}; ` : ''}${by}: ${sentence}` };
  }
  if (created) return { reason: 'Created', note: `${counts}: ${sentence}` };
  if (why.includes('scale')) return { reason: 'Scaled', note: `${counts}: ${sentence}` };
  if (why.includes('resize'))
    return { reason: 'Resized', note: 'the placeholders get another size, one node at a time' };
  return {
    reason: 'TemplateChanged',
    note: 'the placeholders are made anew from changed settings, one node at a time',
  };
}
