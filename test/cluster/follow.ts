// The objects of one list of a real API server as they are now: one watch that begins with everything there is, and
// begins anew when the server ends it.
import type { ClientRequest } from 'node:http';
import { get } from 'node:https';
import { createInterface } from 'node:readline';
import { ADMIN_TOKEN, type Answer } from './api.ts';

export interface Followed {
  objects(): Answer[];
  /** Called with every object that is new or changed; the answer ends that. */
  onChange(tell: (object: Answer) => void): () => void;
  stop(): void;
}

export interface FollowOptions {
  url: string;
  path: string;
  labelSelector?: string;
}

export function follow({ url, path, labelSelector }: FollowOptions): Followed {
  const objects = new Map<string, Answer>();
  const listeners = new Set<(object: Answer) => void>();
  let request: ClientRequest;
  let stopped = false;

  function see(line: string): void {
    const { type, object } = JSON.parse(line);
    if (type === 'ERROR') return;
    const { uid } = object.metadata;
    if (type === 'DELETED') objects.delete(uid);
    else {
      objects.set(uid, object);
      for (const tell of listeners) tell(object);
    }
  }

  function open(): void {
    const query = new URLSearchParams({ watch: 'true', ...(labelSelector && { labelSelector }) });
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    request = get(`${url}${path}?${query}`, { headers, rejectUnauthorized: false }, (response) => {
      objects.clear();
      const lines = createInterface({ input: response });
      lines.on('line', see);
      lines.on('error', () => {});
    });
    request.on('error', () => {});
    request.on('close', () => {
      if (!stopped) setTimeout(open, 100);
    });
  }

  open();
  return {
    objects: () => [...objects.values()],
    onChange(tell) {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    stop() {
      stopped = true;
      request.destroy();
    },
  };
}
