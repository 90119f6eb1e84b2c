// A small fake of the few API calls that writing and remembering make, over real HTTP. It is no Kubernetes: it knows
// Deployments, ConfigMaps, Leases and Events by name, merges an apply without keeping field owners, and nothing happens
// by itself (no pods, no collection). What it refuses, it refuses in the real API server's words and codes.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppsV1Api, CoordinationV1Api, CoreV1Api, EventsV1Api, KubeConfig } from '@kubernetes/client-node';

type Json = Record<string, unknown>;
export interface KubeObject {
  metadata: { name: string; uid: string; resourceVersion: string; deletionTimestamp?: string } & Json;
  [field: string]: unknown;
}
export interface Call {
  method: string;
  /** `deployments/data8-placeholder`. */
  target: string;
  query: URLSearchParams;
  contentType: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever was sent
  body: any;
}
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** `drop`: the connection ends before anything is done; `lose`: it is done, but the answer is lost. */
export type Interceptor = (call: Call) => Answer | 'drop' | 'lose' | undefined;

export interface KubeApi {
  calls: Call[];
  /** As `kubectl create` would: by someone who is not the scaler. */
  make(target: string, object: Json): KubeObject;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever is there
  get(target: string): any;
  /** Gone at once, as after the last pod of a foreground deletion. */
  vanish(target: string): void;
  /** Asked for every call before anything else; what it returns is the answer. */
  intercept(interceptor: Interceptor | undefined): void;
  apis: { apps: AppsV1Api; core: CoreV1Api; coordination: CoordinationV1Api; events: EventsV1Api };
  close(): Promise<void>;
}

const SIX_DIGITS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

export async function startKubeApi(): Promise<KubeApi> {
  const objects = new Map<string, KubeObject>();
  const calls: Call[] = [];
  let interceptor: Interceptor | undefined;
  let last = 100;
  const next = () => String(++last);

  function make(target: string, object: Json): KubeObject {
    const metadata = { ...(object.metadata as Json), uid: `uid-${next()}`, resourceVersion: next() };
    const made = { ...object, metadata: { name: nameIn(target), ...metadata } } as KubeObject;
    objects.set(target, made);
    return made;
  }

  function change(target: string, object: KubeObject): Answer {
    objects.set(target, { ...object, metadata: { ...object.metadata, resourceVersion: next() } });
    return { status: 200, body: objects.get(target) };
  }

  function answer({ method, target, query, contentType, body }: Call): Answer {
    const there = objects.get(target);
    if (method === 'POST') {
      if (!SIX_DIGITS.test(body.eventTime)) return status(400, 'BadRequest', `eventTime ${body.eventTime}`);
      const made = `${target}/${body.metadata.name}`;
      if (objects.has(made)) return status(409, 'AlreadyExists', `${made} already exists`);
      return { status: 201, body: make(made, body) };
    }
    if (method === 'PATCH') {
      if (contentType === 'application/merge-patch+json') {
        if (there === undefined) return status(404, 'NotFound', `${target} not found`);
        return change(target, merged(there, body) as KubeObject);
      }
      if (contentType !== 'application/apply-patch+yaml') return status(400, 'BadRequest', contentType);
      if (!query.get('fieldManager')) return status(422, 'Invalid', 'fieldManager: Required value');
      if (there === undefined) return { status: 201, body: make(target, body) };
      if (JSON.stringify(selector(there)) !== JSON.stringify(selector(body))) return immutable(target, there);
      return change(target, merged(there, body) as KubeObject);
    }
    if (method === 'PUT') return replace(target, there, body);
    if (there === undefined) return status(404, 'NotFound', `${target} not found`);
    if (method === 'GET') return { status: 200, body: there };
    if (body?.preconditions?.uid !== undefined && body.preconditions.uid !== there.metadata.uid) {
      return status(409, 'Conflict', `Precondition failed: UID in precondition: ${body.preconditions.uid}`);
    }
    if (body?.propagationPolicy !== 'Foreground') objects.delete(target);
    else
      change(target, {
        ...there,
        metadata: { ...there.metadata, deletionTimestamp: '2026-11-23T09:00:00Z' },
      });
    return { status: 200, body: there };
  }

  function replace(target: string, there: KubeObject | undefined, body: KubeObject & { spec: Json }): Answer {
    const { uid, resourceVersion } = body.metadata;
    if (!SIX_DIGITS.test(String(body.spec.renewTime)))
      return status(400, 'BadRequest', `renewTime ${body.spec.renewTime}`);
    if (there === undefined) {
      if (uid)
        return status(
          409,
          'Conflict',
          `Precondition failed: UID in precondition: ${uid}, UID in object meta: `,
        );
      return { status: 201, body: make(target, body) };
    }
    if (!resourceVersion)
      return status(422, 'Invalid', 'metadata.resourceVersion: must be specified for an update');
    if (resourceVersion !== there.metadata.resourceVersion || (uid && uid !== there.metadata.uid)) {
      return status(
        409,
        'Conflict',
        'the object has been modified; please apply your changes to the latest version',
      );
    }
    return change(target, { ...body, metadata: { ...body.metadata, uid: there.metadata.uid } });
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://fake');
    const target = url.pathname.replace(/^.*\/namespaces\/[^/]+\//, '');
    const call: Call = {
      method: request.method ?? '',
      target,
      query: url.searchParams,
      contentType: request.headers['content-type'] ?? '',
      body: await bodyOf(request),
    };
    calls.push(call);
    const said = interceptor?.(call) ?? answer(call);
    if (said === 'lose') answer(call);
    if (said === 'drop' || said === 'lose') {
      request.socket.destroy();
      return;
    }
    response.writeHead(said.status, { 'content-type': 'application/json', ...said.headers });
    response.end(typeof said.body === 'string' ? said.body : JSON.stringify(said.body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const config = new KubeConfig();
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  config.loadFromClusterAndUser({ name: 'fake', server: address, skipTLSVerify: true }, { name: 'test' });

  return {
    calls,
    make,
    get: (target) => objects.get(target),
    vanish: (target) => objects.delete(target),
    intercept(asked) {
      interceptor = asked;
    },
    apis: {
      apps: config.makeApiClient(AppsV1Api),
      core: config.makeApiClient(CoreV1Api),
      coordination: config.makeApiClient(CoordinationV1Api),
      events: config.makeApiClient(EventsV1Api),
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What the API server says when it refuses. */
export function status(code: number, reason: string, message: string, details?: Json): Answer {
  return {
    status: code,
    body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details },
  };
}

function immutable(target: string, there: KubeObject): Answer {
  const value = JSON.stringify(selector(there));
  const message = `Invalid value: ${value}: field is immutable`;
  return status(422, 'Invalid', `Deployment.apps "${nameIn(target)}" is invalid: spec.selector: ${message}`, {
    causes: [{ reason: 'FieldValueInvalid', message, field: 'spec.selector' }],
  });
}

function selector(object: Json): unknown {
  return (object.spec as { selector?: { matchLabels?: Json } } | undefined)?.selector?.matchLabels;
}

/** Maps are merged, lists are replaced. */
function merged(old: unknown, patch: unknown): unknown {
  if (!isMap(old) || !isMap(patch)) return patch;
  const result: Json = { ...old };
  for (const [key, value] of Object.entries(patch)) result[key] = merged(old[key], value);
  return result;
}

function isMap(value: unknown): value is Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function nameIn(target: string): string {
  return target.slice(target.indexOf('/') + 1);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? undefined : JSON.parse(text);
}
