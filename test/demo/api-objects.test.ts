import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ApiServer, startApiServer } from '../../examples/demo/api/server.ts';
import type { Store } from '../../examples/demo/api/store.ts';
import { startGarbageCollector } from '../../examples/demo/controllers/garbage.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { addPod, deployment, emptyCluster, NAMESPACE } from './builders.ts';

let store: Store;
let clock: ManualClock;
let api: ApiServer;

beforeEach(async () => {
  ({ store, clock } = emptyCluster());
  api = await startApiServer({ store, clock });
});
afterEach(() => api.stop());

// biome-ignore lint/suspicious/noExplicitAny: answers of a JSON API, looked into by path.
type Answer = { status: number; body: any };

async function ask(method: string, path: string, body?: object, type = 'application/json'): Promise<Answer> {
  const init = body ? { method, headers: { 'content-type': type }, body: JSON.stringify(body) } : { method };
  const response = await fetch(`${api.url}${path}`, init);
  return { status: response.status, body: await response.json() };
}
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const apply = (
  object: { metadata: { name: string; [field: string]: unknown } },
  query = 'fieldManager=scaler&force=true',
) => ask('PATCH', `${DEPLOYMENTS}/${object.metadata.name}?${query}`, object, 'application/apply-patch+yaml');
const merge = (path: string, patch: object) => ask('PATCH', path, patch, 'application/merge-patch+json');

describe('server-side apply', () => {
  it('creates the object with 201, then answers 200 and changes nothing when the same is sent again', async () => {
    const first = await apply(deployment('data8'));
    const second = await apply(deployment('data8'));
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
    expect(second.body.metadata.generation).toBe(1);
  });

  it('fills in defaults and writes quantities in their canonical form', async () => {
    const { body } = await apply(deployment('data8', { memory: '51200Mi' }));
    expect(body.spec.strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
    });
    expect(body.spec.template.spec.containers[0].resources.requests).toEqual({ memory: '50Gi' });
    expect(body.spec.template.spec.restartPolicy).toBe('Always');
  });

  it('counts the generation up with the spec, not with the labels', async () => {
    await apply(deployment('data8'));
    const scaled = await apply(deployment('data8', { replicas: 3 }));
    expect(scaled.body).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 3 } });
    const labelled = await merge(`${DEPLOYMENTS}/data8`, { metadata: { labels: { a: 'b' } } });
    expect(labelled.body.metadata.generation).toBe(2);
  });

  it('prunes what the manager no longer sends and leaves what others set', async () => {
    const mine = deployment('data8');
    await apply({ ...mine, metadata: { ...mine.metadata, labels: { ...mine.metadata.labels, old: 'x' } } });
    await merge(`${DEPLOYMENTS}/data8`, {
      metadata: { annotations: { theirs: 'kept' }, labels: { theirs: 'kept' } },
    });
    const { body } = await apply(mine);
    expect(body.metadata.labels).toEqual({ ...mine.metadata.labels, theirs: 'kept' });
    expect(body.metadata.annotations).toEqual({ theirs: 'kept' });
  });

  it('puts back what somebody edited', async () => {
    await apply(deployment('data8', { replicas: 3 }));
    await merge(`${DEPLOYMENTS}/data8`, { spec: { replicas: 9 } });
    expect((await apply(deployment('data8', { replicas: 3 }))).body.spec.replicas).toBe(3);
  });

  it('refuses another manager without force with 409, and without a manager with 422', async () => {
    await apply(deployment('data8', { replicas: 1 }));
    const other = deployment('data8', { replicas: 2 });
    const refused = await apply(other, 'fieldManager=other');
    expect(refused).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
    expect(refused.body.message).toContain('conflict with "scaler": .spec.replicas');
    expect((await apply(other, 'force=true')).status).toBe(422);
  });

  it('refuses another selector with 422 and says that it is immutable', async () => {
    await apply(deployment('data8'));
    const other = deployment('data8');
    other.spec.selector.matchLabels = { app: 'placeholder', pool: 'other' };
    other.spec.template.metadata.labels = { app: 'placeholder', pool: 'other' };
    const { status, body } = await apply(other);
    expect(status).toBe(422);
    expect(body.message).toContain('field is immutable');
  });
});

describe('lists', () => {
  it('come in pages that all show the moment of the first one', async () => {
    for (const name of ['a', 'b', 'c']) addPod(store, name);
    const first = await ask('GET', '/api/v1/pods?limit=2');
    addPod(store, 'bb');
    store.remove('pods', { namespace: NAMESPACE, name: 'c' });
    const next = await ask('GET', `/api/v1/pods?limit=2&continue=${first.body.metadata.continue}`);
    const names = [...first.body.items, ...next.body.items].map((pod) => pod.metadata.name);
    expect(names).toEqual(['a', 'b', 'c']);
    expect(next.body.metadata).toEqual({ resourceVersion: first.body.metadata.resourceVersion });
  });

  it('answer 410 to a page of a list that cannot be told any more', async () => {
    for (const name of ['a', 'b']) addPod(store, name);
    const first = await ask('GET', '/api/v1/pods?limit=1');
    addPod(store, 'c');
    store.forgetHistory();
    const { status, body } = await ask(
      'GET',
      `/api/v1/pods?limit=1&continue=${first.body.metadata.continue}`,
    );
    expect({ status, reason: body.reason }).toEqual({ status: 410, reason: 'Expired' });
  });

  it.each([
    ['labelSelector=app=x', ['one']],
    ['labelSelector=app!=x', ['two', 'three']],
    ['labelSelector=app in (x,y)', ['one', 'two']],
    ['labelSelector=!app', ['three']],
    ['fieldSelector=metadata.name=two', ['two']],
    ['fieldSelector=spec.nodeName=n1', ['three']],
  ])('select by %s', async (query, names) => {
    addPod(store, 'one', { labels: { app: 'x' } });
    addPod(store, 'two', { labels: { app: 'y' } });
    addPod(store, 'three', { nodeName: 'n1' });
    const { body } = await ask('GET', `/api/v1/pods?${encodeURI(query)}`);
    expect(body.items.map((pod: Answer['body']) => pod.metadata.name).sort()).toEqual([...names].sort());
  });

  it('refuse a field that no server indexes', async () => {
    expect((await ask('GET', '/api/v1/pods?fieldSelector=spec.priority=1')).status).toBe(400);
  });
});

