import { describe, expect, it } from 'vitest';
import type { PlaceholderManifest } from '../../scaler/plan/changes.ts';
import { aLastWrite, edited, plan, told } from '../support/planned.ts';
import { aManifest, type ServedSpec, served, servedSpec } from '../support/served.ts';
import { MINUTE, NOW } from '../support/world.ts';

describe("someone's edit since our last write", () => {
  const last = aLastWrite(aManifest());

  it('of the count is put back', () => {
    const watched = edited(aManifest(), (spec) => {
      spec.replicas = 0;
    });
    expect(told({ watched, lastWrite: last })).toEqual({ why: ['put-back'], from: 0, to: 1 });
    expect(told({ count: 3, watched, lastWrite: last })?.why).toEqual(['scale', 'put-back']);
  });

  it('to the count that is wanted anyway needs no write', () => {
    const watched = edited(aManifest(), (spec) => {
      spec.replicas = 3;
    });
    expect(told({ count: 3, watched, lastWrite: last })).toBeUndefined();
  });

  it.each<[string, (spec: ServedSpec) => void]>([
    [
      'image',
      (spec) => {
        spec.template.spec.containers[0].image = 'evil';
      },
    ],
    [
      'node selector',
      (spec) => {
        spec.template.spec.nodeSelector = { a: 'b' };
      },
    ],
    [
      'strategy',
      (spec) => {
        spec.strategy.rollingUpdate.maxSurge = 1;
      },
    ],
    [
      'tolerations',
      (spec) => {
        spec.template.spec.tolerations.pop();
      },
    ],
    [
      'size',
      (spec) => {
        spec.template.spec.containers[0].resources.requests.cpu = '1';
      },
    ],
  ])('of the %s is put back', (_, edit) => {
    expect(told({ watched: edited(aManifest(), edit), lastWrite: last })).toEqual({
      why: ['put-back'],
      from: 1,
      to: 1,
    });
  });

  it('of the size waits for the end of a booking like any other change of size', () => {
    const watched = edited(aManifest(), (spec) => {
      spec.template.spec.containers[0].resources.requests.cpu = '1';
    });
    const { change, resizeWaits } = plan({ watched, lastWrite: last, bookingActive: true });
    expect(change).toBeUndefined();
    expect(resizeWaits?.from.cpu).toBe('1');
  });

  it('of labels or owner is put back', () => {
    const { app: _, ...labels } = aManifest().metadata.labels;
    expect(told({ watched: served(aManifest(), { labels }), lastWrite: last })?.why).toEqual(['put-back']);
    expect(told({ watched: served(aManifest(), { ownerUids: [] }), lastWrite: last })?.why).toEqual([
      'put-back',
    ]);
  });

  it('that deleted the Deployment is put back by making it anew', () => {
    expect(told({ count: 2, lastWrite: last })).toEqual({
      why: ['create', 'put-back'],
      from: undefined,
      to: 2,
    });
  });

  it('cannot be told from a wish of ours before our first write', () => {
    expect(told({ watched: served(aManifest({ replicas: 4 })) })?.why).toEqual(['scale']);
  });

  it('cannot be told of a Deployment that is not the one we wrote to', () => {
    const watched = served(aManifest({ replicas: 4 }), { uid: 'uid-2' });
    expect(told({ watched, lastWrite: last })?.why).toEqual(['scale']);
  });

  it('is not blamed for what we want differently now', () => {
    const watched = served(aManifest());
    expect(told({ count: 2, watched, lastWrite: last })?.why).toEqual(['scale']);
    expect(told({ wanted: aManifest({ image: 'new' }), watched, lastWrite: last })?.why).toEqual([
      'template',
    ]);
  });
});

describe('a view that has not seen our write yet', () => {
  const last = aLastWrite(aManifest({ replicas: 3 }), { generation: 2, atMs: NOW - 100 });

  it('is told by its generation, and leads to no second write', () => {
    expect(
      told({ count: 3, watched: served(aManifest(), { generation: 1 }), lastWrite: last }),
    ).toBeUndefined();
    expect(told({ count: 3, watched: served(aManifest(), { generation: 2 }), lastWrite: last })?.why).toEqual(
      ['put-back'],
    );
  });

  it('does not hold up a new count', () => {
    expect(told({ count: 5, watched: served(aManifest(), { generation: 1 }), lastWrite: last })).toEqual({
      why: ['scale'],
      from: 3,
      to: 5,
    });
  });

  it('may lack a Deployment that was just made, for two seconds', () => {
    expect(told({ count: 3, lastWrite: last })).toBeUndefined();
    expect(told({ count: 3, lastWrite: last, monotonicMs: NOW + 1_899 })).toBeUndefined();
    expect(told({ count: 3, lastWrite: last, monotonicMs: NOW + 1_900 })?.why).toEqual([
      'create',
      'put-back',
    ]);
  });

  it('may still show what a take-over has just deleted', () => {
    const gone = served(aManifest(), {
      uid: 'uid-0',
      spec: { selector: {}, strategy: { type: 'Recreate' } },
    });
    expect(plan({ count: 3, watched: gone, lastWrite: last })).toEqual({ problems: [] });
  });

  it('is assumed for two seconds when the API server told no generation', () => {
    const { generation: _, ...untold } = last;
    const watched = served(aManifest());
    expect(told({ count: 3, watched, lastWrite: untold })).toBeUndefined();
    expect(told({ count: 3, watched, lastWrite: untold, monotonicMs: NOW + 2_000 })?.why).toEqual([
      'put-back',
    ]);
  });
});

