// Can `placeholderPodLabelSelector` be read? By the same parser that the cluster view reads it with: what is accepted here
// is never refused there.
import { parseSelector, UnreadableSelector } from '../cluster/labels.ts';
import type { Problem } from '../problem.ts';
import { shown } from './explain.ts';
import { wrong } from './feeds.ts';
import { looksLikeAddress } from './secret-keys.ts';
import type { Source } from './source.ts';

const PATH = ['placeholderPodLabelSelector'];

/** The problem with a selector; undefined when there is none. One without requirements would match every pod. */
export function selectorProblem(selector: string, source: Source): Problem | undefined {
  const got = whyUnreadable(selector);
  if (got === undefined) return undefined;
  return wrong(source.where(PATH), `expected a Kubernetes label selector, got ${got}`, {
    example: 'placeholderPodLabelSelector: app=node-placeholder-scaler,component=placeholder',
  });
}

function whyUnreadable(selector: string): string | undefined {
  try {
    return parseSelector(selector).length > 0 ? undefined : 'an empty one, which every pod matches';
  } catch (error) {
    if (!(error instanceof UnreadableSelector) || looksLikeAddress(selector)) return shown(PATH, selector);
    return `${shown(PATH, error.part)}; it needs ${error.expected}`;
  }
}
