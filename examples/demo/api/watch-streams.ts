// The watches that are open: each a response that is written to as the store changes, with bookmarks, until its
// timeout or until it is interrupted.
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../../scaler/clock.ts';
import type { ResourceName } from './objects.ts';
import type { Store } from './store.ts';
import type { Watch } from './watch.ts';

export type Interruption = 'end' | 'reset' | 'silent';

export interface WatchStreams {
  serve(watch: Watch, response: ServerResponse): void;
  /** Of one resource, or all. A silent watch stays open and says nothing any more. */
  interrupt(how: Interruption, resource?: ResourceName): void;
  /** What is watched now, one name per watch. */
  resources(): ResourceName[];
}

interface OpenWatch {
  resource: ResourceName;
  silent: boolean;
  close(how: 'end' | 'reset'): void;
}

export function trackWatches({
  store,
  clock,
  bookmarkMs,
}: {
  store: Store;
  clock: Clock;
  bookmarkMs: number;
}): WatchStreams {
  const watches = new Set<OpenWatch>();
  return {
    serve(watch, response) {
      response.writeHead(200, { 'content-type': 'application/json' });
      const write = (line: object) => response.write(`${JSON.stringify(line)}\n`);
      for (const line of watch.opening) write(line);
      response.flushHeaders();
      if (watch.over) {
        response.end();
        return;
      }
      const say = (line: object | undefined) => {
        if (line && !open.silent) write(line);
      };
      const timeout = clock.after(watch.timeoutSeconds * 1000, () => open.close('end'));
      const bookmark = () => {
        say(watch.bookmark());
        nextBookmark = clock.after(bookmarkMs, bookmark);
      };
      let nextBookmark = clock.after(bookmarkMs, bookmark);
      const unsubscribe = store.subscribe((event) => say(watch.see(event)));
      const forget = () => {
        watches.delete(open);
        unsubscribe();
        timeout.cancel();
        nextBookmark.cancel();
      };
      const open: OpenWatch = {
        resource: watch.target.resource.name,
        silent: false,
        close(how) {
          forget();
          if (how === 'end') response.end();
          else response.destroy();
        },
      };
      watches.add(open);
      response.on('close', forget);
    },
    interrupt(how, resource) {
      for (const open of [...watches]) {
        if (resource !== undefined && open.resource !== resource) continue;
        if (how === 'silent') open.silent = true;
        else open.close(how);
      }
    },
    resources: () => [...watches].map((open) => open.resource).sort(),
  };
}
