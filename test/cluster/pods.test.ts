// One row per rule of which pods take room, where, and as what.
import { describe, expect, it } from 'vitest';
import { openIntern } from '../../scaler/cluster/intern.ts';
import { parseSelector } from '../../scaler/cluster/labels.ts';
import { trimPod } from '../../scaler/cluster/pods.ts';
import { type PodParts, placeholderPod, podObject } from '../support/cluster-objects.ts';

const rules = { namespace: 'hub', placeholderSelector: parseSelector('app=nps,component=placeholder') };
const trim = (pod: ReturnType<typeof podObject>) => trimPod(pod, rules, openIntern());
const originals = { app: 'nps', component: 'placeholder' };

describe('a pod takes room', () => {
  it.each<[string, PodParts, string | undefined]>([
    ['on its node while it runs', {}, 'node-1'],
    ['on its node while it starts', { phase: 'Pending' }, 'node-1'],
    ['on its node while it terminates', { deleting: true }, 'node-1'],
    ['on its node when its phase is unknown', { phase: 'Unknown' }, 'node-1'],
    [
      'on the node that was cleared for it',
      { node: undefined, phase: 'Pending', nominated: 'node-2' },
      'node-2',
    ],
    ['on its node, once bound, not where it was nominated', { nominated: 'node-2' }, 'node-1'],
    ['nowhere while it waits for a node', { node: undefined, phase: 'Pending' }, undefined],
  ])('%s', (_rule, parts, host) => {
    expect(trim(podObject(parts))).toMatchObject({
      host,
      load: { cpuMilli: 1000, memoryBytes: 2 * 1024 ** 3 },
    });
  });

  it.each(['Succeeded', 'Failed'])('no more once it has %s', (phase) => {
    expect(trim(podObject({ phase }))).toBeUndefined();
  });
});

describe('a pod counts as', () => {
  it.each<[string, PodParts, string]>([
    ['ordinary when a person or a hub made it', {}, 'ordinary'],
    ['ordinary when a ReplicaSet owns it', { owner: 'ReplicaSet' }, 'ordinary'],
    ['daemon when a DaemonSet owns it', { owner: 'DaemonSet' }, 'daemon'],
    ['daemon when it is static', { annotations: { 'kubernetes.io/config.mirror': 'f00' } }, 'daemon'],
    ['daemon when its node owns it', { owner: 'Node' }, 'daemon'],
    [
      'placeholder with the pool label, in any namespace',
      { labels: { 'node-placeholder-scaler/pool': 'x' } },
      'placeholder',
    ],
    [
      'placeholder when the selector matches in our namespace',
      { namespace: 'hub', labels: originals },
      'placeholder',
    ],
    ['ordinary when the selector matches elsewhere', { labels: originals }, 'ordinary'],
    ['ordinary when half the selector matches', { namespace: 'hub', labels: { app: 'nps' } }, 'ordinary'],
  ])('%s', (_rule, parts, kind) => {
    expect(trim(podObject(parts))?.load.kind).toBe(kind);
  });

  it('ordinary in our namespace when the selector is empty', () => {
    const empty = { namespace: 'hub', placeholderSelector: [] };
    expect(trimPod(podObject({ namespace: 'hub' }), empty, openIntern())?.load.kind).toBe('ordinary');
  });
});

describe('a placeholder', () => {
  it('belongs to the pool that its label says', () => {
    expect(trim(placeholderPod('data8', { name: 'other-placeholder-1-2' }))?.load.pool).toBe('data8');
  });

  it.each([
    ['data8-placeholder-6c9f7d5b-x2x4z', 'data8'],
    ['a-placeholder-b-placeholder-6c9f7d5b-x2x4z', 'a-placeholder-b'],
    ['placeholder-6c9f7d5b-x2x4z', undefined],
  ])('of the original, %s, belongs to the pool in its name', (name, pool) => {
    expect(trim(podObject({ name, namespace: 'hub', labels: originals }))?.load.pool).toBe(pool);
  });

  it('of another namespace belongs to none of our pools', () => {
    expect(trim(placeholderPod('data8', { namespace: 'staging' }))?.load).toMatchObject({
      kind: 'placeholder',
      pool: undefined,
    });
  });

  it.each<[string, PodParts, string]>([
    ['ready when it runs', {}, 'ready'],
    ['ready when it runs and says so', { ready: true }, 'ready'],
    ['pending when its node was lost', { ready: false }, 'pending'],
    ['pending without a node', { node: undefined, phase: 'Pending' }, 'pending'],
    ['pending while its image is pulled', { phase: 'Pending' }, 'pending'],
    ['neither while it is being deleted', { deleting: true }, 'leaving'],
  ])('is %s', (_rule, parts, state) => {
    expect(trim(placeholderPod('data8', parts))?.load.state).toBe(state);
  });
});

it('pods that ask for the same share one record in memory', () => {
  const intern = openIntern();
  const [a, b] = [podObject({ uid: 'a' }), podObject({ uid: 'b', node: 'node-2' })].map((pod) =>
    trimPod(pod, rules, intern),
  );
  expect(a?.load).toBe(b?.load);
  expect(trimPod(podObject({ cpu: '2' }), rules, intern)?.load).not.toBe(a?.load);
});
