// Asks the simulated API server, as a client without a library would.
import type { ApiServer } from '../../examples/demo/api/server.ts';
import { NAMESPACE } from './builders.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of a JSON API, looked into by path.
export type Answer = { status: number; body: any };

export const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;

export interface Client {
  ask(method: string, path: string, body?: object, type?: string): Promise<Answer>;
  /** Server-side apply of a Deployment. */
  apply(object: { metadata: { name: string; [field: string]: unknown } }, query?: string): Promise<Answer>;
  merge(path: string, patch: object): Promise<Answer>;
}

export function clientOf(api: ApiServer): Client {
  const ask: Client['ask'] = async (method, path, body, type = 'application/json') => {
    const init = body
      ? { method, headers: { 'content-type': type }, body: JSON.stringify(body) }
      : { method };
    const response = await fetch(`${api.url}${path}`, init);
    return { status: response.status, body: await response.json() };
  };
  return {
    ask,
    apply: (object, query = 'fieldManager=scaler&force=true') =>
      ask('PATCH', `${DEPLOYMENTS}/${object.metadata.name}?${query}`, object, 'application/apply-patch+yaml'),
    merge: (path, patch) => ask('PATCH', path, patch, 'application/merge-patch+json'),
  };
}
