// Laws of the running sums: whatever happens in whatever order, they are what a count from nothing gives.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openIntern } from '../../scaler/cluster/intern.ts';
import { parseSelector } from '../../scaler/cluster/labels.ts';
import { openLedger } from '../../scaler/cluster/ledger.ts';
import { openPodStore } from '../../scaler/cluster/pod-store.ts';
import { openNodeStore } from '../../scaler/cluster/pool-nodes.ts';
import {
  nodeObject,
  type PodParts,
  placeholderPod,
  podObject,
  poolConfig,
} from '../support/cluster-objects.ts';

const POOLS = ['data8', 'stat20'];
const NODES = ['node-0', 'node-1', 'node-2', 'node-3'];

function openStores() {
  const ledger = openLedger();
  const intern = openIntern(8);
  const nodes = openNodeStore({ ledger, intern, onChange() {} });
  nodes.setPools(POOLS.map((name) => poolConfig(name)));
  const rules = { namespace: 'hub', placeholderSelector: parseSelector('component=placeholder') };
  const pods = openPodStore({ ledger, intern, rules, onChange() {}, onSwap() {} });
  return { ledger, nodes, pods };
}

interface PodEvent {
  gone: boolean;
  id: number;
  host: string | undefined;
  nominated: string | undefined;
  cpu: string;
  memory: string;
  kind: 'ordinary' | 'daemon' | 'data8' | 'stat20';
  phase: string;
}

const podEvent = fc.record<PodEvent>({
  gone: fc.boolean(),
  id: fc.nat(7),
  host: fc.constantFrom(undefined, ...NODES),
  nominated: fc.constantFrom(undefined, ...NODES),
  cpu: fc.constantFrom('0', '250m', '1', '1.5', 'lots'),
  memory: fc.constantFrom('0', '1Gi', '100M', '7'),
  kind: fc.constantFrom('ordinary', 'daemon', 'data8', 'stat20'),
  phase: fc.constantFrom('Running', 'Pending', 'Succeeded'),
});
const nodeEvent = fc.record({
  gone: fc.boolean(),
  node: fc.constantFrom(...NODES),
  pool: fc.constantFrom(...POOLS),
});
type NodeEvent = typeof nodeEvent extends fc.Arbitrary<infer E> ? E : never;
type Step = { pod: PodEvent } | { node: NodeEvent } | { podList: PodEvent[] } | { nodeList: NodeEvent[] };
const steps = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: podEvent.map((pod): Step => ({ pod })) },
    { weight: 5, arbitrary: nodeEvent.map((node): Step => ({ node })) },
    { weight: 1, arbitrary: fc.array(podEvent).map((podList): Step => ({ podList })) },
    { weight: 1, arbitrary: fc.array(nodeEvent).map((nodeList): Step => ({ nodeList })) },
  ),
  { maxLength: 60 },
);

function asPod(event: PodEvent) {
  const parts: PodParts = {
    uid: `uid-${event.id}`,
    cpu: event.cpu,
    memory: event.memory,
    phase: event.phase,
    node: event.host,
  };
  if (event.nominated !== undefined) parts.nominated = event.nominated;
  if (event.kind === 'daemon') parts.owner = 'DaemonSet';
  return event.kind === 'ordinary' || event.kind === 'daemon'
    ? podObject(parts)
    : placeholderPod(event.kind, parts);
}
const asNode = (event: NodeEvent) => nodeObject({ name: event.node, labels: { pool: event.pool } });

/** The plainest way to the same numbers. */
function countFromNothing(pods: Map<number, PodEvent>, nodes: Map<string, NodeEvent>) {
  const milli: Record<string, number> = { '0': 0, '250m': 250, '1': 1000, '1.5': 1500, lots: 0 };
  const bytes: Record<string, number> = { '0': 0, '1Gi': 1024 ** 3, '100M': 100e6, '7': 7 };
  const perNode = NODES.map((name) => {
    const here = [...pods.values()].filter((pod) => (pod.host ?? pod.nominated) === name);
    const sum = (some: PodEvent[]) => ({
      cpuMilli: some.reduce((total, pod) => total + (milli[pod.cpu] ?? 0), 0),
      memoryBytes: some.reduce((total, pod) => total + (bytes[pod.memory] ?? 0), 0),
    });
    return {
      name,
      requested: sum(here),
      daemonRequested: sum(here.filter((pod) => pod.kind === 'daemon')),
      ordinaryPods: here.filter((pod) => pod.kind === 'ordinary').length,
      placeholders: here.filter((pod) => POOLS.includes(pod.kind)).length,
      unreadable: here.some((pod) => pod.cpu === 'lots'),
    };
  });
  const perPool = POOLS.map((pool) => {
    const own = [...pods.values()].filter((pod) => pod.kind === pool);
    const ready = own.filter((pod) => pod.host !== undefined && pod.phase === 'Running').length;
    const names = [...nodes.values()].filter((node) => node.pool === pool).map(({ node }) => node);
    return { ready, pending: own.length - ready, nodes: names.sort() };
  });
  return { perNode, perPool };
}

