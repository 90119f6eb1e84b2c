import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiServer, startApiServer } from '../../examples/demo/api/server.ts';
import { type Client, clientOf, DEPLOYMENTS } from './asking.ts';
import { deployment, emptyCluster } from './builders.ts';

let api: ApiServer;
let client: Client;

beforeEach(async () => {
  const { store, clock } = emptyCluster();
  api = await startApiServer({ store, clock });
  client = clientOf(api);
});
afterEach(() => api.stop());

describe('server-side apply', () => {
  it('creates the object with 201, then answers 200 and changes nothing when the same is sent again', async () => {
    const first = await client.apply(deployment('data8'));
    const second = await client.apply(deployment('data8'));
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
    expect(second.body.metadata.generation).toBe(1);
  });

  it('fills in defaults and writes quantities in their canonical form', async () => {
    const { body } = await client.apply(deployment('data8', { memory: '51200Mi' }));
    expect(body.spec.strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
    });
    expect(body.spec.template.spec.containers[0].resources.requests).toEqual({ memory: '50Gi' });
    expect(body.spec.template.spec.restartPolicy).toBe('Always');
  });

  it('counts the generation up with the spec, not with the labels', async () => {
    await client.apply(deployment('data8'));
    const scaled = await client.apply(deployment('data8', { replicas: 3 }));
    expect(scaled.body).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 3 } });
    const labelled = await client.merge(`${DEPLOYMENTS}/data8`, { metadata: { labels: { a: 'b' } } });
    expect(labelled.body.metadata.generation).toBe(2);
  });

  it('prunes what the manager no longer sends and leaves what others set', async () => {
    const mine = deployment('data8');
    await client.apply({
      ...mine,
      metadata: { ...mine.metadata, labels: { ...mine.metadata.labels, old: 'x' } },
    });
    await client.merge(`${DEPLOYMENTS}/data8`, {
      metadata: { annotations: { theirs: 'kept' }, labels: { theirs: 'kept' } },
    });
    const { body } = await client.apply(mine);
    expect(body.metadata.labels).toEqual({ ...mine.metadata.labels, theirs: 'kept' });
    expect(body.metadata.annotations).toEqual({ theirs: 'kept' });
  });

  it('puts back what somebody edited', async () => {
    await client.apply(deployment('data8', { replicas: 3 }));
    await client.merge(`${DEPLOYMENTS}/data8`, { spec: { replicas: 9 } });
    expect((await client.apply(deployment('data8', { replicas: 3 }))).body.spec.replicas).toBe(3);
  });

  it('refuses another manager without force with 409, and without a manager with 422', async () => {
    await client.apply(deployment('data8', { replicas: 1 }));
    const other = deployment('data8', { replicas: 2 });
    const refused = await client.apply(other, 'fieldManager=other');
    expect(refused).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
    expect(refused.body.message).toContain('conflict with "scaler": .spec.replicas');
    expect((await client.apply(other, 'force=true')).status).toBe(422);
  });

  it('refuses another selector with 422 and says that it is immutable', async () => {
    await client.apply(deployment('data8'));
    const other = deployment('data8');
    other.spec.selector.matchLabels = { app: 'placeholder', pool: 'other' };
    other.spec.template.metadata.labels = { app: 'placeholder', pool: 'other' };
    const { status, body } = await client.apply(other);
    expect(status).toBe(422);
    expect(body.message).toContain('field is immutable');
  });
});
