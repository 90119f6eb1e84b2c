import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openOwners } from '../../scaler/placeholder/owners.ts';
import { openTakeOvers } from '../../scaler/placeholder/take-over.ts';
import { openWriter } from '../../scaler/placeholder/writer.ts';
import type { Change } from '../../scaler/plan/changes.ts';
import { until } from '../support/eventually.ts';
import { type KubeApi, startKubeApi, status } from '../support/kube-api.ts';
import { manualClock } from '../support/manual-clock.ts';
import { manifestOf } from './manifest.ts';

const DATA8 = 'deployments/data8-placeholder';
let api: KubeApi;
beforeEach(async () => {
  api = await startKubeApi();
  api.make('configmaps/scaler-pool-data8', { kind: 'ConfigMap' });
});
afterEach(() => api.close());

function writer(options: { mayWrite?: () => boolean } = {}) {
  const clock = manualClock();
  const owners = openOwners({ core: api.apis.core, namespace: 'hub', release: 'scaler', clock });
  const takeOvers = openTakeOvers(async () => 'saved');
  const { mayWrite = () => true } = options;
  const { write } = openWriter({
    apps: api.apis.apps,
    owners,
    takeOvers,
    clock,
    mayWrite,
    maxReplicas: () => 100,
  });
  return { clock, owners, write: (change: Change) => until(write(change), clock) };
}

const scale = (to: number): Change => ({
  kind: 'apply',
  pool: 'data8',
  manifest: manifestOf('data8', to),
  why: ['scale'],
  to,
});
const create = (to: number): Change => ({
  kind: 'apply',
  pool: 'data8',
  manifest: manifestOf('data8', to),
  why: ['create'],
  to,
});

describe('a write', () => {
  it('is one server-side apply, as the scaler and with force', async () => {
    const result = await writer().write(scale(3));
    expect(result).toMatchObject({ ok: true, uid: api.get(DATA8).metadata.uid });
    expect(api.calls).toHaveLength(1);
    const [call] = api.calls;
    expect(call).toMatchObject({
      method: 'PATCH',
      target: DATA8,
      contentType: 'application/apply-patch+yaml',
    });
    expect(Object.fromEntries(call?.query ?? [])).toMatchObject({
      fieldManager: 'node-placeholder-scaler',
      force: 'true',
    });
    expect(call?.body).toEqual(scale(3).manifest);
  });

  it('gives back the spec as the API server returned it, without fields that are not there', async () => {
    const result = await writer().write(scale(2));
    expect(result.ok && result.returned).toEqual(manifestOf('data8', 2).spec);
  });

  it('is not sent by a replica that no longer leads', async () => {
    const result = await writer({ mayWrite: () => false }).write(scale(3));
    expect(result).toEqual({ ok: false, message: 'pool data8: not written, this replica no longer leads' });
    expect(api.calls).toEqual([]);
  });
});

describe('making a Deployment', () => {
  it("carries the owner's uid as it is today, not as it was when the pass first asked", async () => {
    const { owners, write } = writer();
    await owners.find('data8');
    const { uid } = api.make('configmaps/scaler-pool-data8', { kind: 'ConfigMap' }).metadata;
    await write(create(1));
    expect(api.get(DATA8).metadata.ownerReferences).toEqual([
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'scaler-pool-data8', uid },
    ]);
    expect(await owners.find('data8')).toEqual({ owner: { name: 'scaler-pool-data8', uid } });
  });

  it('is no longer done when another replica came to lead while the owner was asked for', async () => {
    let leads = true;
    api.intercept(({ method }) => {
      if (method === 'GET') leads = false;
      return undefined;
    });
    const result = await writer({ mayWrite: () => leads }).write(create(1));
    expect(result).toEqual({ ok: false, message: 'pool data8: not written, this replica no longer leads' });
    expect(api.get(DATA8)).toBeUndefined();
  });

  it('is not done without an owner: the answer names the ConfigMap and what makes it', async () => {
    api.vanish('configmaps/scaler-pool-data8');
    const result = await writer().write(create(1));
    expect(result).toMatchObject({ ok: false });
    expect(!result.ok && result.message).toContain('ConfigMap hub/scaler-pool-data8');
    expect(api.get(DATA8)).toBeUndefined();
  });
});

describe('an edit that is put back', () => {
  it("carries the owner's uid as it is today: the old one would have the Deployment collected", async () => {
    const { owners, write } = writer();
    await write(create(3));
    await owners.find('data8');
    const { uid } = api.make('configmaps/scaler-pool-data8', { kind: 'ConfigMap' }).metadata;
    await write({ ...(scale(3) as Change & { kind: 'apply' }), why: ['put-back'] });
    expect(api.get(DATA8).metadata.ownerReferences).toMatchObject([{ uid }]);
  });
});

describe('a refused write says', () => {
  it('what an admission policy said, with call and status', async () => {
    const text =
      "deployments.apps \"data8-placeholder\" is forbidden: ValidatingAdmissionPolicy 'hub-scaler' with binding 'hub-scaler' " +
      'denied request: node placeholder: replicas 30 is above the maximum of 20';
    api.intercept(() => status(422, 'Invalid', text));
    const result = await writer().write(scale(30));
    expect(result).toEqual({
      ok: false,
      status: 422,
      message: `PATCH deployments/data8-placeholder in hub: 422 Invalid: ${text}`,
    });
  });

  it('that a right is missing', async () => {
    api.intercept(() =>
      status(403, 'Forbidden', 'deployments.apps "data8-placeholder" is forbidden: User "x" cannot patch'),
    );
    expect(await writer().write(scale(1))).toMatchObject({
      ok: false,
      status: 403,
      message: expect.stringMatching(/403 Forbidden: .*cannot patch/),
    });
  });

  it('how long to wait when the API server is overloaded, given in seconds or as a date', async () => {
    const { clock, write } = writer();
    api.intercept(() => ({
      ...status(429, 'TooManyRequests', 'slow down'),
      headers: { 'retry-after': '7' },
    }));
    expect(await write(scale(1))).toMatchObject({ status: 429, retryAfterMs: 7_000 });
    const later = new Date(clock.now() + 12_000).toUTCString();
    api.intercept(() => ({ status: 503, body: 'try later', headers: { 'retry-after': later } }));
    expect(await write(scale(1))).toMatchObject({
      status: 503,
      retryAfterMs: 12_000,
      message: expect.stringMatching(/503 try later$/),
    });
  });

  it('that there was no answer, and why', async () => {
    api.intercept(() => 'drop');
    const result = await writer().write(scale(1));
    expect(result).toMatchObject({ ok: false });
    expect(result).not.toHaveProperty('status');
    expect(!result.ok && result.message).toMatch(
      /^PATCH deployments\/data8-placeholder in hub: no answer: .+/,
    );
  });

  it('no more than a few hundred characters of a page that a proxy sent', async () => {
    api.intercept(() => ({ status: 502, body: `<html><body>${'Bad Gateway '.repeat(500)}</body></html>` }));
    const result = await writer().write(scale(1));
    expect(!result.ok && result.message.length).toBeLessThan(600);
    expect(!result.ok && result.message).not.toContain('<');
  });
});
