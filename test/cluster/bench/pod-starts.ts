// When users' pods were created and when they ran, by this process's clock, from one watch over all namespaces, which
// is opened again where it stopped when the API server ends it.
import type { ClientRequest } from 'node:http';
import { get } from 'node:https';
import { createInterface } from 'node:readline';
import { ADMIN_TOKEN } from '../api.ts';

export interface Login {
  namespace: string;
  name: string;
  createdMs: number;
  ranMs?: number;
}

export interface PodStarts {
  /** By namespace and name. */
  logins: ReadonlyMap<string, Login>;
  close(): void;
}

export function watchLogins(url: string): PodStarts {
  const logins = new Map<string, Login>();
  let version = '';
  let request: ClientRequest;
  let isClosed = false;

  function see(line: string): void {
    const { type, object } = JSON.parse(line);
    if (type === 'ERROR') {
      version = '';
      return;
    }
    const { namespace, name, resourceVersion } = object.metadata;
    version = resourceVersion;
    const key = `${namespace}/${name}`;
    const login: Login = logins.get(key) ?? { namespace, name, createdMs: Date.now() };
    if (object.status.phase === 'Running' && login.ranMs === undefined) login.ranMs = Date.now();
    logins.set(key, login);
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
    logins,
    close() {
      isClosed = true;
      request.destroy();
    },
  };
}
