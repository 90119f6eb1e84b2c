// What holds of every decision and every change, whatever the world.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PoolNode } from '../../scaler/cluster/snapshot.ts';
import { planChange } from '../../scaler/plan/changes.ts';
import { type DecideInput, decide, REASONS } from '../../scaler/plan/decide.ts';
import { remember } from '../../scaler/plan/history.ts';
import { writtenReplicas } from '../../scaler/plan/last-write.ts';
import { aManifest, served, servedSpec } from '../support/served.ts';
import { aBooking, aHistory, aNode, aPool, aSnapshot, aView, MINUTE, NOW, RULES } from '../support/world.ts';

const share = fc.integer({ min: -2, max: 10 }).map((n) => n / 10);
const count = fc.integer({ min: 0, max: 8 });
const soon = fc.integer({ min: -20, max: 20 }).map((n) => NOW + n * MINUTE);

const anyNode = fc
  .record({
    name: fc.nat({ max: 40 }).map((n) => `node-${n}`),
    freeCpu: share,
    freeMemory: share,
    ordinaryPods: fc.nat({ max: 2 }),
    placeholders: fc.constantFrom(0, 0, 0, 1),
    createdAtMs: fc.constantFrom(NOW - MINUTE, NOW - 60 * MINUTE, NOW - 600 * MINUTE),
    removalCandidate: fc.constantFrom(false, false, false, true),
    unreadable: fc.constantFrom(false, false, false, true),
    unusable: fc.constantFrom(undefined, undefined, undefined, 'not-ready' as const, 'tainted' as const),
  })
  .map(({ unusable, ...words }): PoolNode => aNode({ ...words, ...(unusable && { unusable }) }));

const anyNodes = fc.uniqueArray(anyNode, { maxLength: 8, selector: ({ node }) => node.name });

const annotation = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom('4', '0', '5 until 2026-11-23T12:30', '5 until 2026-11-23T08:30') },
  { weight: 1, arbitrary: fc.string() },
);

const anyInput = fc
  .record({
    pool: fc.record({ baseline: count, maxReplicas: fc.constantFrom(0, 3, 100) }),
    rules: fc.record({
      calendarOverrideEnabled: fc.boolean(),
      scalingStrategy: fc.constantFrom('cpu' as const, 'mem' as const, 'balanced' as const),
      cpuThreshold: fc.constantFrom(0, 0.2, 0.5, 1),
      memoryThreshold: fc.constantFrom(0, 0.2, 0.5, 1),
      nodeGracePeriodMs: fc.constantFrom(0, 10 * MINUTE),
    }),
    zone: fc.constantFrom('UTC', 'America/Los_Angeles', 'no/where'),
    calendar: fc.constantFrom(...(['read', 'read', 'remembered', 'unread', 'failed'] as const)),
    booked: fc.option(fc.tuple(count, soon), { nil: undefined }),
    synced: fc.constantFrom(true, true, true, false),
    stale: fc.constantFrom(false, false, true),
    nodes: anyNodes,
    current: fc.option(count, { nil: null }),
    pending: fc.constantFrom(0, 0, 1, 3),
    annotation,
    replicaFailure: fc.option(fc.string(), { nil: undefined }),
    busy: fc.dictionary(
      fc.nat({ max: 40 }).map((n) => `node-${n}`),
      soon,
      { maxKeys: 5 },
    ),
    unknown: fc.option(soon, { nil: undefined }),
  })
  .map(
    (w): DecideInput => ({
      pool: aPool(w.pool),
      rules: w.rules,
      zone: w.zone,
      nowMs: NOW,
      calendar: w.calendar,
      ...(w.booked && { booked: aBooking(w.booked[0], { untilMs: w.booked[1] }) }),
      cluster: { synced: w.synced, ...(w.stale && { stale: { sinceMs: NOW - MINUTE, why: 'silent' } }) },
      view: aView({
        nodes: w.nodes,
        current: w.current,
        pending: w.pending,
        deployment: {
          ...(w.annotation !== undefined && {
            annotations: { 'node-placeholder-scaler/replicas': w.annotation },
          }),
          ...(w.replicaFailure !== undefined && { replicaFailure: w.replicaFailure }),
        },
      }),
      history: aHistory({
        lastBusyMs: new Map(Object.entries(w.busy)),
        ...(w.unknown !== undefined && { unknownUntilMs: w.unknown }),
      }),
    }),
  );

