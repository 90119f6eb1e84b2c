import type { AppsV1Api, CoordinationV1Api, CoreV1Api, EventsV1Api } from '@kubernetes/client-node';

export interface KubeRequest {
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** `/api/v1/nodes`, without query. */
  path: string;
  query?: Record<string, string | number | boolean>;
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal;
  /** Until the whole answer is there; default 10 s. */
  timeoutMs?: number;
}

export interface KubeResponse {
  status: number;
  headers: Record<string, string>;
  /** Parsed JSON, or the text when it is none. */
  body: unknown;
}

export interface KubeStream {
  status: number;
  headers: Record<string, string>;
  /** Chunks as they arrive; ends or throws when the connection does. */
  body: AsyncIterable<Uint8Array>;
}

/** The one connection to the API server: one keep-alive agent, credentials read again when they rotate, timeouts. */
export interface Connection {
  /** `https://host:port` for messages. */
  server: string;
  /** Namespace of the kubeconfig context or of the service account; `default` when neither says. */
  namespace: string;
  /** HTTP statuses are answers, not errors; throws only when there is no answer (network, timeout, credentials). */
  request(request: KubeRequest): Promise<KubeResponse>;
  stream(request: KubeRequest): Promise<KubeStream>;
  apps: AppsV1Api;
  core: CoreV1Api;
  coordination: CoordinationV1Api;
  events: EventsV1Api;
  close(): Promise<void>;
}

/** In-cluster credentials, KUBECONFIG or ~/.kube/config, in client-node's order. */
export function connect(_options?: { context?: string }): Promise<Connection> {
  throw new Error('to be written');
}
