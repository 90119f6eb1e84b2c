// Requests to a cluster's API server as its admin, or with someone else's token: JSON in, JSON out, every refusal an
// error with the server's own words.
import { Agent, request } from 'undici';

export const ADMIN_TOKEN = 'admin';

// biome-ignore lint/suspicious/noExplicitAny: tests look into objects of every kind
export type Answer = Record<string, any>;

export interface CallOptions {
  body?: unknown;
  contentType?: string;
  /** Of someone else than the admin. */
  token?: string;
  query?: Record<string, string>;
  /** Statuses to return instead of throwing; the answer then has `httpStatus`. */
  allow?: number[];
}

export interface Api {
  url: string;
  /** Throws on any status that is not 2xx, with what the server said. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

export function openApi(url: string): Api {
  const agent = new Agent({ connect: { rejectUnauthorized: false } });
  return {
    url,
    async call(method, path, options = {}) {
      const { body, contentType = 'application/json', token = ADMIN_TOKEN, query, allow = [] } = options;
      const answer = await request(`${url}${path}`, {
        method: method as 'GET',
        dispatcher: agent,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': contentType,
          accept: 'application/json',
        },
        ...(query && { query }),
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        headersTimeout: 15_000,
        bodyTimeout: 15_000,
      });
      const text = await answer.body.text();
      if (answer.statusCode >= 300 && !allow.includes(answer.statusCode)) {
        throw new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 600)}`);
      }
      const parsed: unknown = /^[[{]/.test(text) && query?.watch === undefined ? JSON.parse(text) : { text };
      return { ...(parsed as object), ...(allow.length > 0 && { httpStatus: answer.statusCode }) };
    },
    close: () => agent.destroy(),
  };
}

/** What happened to the objects at a path since a list of that resourceVersion: `ADDED name`, `DELETED name`. */
export async function happenedSince(
  api: Pick<Api, 'call'>,
  path: string,
  resourceVersion: string,
): Promise<string[]> {
  const query = { watch: 'true', resourceVersion, timeoutSeconds: '1' };
  const { text } = await api.call('GET', path, { query });
  return (text as string)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .map(({ type, object }) => `${type} ${object.metadata?.name ?? object.message}`);
}

export function kubeconfigText(access: {
  url: string;
  ca: string;
  token?: string;
  tokenFile?: string;
  namespace?: string;
}): string {
  const { url, ca, token, tokenFile, namespace = 'default' } = access;
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'local', cluster: { server: url, 'certificate-authority': ca } }],
    users: [{ name: 'user', user: { token, tokenFile } }],
    contexts: [{ name: 'local', context: { cluster: 'local', user: 'user', namespace } }],
    'current-context': 'local',
  });
}
