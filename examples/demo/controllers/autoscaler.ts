// The autoscaler, in the manner of cluster-autoscaler: at every scan it packs the unschedulable pods (priority -10 and
// up, not nominated) into the nodes that are already booting, then into new ones of the first group they fit; and it
// takes away nodes that had nothing but DaemonSet pods for a while, marking them DeletionCandidate meanwhile.
// Simpler than the real one: nodes that are merely little used are never emptied (users' servers have no controller,
// so the real one leaves those alone too), and there is no delay after a scale-up.
import { randomUUID } from 'node:crypto';
import type { Clock, Timer } from '../../../scaler/clock.ts';
import type { Node, Pod, Taint } from '../api/objects.ts';
import type { Store } from '../api/store.ts';
import { GROUP_ANNOTATION, isDaemonPod, joinNode, type NodeGroup, nodeOf, removeNode } from './nodes.ts';
import { priorityOf } from './preemption.ts';
import type { Controller } from './reconcile.ts';
import { emptyRoom, misfit, place, type Room, roomsOf } from './room.ts';

export interface AutoscalerTimings {
  scanMs: number;
  /** From the order for a machine to its node joining. */
  bootMs: number;
  /** How long a node must have been empty. */
  unneededMs: number;
}

export interface BootingNode {
  name: string;
  group: string;
  orderedAtMs: number;
  joinsAtMs: number;
}

export interface Autoscaler extends Controller {
  booting(): BootingNode[];
  /** By node: when it goes if it stays empty (and its group may become smaller). */
  removals(): Map<string, number>;
}

export interface AutoscalerOptions {
  store: Store;
  clock: Clock;
  groups: NodeGroup[];
  timings: AutoscalerTimings;
}

const EXPENDABLE_BELOW = -10;
/** On a node that the autoscaler would remove if it stays as it is. */
export const CANDIDATE: Taint = { key: 'DeletionCandidateOfClusterAutoscaler', effect: 'PreferNoSchedule' };

export function startAutoscaler({ store, clock, groups, timings }: AutoscalerOptions): Autoscaler {
  const booting = new Map<string, BootingNode & { timer: Timer; room: () => Room }>();
  const emptySince = new Map<string, number>();
  const groupOf = ({ metadata }: Node) =>
    groups.find(({ name }) => metadata.annotations?.[GROUP_ANNOTATION] === name);
  const size = (group: NodeGroup) =>
    store.list('nodes').filter((node) => groupOf(node) === group).length +
    [...booting.values()].filter((node) => node.group === group.name).length;

  const order = (group: NodeGroup): Room => {
    const name = `${group.name}-${randomUUID().slice(0, 4)}`;
    const join = () => {
      booting.delete(name);
      joinNode(store, group, name);
    };
    const orderedAtMs = clock.now();
    const room = () => emptyRoom(asNode(store, group, name));
    const timer = clock.after(timings.bootMs, join);
    const joinsAtMs = orderedAtMs + timings.bootMs;
    booting.set(name, { name, group: group.name, orderedAtMs, joinsAtMs, timer, room });
    return room();
  };

  const scaleUp = () => {
    const waiting = store
      .list('pods')
      .filter(triggersScaleUp)
      .sort((a, b) => priorityOf(b) - priorityOf(a));
    if (waiting.length === 0) return;
    // Nodes that joined but are not ready yet will be room too.
    const upcoming = [...roomsOf(store).values()].map((room) => ({
      ...room,
      node: withoutStartTaint(room.node),
    }));
    const rooms = [...upcoming, ...[...booting.values()].map(({ room }) => room())];
    for (const pod of waiting) {
      let room = rooms.find((candidate) => misfit(pod, candidate) === undefined);
      if (!room) {
        const group = groups.find(
          (g) =>
            size(g) < (g.max ?? 100) &&
            misfit(pod, emptyRoom(asNode(store, g, `${g.name}-new`))) === undefined,
        );
        if (!group) continue;
        room = order(group);
        rooms.push(room);
      }
      place(room, pod);
    }
  };

  const scaleDown = () => {
    const rooms = roomsOf(store);
    for (const name of emptySince.keys()) if (!rooms.has(name)) emptySince.delete(name);
    for (const { node, pods } of rooms.values()) {
      const group = groupOf(node);
      const { name } = node.metadata;
      const idle =
        group !== undefined &&
        pods.every(isDaemonPod) &&
        !node.spec.taints?.some(({ key }) => key.includes('not-ready'));
      if (!idle) {
        emptySince.delete(name);
        setCandidate(store, name, false);
        continue;
      }
      const since = emptySince.get(name) ?? clock.now();
      emptySince.set(name, since);
      if (size(group) <= (group.min ?? 0)) continue;
      if (clock.now() - since < timings.unneededMs) setCandidate(store, name, true);
      else {
        emptySince.delete(name);
        removeNode(store, name);
      }
    }
  };

  let next: Timer;
  const scan = () => {
    scaleUp();
    scaleDown();
    next = clock.after(timings.scanMs, scan);
  };
  next = clock.after(timings.scanMs, scan);

  return {
    booting: () =>
      [...booting.values()].map(({ name, group, orderedAtMs, joinsAtMs }) => ({
        name,
        group,
        orderedAtMs,
        joinsAtMs,
      })),
    removals: () => new Map([...emptySince].map(([name, sinceMs]) => [name, sinceMs + timings.unneededMs])),
    stop() {
      next.cancel();
      for (const { timer } of booting.values()) timer.cancel();
    },
  };
}

/** Unbound, seen as unschedulable, not waiting for a node of its own, and not expendable. */
function triggersScaleUp(pod: Pod): boolean {
  const refused = pod.status.conditions?.some(
    (c) => c.type === 'PodScheduled' && c.reason === 'Unschedulable',
  );
  return (
    !pod.spec.nodeName &&
    !pod.metadata.deletionTimestamp &&
    !pod.status.nominatedNodeName &&
    refused === true &&
    priorityOf(pod) >= EXPENDABLE_BELOW
  );
}

function asNode(store: Store, group: NodeGroup, name: string): Node {
  const draft = nodeOf(store, group, name);
  return { apiVersion: 'v1', kind: 'Node', ...draft } as Node;
}

function withoutStartTaint(node: Node): Node {
  const taints = node.spec.taints?.filter(({ key }) => key !== 'node.kubernetes.io/not-ready');
  return { ...node, spec: { ...node.spec, taints } };
}

function setCandidate(store: Store, name: string, wanted: boolean): void {
  store.change('nodes', { name }, ({ spec }) => {
    const others = (spec.taints ?? []).filter(({ key }) => key !== CANDIDATE.key);
    spec.taints = wanted ? [...others, CANDIDATE] : others;
  });
}
