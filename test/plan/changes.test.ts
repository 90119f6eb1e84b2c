import { describe, expect, it } from 'vitest';
import type { DeploymentView } from '../../scaler/cluster/snapshot.ts';
import { ofSize, plan, told } from '../support/planned.ts';
import { aManifest, served } from '../support/served.ts';
import { aBooking } from '../support/world.ts';

describe('nothing is written', () => {
  it('when the Deployment is as wanted, with all that the API server filled in', () => {
    expect(plan({ watched: served(aManifest()) })).toEqual({ problems: [] });
  });

  it('when only the spelling of quantities and the order of keys differ', () => {
    const watched = served(aManifest(ofSize('7000m', '58368Mi')));
    expect(plan({ watched }).change).toBeUndefined();
  });

  it('when the decision is to leave it as it is, even when it is missing or was edited', () => {
    expect(plan({ count: undefined, reason: 'waiting' })).toEqual({ problems: [] });
    const watched = served(aManifest({ image: 'other' }));
    expect(plan({ count: undefined, reason: 'waiting', watched })).toEqual({ problems: [] });
  });

  it('when the Deployment is being deleted: its name must be free first', () => {
    expect(plan({ count: 3, watched: served(aManifest(), { deleting: true }) })).toEqual({ problems: [] });
  });

  it("when others added labels, annotations or owners beside ours; a person's annotation stays", () => {
    const watched = served(aManifest(), {
      labels: { ...aManifest().metadata.labels, 'argocd.argoproj.io/instance': 'hub' },
      annotations: { 'node-placeholder-scaler/replicas': '5' },
      ownerUids: ['someone', 'owner-1'],
    });
    expect(plan({ watched }).change).toBeUndefined();
    expect(plan({ count: 5, watched }).change?.manifest.metadata.annotations).toBeUndefined();
  });
});

describe('what is written', () => {
  it('is the whole manifest with the decided count when there is no Deployment', () => {
    const { change } = plan({ count: 3 });
    expect(change).toEqual({
      kind: 'apply',
      pool: 'data8',
      manifest: aManifest({ replicas: 3 }),
      why: ['create'],
      to: 3,
    });
  });

  it('is the whole manifest when only the count differs', () => {
    const watched = served(aManifest({ replicas: 1 }));
    expect(plan({ count: 3, watched }).change).toEqual({
      kind: 'apply',
      pool: 'data8',
      manifest: aManifest({ replicas: 3 }),
      why: ['scale'],
      from: 1,
      to: 3,
    });
  });

  it.each<[string, Parameters<typeof aManifest>[0]]>([
    ['the image', { image: 'registry.example/pause:1' }],
    ['the priority class', { priorityClass: 'other' }],
    ['the tolerations', { pool: { name: 'data8', nodeSelector: { a: 'b' }, tolerations: [{ key: 'gpu' }] } }],
    ['the labels', { release: 'other' }],
    ['the owner', { owner: { name: 'scaler-pool-data8', uid: 'owner-2' } }],
  ])('follows %s at once, also while a booking is active', (_, now) => {
    const watched = served(aManifest());
    expect(told({ wanted: aManifest(now), watched, bookingActive: true })).toEqual({
      why: ['template'],
      from: 1,
      to: 1,
    });
  });

  it('names everything that differs', () => {
    const watched = served(aManifest());
    const wanted = aManifest({ image: 'other', ...ofSize('3', '20Gi') });
    expect(told({ count: 2, wanted, watched })?.why).toEqual(['scale', 'resize', 'template']);
  });
});

