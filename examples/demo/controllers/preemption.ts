// Which pods must go so that a pod of higher priority fits: the kube-scheduler's DefaultPreemption. On a copy of each
// node all lower-priority pods are taken away; if the pod fits then, as many as possible are taken back, so that only
// the needed victims go. The node with the cheapest victims wins: lowest top priority, then smallest sum, then fewest.
import type { Pod } from '../api/objects.ts';
import { misfit, place, type Room, roomWithout } from './room.ts';

export interface Preemption {
  node: string;
  victims: Pod[];
}

export const priorityOf = ({ spec }: Pod) => spec.priority ?? 0;

const importance = (a: Pod, b: Pod) =>
  priorityOf(b) - priorityOf(a) ||
  Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp);

function victimsOn(room: Room, pod: Pod): Pod[] | undefined {
  const lower = room.pods.filter((other) => priorityOf(other) < priorityOf(pod));
  if (lower.length === 0) return undefined;
  const kept = roomWithout(room, (other) => lower.includes(other));
  if (misfit(pod, kept) !== undefined) return undefined;
  const victims: Pod[] = [];
  for (const other of lower.sort(importance)) {
    const withOther = roomWithout(kept, () => false);
    place(withOther, other);
    if (misfit(pod, withOther) === undefined) place(kept, other);
    else victims.push(other);
  }
  return victims;
}

/** Undefined when the pod may not preempt, or nothing that may go would help. */
export function choosePreemption(pod: Pod, rooms: Iterable<Room>): Preemption | undefined {
  if (pod.spec.preemptionPolicy === 'Never') return undefined;
  const candidates: Preemption[] = [];
  for (const room of rooms) {
    const victims = victimsOn(room, pod);
    if (victims && victims.length > 0) candidates.push({ node: room.node.metadata.name, victims });
  }
  const cost = ({ victims }: Preemption) => {
    const priorities = victims.map(priorityOf);
    return [Math.max(...priorities), priorities.reduce((a, b) => a + b, 0), victims.length] as const;
  };
  return candidates.sort((a, b) => {
    const [x, y] = [cost(a), cost(b)];
    return x[0] - y[0] || x[1] - y[1] || x[2] - y[2];
  })[0];
}
