import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ApiServer, startApiServer } from '../../examples/demo/api/server.ts';
import type { Store } from '../../examples/demo/api/store.ts';
import { startGarbageCollector } from '../../examples/demo/controllers/garbage.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { type Answer, type Client, clientOf, DEPLOYMENTS } from './asking.ts';
import { addPod, deployment, emptyCluster, NAMESPACE } from './builders.ts';

let store: Store;
let clock: ManualClock;
let api: ApiServer;
let client: Client;

beforeEach(async () => {
  ({ store, clock } = emptyCluster());
  api = await startApiServer({ store, clock });
  client = clientOf(api);
});
afterEach(() => api.stop());

describe('lists', () => {
  it('come in pages that all show the moment of the first one', async () => {
    for (const name of ['a', 'b', 'c']) addPod(store, name);
    const first = await client.ask('GET', '/api/v1/pods?limit=2');
    addPod(store, 'bb');
    store.remove('pods', { namespace: NAMESPACE, name: 'c' });
    const next = await client.ask('GET', `/api/v1/pods?limit=2&continue=${first.body.metadata.continue}`);
    const names = [...first.body.items, ...next.body.items].map((pod) => pod.metadata.name);
    expect(names).toEqual(['a', 'b', 'c']);
    expect(next.body.metadata).toEqual({ resourceVersion: first.body.metadata.resourceVersion });
  });

  it('answer 410 to a page of a list that cannot be told any more', async () => {
    for (const name of ['a', 'b']) addPod(store, name);
    const first = await client.ask('GET', '/api/v1/pods?limit=1');
    addPod(store, 'c');
    store.forgetHistory();
    const { status, body } = await client.ask(
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
    const { body } = await client.ask('GET', `/api/v1/pods?${encodeURI(query)}`);
    expect(body.items.map((pod: Answer['body']) => pod.metadata.name).sort()).toEqual([...names].sort());
  });

  it('refuse a field that no server indexes', async () => {
    expect((await client.ask('GET', '/api/v1/pods?fieldSelector=spec.priority=1')).status).toBe(400);
  });
});

describe('objects', () => {
  it('of a namespace that does not exist, or that are not there, are answered with 404', async () => {
    const path = '/api/v1/namespaces/nowhere/configmaps';
    expect((await client.ask('POST', path, { metadata: { name: 'a' } })).status).toBe(404);
    expect((await client.ask('GET', `${path}/a`)).status).toBe(404);
  });

  it('are not replaced from an old version', async () => {
    const path = `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases/scaler`;
    const lease = (holderIdentity: string, metadata = {}) => ({ metadata, spec: { holderIdentity } });
    const made = await client.ask('PUT', path, lease('a'));
    expect(made.status).toBe(201);
    const { resourceVersion, uid } = made.body.metadata;
    expect((await client.ask('PUT', path, lease('b', { resourceVersion, uid }))).status).toBe(200);
    expect((await client.ask('PUT', path, lease('c', { resourceVersion, uid }))).status).toBe(409);
    store.remove('leases', { namespace: NAMESPACE, name: 'scaler' });
    expect((await client.ask('PUT', path, lease('c', { resourceVersion, uid }))).status).toBe(409);
  });

  it('of kind Lease need times with six digits', async () => {
    const path = `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases/scaler`;
    const renewed = (renewTime: string) => client.ask('PUT', path, { metadata: {}, spec: { renewTime } });
    expect((await renewed('2026-11-23T09:00:00.000Z')).status).toBe(400);
    expect((await renewed('2026-11-23T09:00:00.000000Z')).status).toBe(201);
  });

  it('that are deleted in the foreground stay until their dependents are gone', async () => {
    const garbage = startGarbageCollector({ store, clock, delayMs: 1 });
    const owner = (await client.apply(deployment('data8'))).body;
    const { uid, name } = owner.metadata;
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'Deployment', name, uid }];
    const pod = addPod(store, 'dependent', { nodeName: 'n1', graceSeconds: 5 });
    store.change('pods', pod.metadata, ({ metadata }) => {
      metadata.ownerReferences = ownerReferences;
    });
    const deleted = await client.ask('DELETE', `${DEPLOYMENTS}/data8`, { propagationPolicy: 'Foreground' });
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
    await client.apply({ ...mine, metadata });
    await clock.advance(10);
    expect(store.list('deployments')).toHaveLength(1);
    await client.ask('DELETE', `/api/v1/namespaces/${NAMESPACE}/configmaps/owner`);
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
    expect((await client.ask('GET', '/api/v1/pods')).status).toBe(200);
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
    expect((await client.ask('GET', '/api/v1/pods')).status).toBe(200);
  });
});
