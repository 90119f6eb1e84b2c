// When users' pods ran, by this process's clock, from one watch over all namespaces, which is opened again where it
// stopped when the API server ends it.
import type { ClientRequest } from 'node:http';
import { get } from 'node:https';
import { createInterface } from 'node:readline';
import { ADMIN_TOKEN } from '../api.ts';

export interface PodRuns {
  /** By the pod's name: when it was first seen Running. */
  ranAtMs: ReadonlyMap<string, number>;
  close(): void;
}

export function watchRuns(url: string): PodRuns {
  const ranAtMs = new Map<string, number>();
  let version = '';
  let request: ClientRequest;
  let isClosed = false;

  function see(line: string): void {
    const { type, object } = JSON.parse(line);
    if (type === 'ERROR') {
      version = '';
      return;
    }
    const { name, resourceVersion } = object.metadata;
    version = resourceVersion;
    if (object.status.phase === 'Running' && !ranAtMs.has(name)) ranAtMs.set(name, Date.now());
  }

  function open(): void {
    const query = new URLSearchParams({ watch: 'true', labelSelector: 'component=singleuser-server' });
    if (version !== '') query.set('resourceVersion', version);
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    request = get(`${url}/api/v1/pods?${query}`, { headers, rejectUnauthorized: false }, (response) => {
      const lines = createInterface({ input: response });
      lines.on('line', see);
      lines.on('error', () => {});
    });
    request.on('error', () => {});
    request.on('close', () => {
      if (!isClosed) setTimeout(open, 50);
    });
  }

  open();
  return {
    ranAtMs,
    close() {
      isClosed = true;
      request.destroy();
    },
  };
}