describe('a view that stays older than our write', () => {
  const last = aLastWrite(aManifest({ replicas: 3 }), { generation: 7, atMs: NOW - 2_000 });

  it('is believed after two seconds when it is fresh: the cluster was restored from a backup', () => {
    const restored = served(aManifest({ replicas: 1 }), { generation: 5 });
    const told3 = (monotonicMs: number) =>
      told({ count: 3, watched: restored, lastWrite: last, monotonicMs })?.why;
    expect(told3(NOW - 1)).toBeUndefined();
    expect(told3(NOW)).toEqual(['put-back']);
  });

  it('is not believed for as long as it is stale, nor that the Deployment is missing', () => {
    const stale = {
      isFresh: false,
      reason: 'held' as const,
      lastWrite: last,
      monotonicMs: NOW + 60 * MINUTE,
    };
    for (const watched of [undefined, served(aManifest({ replicas: 1 }), { generation: 5 })]) {
      expect(told({ ...stale, count: 3, watched })).toBeUndefined();
      expect(told({ ...stale, count: 2, watched })).toBeUndefined();
      expect(told({ ...stale, count: 4, watched })).toEqual({ why: ['scale'], from: 3, to: 4 });
    }
  });

  it("does not make someone else's Deployment ours", () => {
    const foreign = served(aManifest(), { uid: 'uid-2', labels: {} });
    foreign.spec.selector = { matchLabels: { app: 'web' } };
    const planned = plan({ count: 5, isFresh: false, reason: 'held', watched: foreign, lastWrite: last });
    expect(planned.change).toBeUndefined();
    expect(planned.foreign).toBeDefined();
  });
});

describe('what the platform makes of our Deployment each time', () => {
  const rewritten = (manifest: PlaceholderManifest) => {
    const spec = servedSpec(manifest);
    spec.template.spec.containers[0].image = 'mirror.example/pause:3.10';
    spec.template.spec.containers[0].resources.requests['ephemeral-storage'] = '1Gi';
    return spec;
  };
  const last = aLastWrite(aManifest(), { returned: rewritten(aManifest()) });
  const watched = served(aManifest(), { spec: rewritten(aManifest()) });

  it('is not fought over, but is a problem', () => {
    const { change, problems, resizeWaits } = plan({ watched, lastWrite: last, bookingActive: true });
    expect([change, resizeWaits]).toEqual([undefined, undefined]);
    expect(problems).toMatchObject([
      { code: 'rewritten', severity: 'warning', where: 'Deployment data8-placeholder' },
    ]);
    expect(problems[0]?.message).toContain(
      'template.spec.containers[0].image "registry.k8s.io/pause:3.10" becomes "mirror.example/pause:3.10"',
    );
  });

  it('is written once to find out, when nothing is known of it', () => {
    expect(told({ watched })?.why).toEqual(['resize', 'template']);
  });

  it('does not hold up the count; the apply carries what we want', () => {
    const { change } = plan({ count: 3, watched, lastWrite: last, bookingActive: true });
    expect(change).toMatchObject({ why: ['scale'], manifest: aManifest({ replicas: 3 }) });
  });

  it('is tried again when we want something else there', () => {
    expect(told({ wanted: aManifest({ image: 'new' }), watched, lastWrite: last })?.why).toEqual([
      'template',
    ]);
  });

  it('is put back to that when someone edits it', () => {
    const spec = rewritten(aManifest());
    spec.template.spec.containers[0].image = 'evil';
    expect(told({ watched: { ...watched, generation: 2, spec }, lastWrite: last })?.why).toContain(
      'put-back',
    );
  });

  it('includes a count that it lowers', () => {
    const capped = aLastWrite(aManifest({ replicas: 5 }), {
      returned: servedSpec(aManifest({ replicas: 2 })),
    });
    const two = served(aManifest({ replicas: 2 }));
    expect(told({ count: 5, watched: two, lastWrite: capped })).toBeUndefined();
    expect(told({ count: 4, watched: two, lastWrite: capped })?.why).toEqual(['scale']);
  });
});
