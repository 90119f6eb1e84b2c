// client-node's typed calls, sent through our own connection instead of its fetch: same agent, same timeouts, same
// answer to a 401.
import type { AppsV1Api, CoordinationV1Api, CoreV1Api, EventsV1Api } from '@kubernetes/client-node';
import type { RawAnswer, RawRequest } from './connection.ts';

export interface TypedApis {
  apps: AppsV1Api;
  core: CoreV1Api;
  coordination: CoordinationV1Api;
  events: EventsV1Api;
}

/** Until the whole answer is there; writes are small. */
const TIMEOUT_MS = 10_000;

export function typedApis(
  client: typeof import('@kubernetes/client-node'),
  server: string,
  send: (request: RawRequest) => Promise<RawAnswer>,
): TypedApis {
  const httpApi = client.wrapHttpLibrary({
    async send(context) {
      const { status, headers, text } = await send({
        method: `${context.getHttpMethod()}` as RawRequest['method'],
        url: context.getUrl(),
        headers: context.getHeaders(),
        body: context.getBody() as string | undefined,
        signal: context.getSignal(),
        timeoutMs: TIMEOUT_MS,
      });
      const body = { text: async () => text, binary: async () => Buffer.from(text), stream: () => null };
      return new client.ResponseContext(status, headers, body);
    },
  });
  const configuration = client.createConfiguration({
    baseServer: new client.ServerConfiguration(server, {}),
    httpApi,
  });
  return {
    apps: new client.AppsV1Api(configuration),
    core: new client.CoreV1Api(configuration),
    coordination: new client.CoordinationV1Api(configuration),
    events: new client.EventsV1Api(configuration),
  };
}
