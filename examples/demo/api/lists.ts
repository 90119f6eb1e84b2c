// Lists: selectors, and pages that all show the list as it was when the first page was made.
import type { KubeObject, Stored } from './objects.ts';
import type { Target } from './resources.ts';
import { queryMatcher } from './selectors.ts';
import { Refused } from './status.ts';
import type { Store } from './store.ts';

export interface ObjectList {
  kind: string;
  apiVersion: string;
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
  items: KubeObject[];
}

interface Cursor {
  revision: number;
  after: string;
}

const readCursor = (text: string): Cursor => {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    throw new Refused(400, 'continue key is not valid');
  }
};

/** A List object; `metadata.continue` leads to the next page. Refused with 410 when that list can no longer be told. */
export function listPage(store: Store, target: Target, query: URLSearchParams): ObjectList {
  const token = query.get('continue');
  const cursor = token ? readCursor(token) : { revision: store.revision(), after: '' };
  const all = store.listAt(target.resource.name, cursor.revision);
  if (all === undefined) {
    throw new Refused(410, 'The provided continue parameter is too old to display a consistent list result.');
  }
  const matches = queryMatcher(query, { resource: target.resource.name, namespace: target.namespace });
  const keyOf = ({ metadata }: Stored[keyof Stored]) => `${metadata.namespace ?? ''}/${metadata.name}`;
  const left = all.filter((object) => keyOf(object) > cursor.after && matches(object));
  const limit = Number(query.get('limit') ?? 0) || left.length;
  const page = left.slice(0, limit);
  const last = page.at(-1);
  const more = left.length > page.length && last !== undefined;
  const next: Cursor = { revision: cursor.revision, after: last ? keyOf(last) : '' };
  return {
    kind: `${target.resource.kind}List`,
    apiVersion: target.apiVersion,
    metadata: {
      resourceVersion: String(cursor.revision),
      ...(more && {
        continue: Buffer.from(JSON.stringify(next)).toString('base64url'),
        remainingItemCount: left.length - page.length,
      }),
    },
    items: page,
  };
}
