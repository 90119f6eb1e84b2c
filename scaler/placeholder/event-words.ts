// What the Event about a write says: one word for why, and in a clause what was done. The decision's sentence follows it.
import type { Change } from '../plan/changes.ts';
import { placeholders } from '../plan/sentence.ts';
import type { PlaceholderSize } from './deployment.ts';
import type { EventReason } from './event-reasons.ts';
import type { WriteResult } from './writer.ts';

/** One thing that happened to a pool. Things of one reason and one `topic` are the same thing again. */
export interface Happening {
  reason: EventReason;
  words: string;
  topic?: string;
  /** The decision's sentence would add nothing. */
  isComplete?: boolean;
}

export function happeningOfWrite(change: Change, result: WriteResult, size: PlaceholderSize): Happening {
  if (!result.ok) {
    const topic = `${change.kind} ${result.status ?? 'no answer'}`;
    return { reason: 'WriteRefused', words: `not written (${result.message})`, topic };
  }
  if (change.kind === 'apply') return happeningOfApply(change, size);
  const words = result.note ?? `taken over with ${placeholders(change.from)}`;
  return { reason: 'TakenOver', words };
}

function happeningOfApply(
  { why, from = 0, to }: Extract<Change, { kind: 'apply' }>,
  { requests }: PlaceholderSize,
): Happening {
  const words: string[] = [];
  const isNew = why.includes('create');
  const isPutBack = why.includes('put-back');
  if (isNew) words.push(`made with ${placeholders(to)}`);
  else if (from !== to) words.push(`from ${from} to ${placeholders(to)}`);
  if (isPutBack) words.push(isNew ? 'someone had deleted it' : "someone else's edit was put back");
  if (!isNew && why.includes('resize'))
    words.push(`another size (${sizeWords(requests)}), one node at a time`);
  if (!isNew && why.includes('template')) words.push('made anew from changed settings, one node at a time');
  const all = words.join('; ');
  if (isPutBack) return { reason: 'PutBack', words: all, topic: `${from} ${to}` };
  if (isNew) return { reason: 'Created', words: all };
  if (why.includes('scale')) return { reason: 'Scaled', words: all };
  return { reason: why.includes('resize') ? 'Resized' : 'TemplateChanged', words: all, isComplete: true };
}

function sizeWords(requests: Record<string, string> = {}): string {
  return Object.entries(requests)
    .map(([resource, quantity]) => `${resource} ${quantity}`)
    .join(', ');
}
