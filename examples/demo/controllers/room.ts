// What is on each node, and whether a pod fits there: the scheduler's filters as the kube-scheduler applies them
// (node selector and affinity, taints, hostname anti-affinity both ways, resources and the pod limit).
import type { Node, Pod, PodTemplate, Requirement, Taint, Toleration } from '../api/objects.ts';
import { thousandths } from '../api/quantity.ts';
import { meets, selects } from '../api/selectors.ts';
import type { Store } from '../api/store.ts';

/** Resource amounts in thousandths of their base unit; `pods` counts too. */
export type Amounts = Record<string, number>;

export interface Room {
  node: Node;
  pods: Pod[];
  used: Amounts;
  allocatable: Amounts;
}

/** Sum of the containers' requests (the simulated pods have no init containers or overhead), and one pod. */
export function requestsOf({ spec }: Pick<PodTemplate, 'spec'>): Amounts {
  const sum: Amounts = { pods: 1000 };
  for (const { resources } of spec.containers) {
    for (const [name, value] of Object.entries(resources?.requests ?? {})) {
      sum[name] = (sum[name] ?? 0) + thousandths(value);
    }
  }
  return sum;
}

export function emptyRoom(node: Node): Room {
  const allocatable = Object.fromEntries(
    Object.entries(node.status.allocatable).map(([name, value]) => [name, thousandths(value)]),
  );
  return { node, pods: [], used: {}, allocatable };
}

/** Puts a pod into a room: a placement to go on reckoning with, nothing is written. */
export function place(room: Room, pod: Pod): void {
  room.pods.push(pod);
  for (const [name, value] of Object.entries(requestsOf(pod)))
    room.used[name] = (room.used[name] ?? 0) + value;
}

export function roomWithout(room: Room, gone: (pod: Pod) => boolean): Room {
  const copy: Room = { ...room, pods: [], used: {} };
  for (const pod of room.pods) if (!gone(pod)) place(copy, pod);
  return copy;
}

export const isOver = ({ status }: Pod) => status.phase === 'Succeeded' || status.phase === 'Failed';

/** Every node with the pods bound to it that are not over. */
export function roomsOf(store: Store): Map<string, Room> {
  const rooms = new Map(store.list('nodes').map((node) => [node.metadata.name, emptyRoom(node)]));
  for (const pod of store.list('pods')) {
    const room = pod.spec.nodeName ? rooms.get(pod.spec.nodeName) : undefined;
    if (room && !isOver(pod)) place(room, pod);
  }
  return rooms;
}

function tolerates(tolerations: Toleration[] | undefined, taint: Taint): boolean {
  return (tolerations ?? []).some(
    ({ key, operator = 'Equal', value = '', effect }) =>
      (!effect || effect === taint.effect) &&
      (key === undefined || key === '' ? operator === 'Exists' : key === taint.key) &&
      (operator === 'Exists' || value === (taint.value ?? '')),
  );
}

function matchesNode({ spec }: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  if (!Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value)) return false;
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (terms === undefined) return true;
  const all = (requirements: Requirement[] | undefined, values: Record<string, string>) =>
    (requirements ?? []).every((requirement) => meets(values, requirement));
  return terms.some(
    (term) =>
      all(term.matchExpressions, labels) && all(term.matchFields, { 'metadata.name': node.metadata.name }),
  );
}

/** True when `pod` refuses to be on one host with `other`. A namespaceSelector is taken as the empty one: all of them. */
function avoids(pod: Pod, other: Pod): boolean {
  const terms = pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.some(
    ({ labelSelector, topologyKey, namespaces = [pod.metadata.namespace ?? ''], namespaceSelector }) =>
      topologyKey === 'kubernetes.io/hostname' &&
      (namespaceSelector !== undefined || namespaces.includes(other.metadata.namespace ?? '')) &&
      selects(labelSelector, other.metadata.labels),
  );
}

/** Why the pod cannot be on that node, in the scheduler's words, or undefined when it fits. */
export function misfit(pod: Pod, room: Room): string | undefined {
  const { node } = room;
  if (!matchesNode(pod, node)) return "node(s) didn't match Pod's node affinity/selector";
  const cordon: Taint[] = node.spec.unschedulable
    ? [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]
    : [];
  const taint = [...(node.spec.taints ?? []), ...cordon].find(
    (t) => t.effect !== 'PreferNoSchedule' && !tolerates(pod.spec.tolerations, t),
  );
  if (taint) return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`;
  if (room.pods.some((other) => avoids(pod, other) || avoids(other, pod))) {
    return "node(s) didn't match pod anti-affinity rules";
  }
  for (const [name, value] of Object.entries(requestsOf(pod))) {
    if (value > 0 && value > (room.allocatable[name] ?? 0) - (room.used[name] ?? 0)) {
      return name === 'pods' ? 'Too many pods' : `Insufficient ${name}`;
    }
  }
  return undefined;
}

/** Mean of the used shares of cpu and memory, 0..1, as MostAllocated scores. */
export function usedShare(room: Room): number {
  const share = (name: string) => (room.used[name] ?? 0) / (room.allocatable[name] || 1);
  return (share('cpu') + share('memory')) / 2;
}