function whatIsKept({ ledger, pods, nodes }: ReturnType<typeof openStores>) {
  const perNode = NODES.map((name) => {
    const { requested, daemonRequested, ordinaryPods, placeholders, unreadable } = ledger.entry(name).view;
    return { name, requested, daemonRequested, ordinaryPods, placeholders, unreadable };
  });
  const perPool = POOLS.map((pool) => ({
    ...pods.placeholders(pool),
    nodes: nodes
      .nodesOf(pool)
      .map(({ node }) => node.name)
      .sort(),
  }));
  return { perNode, perPool };
}

describe('the sums after any events', () => {
  it('are those of a count from nothing, and no recount finds a drift', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const stores = openStores();
        const livePods = new Map<number, PodEvent>();
        const liveNodes = new Map<string, NodeEvent>();
        const note = (event: PodEvent) => {
          if (event.gone || event.phase === 'Succeeded') livePods.delete(event.id);
          else livePods.set(event.id, event);
        };
        const noteNode = (event: NodeEvent) => {
          if (event.gone) liveNodes.delete(event.node);
          else liveNodes.set(event.node, event);
        };
        const type = ({ gone }: { gone: boolean }) => (gone ? 'DELETED' : 'MODIFIED');
        for (const step of all) {
          if ('pod' in step) {
            stores.pods.apply(type(step.pod), asPod(step.pod));
            note(step.pod);
          } else if ('node' in step) {
            stores.nodes.apply(type(step.node), asNode(step.node));
            noteNode(step.node);
          } else if ('podList' in step) {
            const draft = stores.pods.draft();
            livePods.clear();
            for (const event of step.podList) {
              draft.apply(type(event), asPod(event));
              note(event);
            }
            draft.commit();
          } else {
            const draft = stores.nodes.draft();
            liveNodes.clear();
            for (const event of step.nodeList) {
              draft.apply(type(event), asNode(event));
              noteNode(event);
            }
            draft.commit();
          }
        }
        expect(whatIsKept(stores)).toEqual(countFromNothing(livePods, liveNodes));
        expect(stores.pods.recount()).toBe(0);
        expect(whatIsKept(stores)).toEqual(countFromNothing(livePods, liveNodes));
        expect([stores.pods.size(), stores.nodes.size()]).toEqual([livePods.size, liveNodes.size]);
      }),
      { numRuns: 500 },
    );
  });

  it('are complete when a pod comes before its node, and kept when the node goes first', () => {
    const { ledger, pods, nodes } = openStores();
    pods.apply('ADDED', podObject({ node: 'node-0' }));
    nodes.apply('ADDED', nodeObject({ name: 'node-0' }));
    expect(nodes.nodesOf('data8')[0]?.node).toMatchObject({ ordinaryPods: 1, requested: { cpuMilli: 1000 } });
    nodes.apply('DELETED', nodeObject({ name: 'node-0' }));
    expect(nodes.nodesOf('data8')).toEqual([]);
    nodes.apply('ADDED', nodeObject({ name: 'node-0' }));
    expect(nodes.nodesOf('data8')[0]?.node.ordinaryPods).toBe(1);
    pods.apply('DELETED', podObject({ node: 'node-0' }));
    nodes.apply('DELETED', nodeObject({ name: 'node-0' }));
    expect(ledger.entries.size).toBe(0);
  });

  it('hold for a list that was gathered while its nodes went and came back', () => {
    const { pods, nodes } = openStores();
    const draft = pods.draft();
    draft.apply('ADDED', podObject({ node: 'node-0' }));
    nodes.apply('ADDED', nodeObject({ name: 'node-0' }));
    nodes.apply('DELETED', nodeObject({ name: 'node-0' }));
    nodes.apply('ADDED', nodeObject({ name: 'node-0' }));
    draft.commit();
    expect(nodes.nodesOf('data8')[0]?.node.ordinaryPods).toBe(1);
  });
});
