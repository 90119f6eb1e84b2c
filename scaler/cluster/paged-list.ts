// The whole list in pages, for servers without WatchList. An error in the middle loses only the page: the next call
// goes on where this one stopped, unless the server has forgotten the list (410) or refuses it.
import type { Connection, KubeResponse } from './connection.ts';
import type { Draft, Resource, Store } from './store.ts';

/** Objects per page. Pages of pods stay under 1 MB, so that each is garbage before the collector moves it aside. */
const PAGE = 100;
const PAGE_TIMEOUT_MS = 30_000;

export interface PagedList {
  /** Reads to the end: commits and gives the list's version, or the answer that was no page. Throws without answer. */
  read(signal: AbortSignal): Promise<{ version: string } | { answer: KubeResponse }>;
  /** Drops what was read so far. */
  forget(): void;
}

export function pagedList<T>(options: {
  connection: Pick<Connection, 'request'>;
  resource: Resource;
  store: Store<T>;
  onPage(): void;
}): PagedList {
  const { connection, resource, store } = options;
  let read: { draft: Draft<T>; next: string } | undefined;
  return {
    async read(signal) {
      for (;;) {
        read ??= { draft: store.draft(), next: '' };
        const query = { ...resource.query, limit: PAGE, ...(read.next && { continue: read.next }) };
        const answer = await connection.request({
          method: 'GET',
          path: resource.path,
          query,
          signal,
          timeoutMs: PAGE_TIMEOUT_MS,
        });
        if (answer.status !== 200) {
          if (answer.status < 500 && answer.status !== 429) read = undefined;
          return { answer };
        }
        const { items, metadata } = answer.body as {
          items?: T[];
          metadata?: Record<string, string | undefined>;
        };
        if (!Array.isArray(items)) throw new Error('expected a list, got something else');
        options.onPage();
        for (const item of items) read.draft.apply('ADDED', item);
        if (metadata?.continue) {
          read.next = metadata.continue;
          continue;
        }
        read.draft.commit();
        read = undefined;
        return { version: metadata?.resourceVersion ?? '' };
      }
    },
    forget() {
      read = undefined;
    },
  };
}