describe('in a stale view', () => {
  const held = { reason: 'held' as const, isFresh: false };

  it('a raise goes out', () => {
    expect(told({ ...held, count: 3, watched: served(aManifest()) })).toEqual({
      why: ['scale'],
      from: 1,
      to: 3,
    });
    expect(told({ ...held, count: 3, booked: aBooking(3) })?.why).toEqual(['create']);
  });

  it('nothing else does: the real count may be higher than the one we see', () => {
    const watched = served(aManifest());
    expect(told({ ...held, count: 1, wanted: aManifest({ image: 'new' }), watched })).toBeUndefined();
    expect(told({ ...held, count: 1, wanted: aManifest(ofSize('3', '20Gi')), watched })).toBeUndefined();
  });

  it('nothing else does either when the calendar has failed', () => {
    const failed = { reason: 'waiting' as const, isFresh: false };
    const watched = served(aManifest({ replicas: 2 }));
    expect(told({ ...failed, count: 2, wanted: aManifest({ image: 'new' }), watched })).toBeUndefined();
    expect(told({ ...failed, count: 1, watched })).toBeUndefined();
    expect(told({ ...failed, count: 3, watched })?.why).toEqual(['scale']);
  });

  it('a Deployment that is missing is made for a booking alone: it may be there by now, with any count', () => {
    const failed = { reason: 'waiting' as const, isFresh: false };
    expect(told({ ...failed, count: 3 })).toBeUndefined();
    expect(told({ ...failed, count: 3, booked: aBooking(0) })).toBeUndefined();
    expect(told({ ...failed, count: 3, booked: aBooking(3) })?.why).toEqual(['create']);
  });

  it('a person who wrote a count on the Deployment is obeyed all the same', () => {
    const watched = served(aManifest({ replicas: 4 }));
    expect(told({ reason: 'manual', isFresh: false, count: 2, watched })?.why).toEqual(['scale']);
  });

  it('nothing is taken over, whatever the reason', () => {
    for (const reason of ['held', 'waiting', 'manual'] as const) {
      const planned = plan({ reason, isFresh: false, count: 2, watched: ofTheOriginal() });
      expect(planned).toEqual({ problems: [] });
    }
  });
});

function ofTheOriginal(words: Partial<DeploymentView> = {}): DeploymentView {
  const labels = { app: 'node-placeholder-scaler', component: 'placeholder' };
  const container = {
    name: 'pause',
    image: 'registry.k8s.io/pause:3.10',
    resources: { requests: { memory: '57Gi' } },
  };
  return {
    ...served(aManifest(), { uid: 'uid-0', replicas: 2, ownerUids: [] }),
    labels,
    spec: {
      replicas: 2,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container], terminationGracePeriodSeconds: 0 } },
    },
    ...words,
  };
}

describe('a Deployment that we did not make', () => {
  it('is taken over when the original left it, with as many replicas as it had', () => {
    expect(plan({ count: 3, watched: ofTheOriginal() }).change).toEqual({
      kind: 'take-over',
      pool: 'data8',
      manifest: aManifest({ replicas: 3 }),
      uid: 'uid-0',
      from: 2,
      to: 3,
    });
  });

  it('is taken over also when the original was installed under an alias', () => {
    const labels = { app: 'placeholders', component: 'placeholder' };
    const watched = ofTheOriginal({ labels });
    watched.spec.selector = { matchLabels: labels };
    expect(told({ watched })).toEqual({ kind: 'take-over' });
  });

  it('is waited for while it is being deleted', () => {
    expect(plan({ count: 3, watched: ofTheOriginal({ deleting: true }) })).toEqual({ problems: [] });
  });

  it.each<[string, DeploymentView]>([
    ['lacks the original labels', ofTheOriginal({ labels: { app: 'web' } })],
    [
      'rolls its pods',
      { ...ofTheOriginal(), spec: { ...ofTheOriginal().spec, strategy: { type: 'RollingUpdate' } } },
    ],
    [
      'selects other pods',
      {
        ...ofTheOriginal(),
        spec: { ...ofTheOriginal().spec, selector: { matchLabels: { component: 'web' } } },
      },
    ],
    [
      'is of another pool',
      served(aManifest({ pool: { name: 'stat20', nodeSelector: {}, tolerations: [] } })),
    ],
  ])('is never touched when it %s', (_, watched) => {
    const planned = plan({ count: 3, watched });
    expect(planned.change).toBeUndefined();
    expect(planned.foreign).toBe(
      'Deployment data8-placeholder was made by someone else'.replace('data8-placeholder', watched.name),
    );
    expect(planned.problems).toMatchObject([
      { code: 'foreign-deployment', severity: 'error', pool: 'data8' },
    ]);
  });

  it('is told of while a decision waits, too', () => {
    expect(plan({ count: undefined, watched: ofTheOriginal({ labels: {} }) }).foreign).toBeDefined();
  });

  it('also of another release of ours: by its label and its owner, not by one of them alone', () => {
    const owner = { name: 'other-pool-data8', uid: 'owner-of-other' };
    expect(plan({ watched: served(aManifest({ release: 'other', owner })) })).toMatchObject({
      foreign: 'Deployment data8-placeholder was made by someone else',
    });
    expect(told({ watched: served(aManifest({ release: 'other' })) })?.why).toEqual(['template']);
    expect(told({ watched: served(aManifest({ owner })) })?.why).toEqual(['template']);
  });
});