const RUNS = { numRuns: 2_000 };

describe('a decision', () => {
  it('is never negative, is whole, is within maxReplicas unless we cannot look, and explains itself', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { count, reason, sentence, cutFrom } = decide(input);
        expect(REASONS).toContain(reason);
        expect(sentence).toMatch(
          count === undefined ? / -> left as it is(;|$)/ : new RegExp(` -> ${count}(;|$)`),
        );
        expect(sentence).not.toMatch(/undefined|NaN|Infinity|\[object/);
        if (count === undefined) {
          expect(['waiting', 'held']).toContain(reason);
          return;
        }
        expect(Number.isInteger(count) && count >= 0).toBe(true);
        const blind = reason === 'held' || reason === 'waiting';
        const most = Math.max(input.pool.maxReplicas, blind ? (input.view?.deployment?.replicas ?? 0) : 0);
        expect(count).toBeLessThanOrEqual(most);
        if (cutFrom !== undefined) expect(cutFrom).toBeGreaterThan(count);
      }),
      RUNS,
    );
  });

  it('does not depend on the order of nodes', () => {
    const shuffled = anyInput.chain((input) => {
      const nodes = input.view?.nodes ?? [];
      return fc.tuple(fc.constant(input), fc.shuffledSubarray(nodes, { minLength: nodes.length }));
    });
    fc.assert(
      fc.property(shuffled, ([input, nodes]) => {
        const view = input.view && { ...input.view, nodes };
        expect(decide({ ...input, view })).toEqual(decide(input));
      }),
      RUNS,
    );
  });

  it('is never raised by more headroom, be it another node with room or more room on one', () => {
    const roomier = fc.tuple(anyInput, fc.nat(), fc.integer({ min: 1, max: 8 }));
    fc.assert(
      fc.property(roomier, ([input, which, by]) => {
        if (input.view === undefined) return;
        const { nodes } = input.view;
        const before = decide(input).count;
        const another = aNode({ name: 'node-another', free: 1 });
        const more = nodes.map((poolNode, i) => {
          if (i !== which % nodes.length) return poolNode;
          const { cpuMilli, memoryBytes } = poolNode.node.requested;
          const requested = { cpuMilli: cpuMilli - by * 800, memoryBytes: memoryBytes - by * 2 ** 32 };
          return { ...poolNode, node: { ...poolNode.node, requested } };
        });
        for (const roomy of [[...nodes, another], more]) {
          const after = decide({ ...input, view: { ...input.view, nodes: roomy } }).count;
          if (before === undefined) expect(after).toBeUndefined();
          else expect(after).toBeLessThanOrEqual(before);
        }
      }),
      RUNS,
    );
  });

  it('in a stale view never lowers what is there, whatever else; only a person does', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const cluster = { synced: true, stale: { sinceMs: NOW - MINUTE, why: 'silent' } };
        const { count, reason } = decide({ ...input, cluster });
        const current = input.view?.deployment?.replicas;
        if (reason === 'manual' || count === undefined || current === undefined) return;
        expect(count).toBeGreaterThanOrEqual(current);
      }),
      RUNS,
    );
  });

  it('is never lowered by a larger booking', () => {
    fc.assert(
      fc.property(anyInput, count, ({ booked, ...input }, more) => {
        const less = booked ?? aBooking(0);
        const before = decide({ ...input, booked: less }).count;
        const after = decide({ ...input, booked: { ...less, count: less.count + more } }).count;
        if (before !== undefined && after !== undefined) expect(after).toBeGreaterThanOrEqual(before);
      }),
      RUNS,
    );
  });

  it('is the same when asked twice, and changes nothing it was given', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const copy = structuredClone(input);
        expect(decide(input)).toEqual(decide(input));
        expect(input).toEqual(copy);
      }),
      RUNS,
    );
  });
});