describe('objects', () => {
  it('of a namespace that does not exist, or that are not there, are answered with 404', async () => {
    const path = '/api/v1/namespaces/nowhere/configmaps';
    expect((await ask('POST', path, { metadata: { name: 'a' } })).status).toBe(404);
    expect((await ask('GET', `${path}/a`)).status).toBe(404);
  });

  it('are not replaced from an old version', async () => {
    const path = `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases/scaler`;
    const lease = (holderIdentity: string, metadata = {}) => ({ metadata, spec: { holderIdentity } });
    const made = await ask('PUT', path, lease('a'));
    expect(made.status).toBe(201);
    const { resourceVersion, uid } = made.body.metadata;
    expect((await ask('PUT', path, lease('b', { resourceVersion, uid }))).status).toBe(200);
    expect((await ask('PUT', path, lease('c', { resourceVersion, uid }))).status).toBe(409);
    store.remove('leases', { namespace: NAMESPACE, name: 'scaler' });
    expect((await ask('PUT', path, lease('c', { resourceVersion, uid }))).status).toBe(409);
  });

  it('of kind Lease need times with six digits', async () => {
    const path = `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases/scaler`;
    const renewed = (renewTime: string) => ask('PUT', path, { metadata: {}, spec: { renewTime } });
    expect((await renewed('2026-11-23T09:00:00.000Z')).status).toBe(400);
    expect((await renewed('2026-11-23T09:00:00.000000Z')).status).toBe(201);
  });

  it('that are deleted in the foreground stay until their dependents are gone', async () => {
    const garbage = startGarbageCollector({ store, clock, delayMs: 1 });
    const owner = (await apply(deployment('data8'))).body;
    const { uid, name } = owner.metadata;
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'Deployment', name, uid }];
    const pod = addPod(store, 'dependent', { nodeName: 'n1', graceSeconds: 5 });
    store.change('pods', pod.metadata, ({ metadata }) => {
      metadata.ownerReferences = ownerReferences;
    });
    const deleted = await ask('DELETE', `${DEPLOYMENTS}/data8`, { propagationPolicy: 'Foreground' });
    expect(deleted.body.metadata.finalizers).toEqual(['foregroundDeletion']);
    await clock.advance(10);
    expect(store.get('deployments', owner.metadata)).toBeDefined();
    store.remove('pods', pod.metadata);
    await clock.advance(10);
    expect(store.get('deployments', owner.metadata)).toBeUndefined();
    garbage.stop();
  });

  it('go when their owner goes, and so do those they own', async () => {
    const garbage = startGarbageCollector({ store, clock, delayMs: 1 });
    const owner = store.create('configmaps', { metadata: { namespace: NAMESPACE, name: 'owner' } });
    const { uid, name } = owner.metadata;
    const mine = deployment('data8');
    const metadata = {
      ...mine.metadata,
      ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid }],
    };
    await apply({ ...mine, metadata });
    await clock.advance(10);
    expect(store.list('deployments')).toHaveLength(1);
    await ask('DELETE', `/api/v1/namespaces/${NAMESPACE}/configmaps/owner`);
    await clock.advance(10);
    expect(store.list('deployments')).toEqual([]);
    garbage.stop();
  });
});

describe('tables, for kubectl', () => {
  it('have the columns of the kinds one looks at', async () => {
    addPod(store, 'a', { nodeName: 'n1' });
    await clock.advance(90_000);
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    const response = await fetch(`${api.url}/api/v1/pods`, { headers: { accept } });
    const { kind, columnDefinitions, rows } = (await response.json()) as Answer['body'];
    expect(kind).toBe('Table');
    expect(columnDefinitions.map((column: Answer['body']) => column.name).slice(0, 4)).toEqual([
      'Name',
      'Ready',
      'Status',
      'Age',
    ]);
    expect(rows[0].cells).toEqual(['a', '0/1', 'Pending', '90s', 'n1', '<none>']);
  });
});

describe('being told to fail', () => {
  it('answers, hangs or resets the chosen requests and lets the others through', async () => {
    api.fail(({ path }) =>
      path.includes('nodes')
        ? { status: 429, headers: { 'retry-after': '7' }, message: 'slow down' }
        : undefined,
    );
    const response = await fetch(`${api.url}/api/v1/nodes`);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.json()).toMatchObject({ kind: 'Status', code: 429, message: 'slow down' });
    expect((await ask('GET', '/api/v1/pods')).status).toBe(200);
    api.fail(() => 'reset');
    await expect(fetch(`${api.url}/api/v1/pods`)).rejects.toThrow();
    api.fail(() => 'hang');
    const giveUp = new AbortController();
    const hung = fetch(`${api.url}/api/v1/hung`, { signal: giveUp.signal });
    await vi.waitFor(() => expect(api.requests.at(-1)?.path).toBe('/api/v1/hung'));
    giveUp.abort();
    await expect(hung).rejects.toThrow('abort');
    expect(api.requests.at(-1)?.status).toBeUndefined();
    api.fail(undefined);
    expect((await ask('GET', '/api/v1/pods')).status).toBe(200);
  });
});
