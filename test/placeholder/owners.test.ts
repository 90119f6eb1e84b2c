import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noOwners, openOwners } from '../../scaler/placeholder/owners.ts';
import { type KubeApi, startKubeApi, status } from '../support/kube-api.ts';
import { manualClock } from '../support/manual-clock.ts';

const OWNER = 'configmaps/scaler-pool-data8';
let api: KubeApi;
beforeEach(async () => {
  api = await startKubeApi();
});
afterEach(() => api.close());
const owners = () =>
  openOwners({ core: api.apis.core, namespace: 'hub', release: 'scaler', clock: manualClock() });

describe('the owner of a pool', () => {
  it('is read once and kept: a pass makes no request for it', async () => {
    const { uid } = api.make(OWNER, {}).metadata;
    const { find } = owners();
    expect(await find('data8')).toEqual({ owner: { name: 'scaler-pool-data8', uid } });
    await find('data8');
    await find('data8');
    expect(api.calls).toHaveLength(1);
  });

  it('that does not exist is a problem that says what makes it, and is looked for again', async () => {
    const { find } = owners();
    const { problem } = await find('data8');
    expect(problem).toMatchObject({
      code: 'no-owner',
      pool: 'data8',
      where: 'ConfigMap hub/scaler-pool-data8',
    });
    expect(problem?.message).toContain('data8-placeholder, but it does not exist');
    expect(problem?.example).toContain('helm upgrade');
    api.make(OWNER, {});
    expect((await find('data8')).owner?.name).toBe('scaler-pool-data8');
  });

  it('that is on its way out owns nothing any more', async () => {
    api.make(OWNER, { metadata: { deletionTimestamp: '2026-11-23T09:00:00Z' } });
    expect((await owners().find('data8')).problem?.message).toContain('is being deleted');
  });

  it('that may not be read is a problem with the call and the status', async () => {
    api.intercept(() => status(403, 'Forbidden', 'configmaps "scaler-pool-data8" is forbidden'));
    const { problem } = await owners().find('data8');
    expect(problem).toMatchObject({ code: 'owner-unreadable', severity: 'error' });
    expect(problem?.message).toContain('GET configmaps/scaler-pool-data8: 403 Forbidden');
  });

  it('is not needed for a dry run', async () => {
    expect((await noOwners('scaler').find('data8')).owner).toEqual({ name: 'scaler-pool-data8' });
  });
});