describe('a change', () => {
  it('in a stale view, whatever is known of the calendar, is none or raises what is seen or was written last', () => {
    const manifest = fc
      .tuple(fc.constantFrom('pause:1', 'pause:2'), count)
      .map(([image, replicas]) => aManifest({ image, replicas }));
    const written = fc.option(fc.tuple(manifest, fc.constantFrom(0, 1_000, 60 * MINUTE)), { nil: undefined });
    fc.assert(
      fc.property(anyInput, manifest, written, fc.boolean(), (input, wanted, wrote, bookingActive) => {
        const cluster = { synced: true, stale: { sinceMs: NOW - MINUTE, why: 'silent' } };
        const there = input.view?.deployment;
        const watched = there && {
          ...served(aManifest({ replicas: there.replicas })),
          annotations: there.annotations,
        };
        const lastWrite = wrote && {
          sent: wrote[0].spec,
          returned: servedSpec(wrote[0]),
          uid: 'uid-1',
          generation: 2,
          atMs: NOW - wrote[1],
        };
        const sight = { isFresh: false, monotonicMs: NOW };
        const decision = decide({
          ...input,
          cluster,
          writtenReplicas: writtenReplicas(watched, lastWrite, sight),
        });
        const { change } = planChange({ decision, wanted, watched, lastWrite, bookingActive, ...sight });
        if (change === undefined || decision.reason === 'manual') return;
        const known = lastWrite?.returned.replicas ?? watched?.replicas;
        if (known !== undefined) expect(change.to).toBeGreaterThan(known);
        else expect(decision.booked?.count).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });
});

describe('a second pass over an unchanged world', () => {
  const size = fc.constantFrom<Record<string, string>[]>(
    { cpu: '7', memory: '57Gi' },
    { cpu: '7050m', memory: '57Gi' },
    { memory: '1024Mi' },
  );
  const image = fc.constantFrom('registry.k8s.io/pause:3.10', 'registry.k8s.io/pause:3.11');
  const manifest = fc
    .tuple(size, image, fc.nat({ max: 5 }))
    .map(([requests, name, replicas]) => aManifest({ size: { requests }, image: name, replicas }));

  it('writes nothing, whatever was there before', () => {
    const before = fc.option(manifest, { nil: undefined });
    fc.assert(
      fc.property(anyInput, before, manifest, fc.boolean(), (input, was, wanted, bookingActive) => {
        const decision = decide(input);
        const watched = was && served(was);
        const isFresh = input.cluster.synced && input.cluster.stale === undefined;
        const common = { decision, wanted, bookingActive, isFresh };
        const { change } = planChange({ ...common, monotonicMs: NOW, ...(watched && { watched }) });
        if (change === undefined) return;
        const sent = change.manifest;
        const later = served(sent, { generation: 2 });
        const returned = servedSpec(sent);
        const lastWrite = { sent: sent.spec, returned, uid: later.uid, generation: 2, atMs: NOW };
        // Seen or not seen yet, with or without memory of the write.
        for (const monotonicMs of [NOW, NOW + 60 * MINUTE]) {
          expect(planChange({ ...common, monotonicMs, watched: later, lastWrite }).change).toBeUndefined();
          expect(planChange({ ...common, monotonicMs, watched: later }).change).toBeUndefined();
        }
        expect(
          planChange({ ...common, monotonicMs: NOW, ...(watched && { watched }), lastWrite }).change,
        ).toBeUndefined();
      }),
      RUNS,
    );
  });

  const poolsThatMayShareNodes = anyNodes.chain((nodes) => fc.array(fc.subarray(nodes), { maxLength: 3 }));

  it('remembers nothing new', () => {
    fc.assert(
      fc.property(poolsThatMayShareNodes, (pools) => {
        const snapshot = aSnapshot(
          Object.fromEntries(pools.map((nodes, i) => [`pool${i}`, aView({ nodes })])),
        );
        const once = remember(aHistory(), snapshot, RULES, NOW);
        expect(remember(once, snapshot, RULES, NOW)).toBe(once);
        expect(remember(once, snapshot, RULES, NOW + 60 * MINUTE)).toBe(once);
      }),
      RUNS,
    );
  });
});
