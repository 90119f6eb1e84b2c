// The scheduler: pods by priority, then age; filters as in room.ts; among the nodes that fit the fullest one wins
// (`pack`, MostAllocated, as the user scheduler of a JupyterHub scores; `spread` is the default scheduler's
// LeastAllocated). A pod that fits nowhere preempts and is nominated for that node; the room of nominated pods is kept
// from pods of lower priority.
import { deleteObject } from '../api/deletion.ts';
import { type Pod, withCondition } from '../api/objects.ts';
import type { Store } from '../api/store.ts';
import { choosePreemption, priorityOf } from './preemption.ts';
import { type Controller, type Loop, reconcile } from './reconcile.ts';
import { isOver, misfit, place, type Room, roomsOf, roomWithout, usedShare } from './room.ts';

export type Scoring = 'pack' | 'spread';

const isWaiting = (pod: Pod) =>
  !pod.spec.nodeName &&
  !pod.metadata.deletionTimestamp &&
  !isOver(pod) &&
  (pod.spec.schedulingGates ?? []).length === 0;

const byUrgency = (a: Pod, b: Pod) =>
  priorityOf(b) - priorityOf(a) ||
  Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion) ||
  (a.metadata.name < b.metadata.name ? -1 : 1);

export function startScheduler(options: Omit<Loop, 'run' | 'watches'> & { scoring: Scoring }): Controller {
  return reconcile({
    ...options,
    watches: ['pods', 'nodes'],
    run: () => scheduleAll(options.store, options.scoring),
  });
}

/** One look at every waiting pod. */
export function scheduleAll(store: Store, scoring: Scoring): void {
  const rooms = roomsOf(store);
  const waiting = store.list('pods').filter(isWaiting).sort(byUrgency);
  const nominated = new Map<string, Pod>();
  for (const pod of waiting) if (pod.status.nominatedNodeName) nominated.set(pod.metadata.uid, pod);

  for (const pod of waiting) {
    const others = [...nominated.values()].filter(
      (other) => other.metadata.uid !== pod.metadata.uid && priorityOf(other) >= priorityOf(pod),
    );
    const reserved = (room: Room): Room => {
      const here = others.filter((other) => other.status.nominatedNodeName === room.node.metadata.name);
      if (here.length === 0) return room;
      const copy = roomWithout(room, () => false);
      for (const other of here) place(copy, other);
      return copy;
    };
    const fitting = [...rooms.values()].filter((room) => misfit(pod, reserved(room)) === undefined);
    const room = best(fitting, pod, scoring);
    if (room) {
      place(room, pod);
      nominated.delete(pod.metadata.uid);
      bind(store, pod, room.node.metadata.name);
      continue;
    }
    // Victims with a grace period are still on their way out: wait for them.
    const waits = rooms
      .get(pod.status.nominatedNodeName ?? '')
      ?.pods.some((other) => other.metadata.deletionTimestamp && priorityOf(other) < priorityOf(pod));
    if (waits) continue;
    const preemption = choosePreemption(pod, [...rooms.values()].map(reserved));
    for (const victim of preemption?.victims ?? []) preempt(store, victim, pod);
    const chosen = preemption && rooms.get(preemption.node);
    if (chosen) {
      rooms.set(
        preemption.node,
        roomWithout(chosen, (other) => preemption.victims.includes(other)),
      );
      nominated.set(pod.metadata.uid, {
        ...pod,
        status: { ...pod.status, nominatedNodeName: preemption.node },
      });
    } else nominated.delete(pod.metadata.uid);
    refuse(store, pod, { nominated: preemption?.node, message: whyNot(pod, rooms) });
  }
}

function best(fitting: Room[], pod: Pod, scoring: Scoring): Room | undefined {
  const wished = fitting.find((room) => room.node.metadata.name === pod.status.nominatedNodeName);
  if (wished) return wished;
  const avoided = ({ node }: Room) =>
    (node.spec.taints ?? []).filter((t) => t.effect === 'PreferNoSchedule').length;
  const sign = scoring === 'pack' ? -1 : 1;
  return fitting.sort((a, b) => avoided(a) - avoided(b) || sign * (usedShare(a) - usedShare(b)))[0];
}

function whyNot(pod: Pod, rooms: Map<string, Room>): string {
  const counts = new Map<string, number>();
  for (const room of rooms.values()) {
    const why = misfit(pod, room) ?? 'node(s) are kept for a nominated pod';
    counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  const parts = [...counts].map(([why, count]) => `${count} ${why}`).sort();
  return `0/${rooms.size} nodes are available${parts.length > 0 ? `: ${parts.join(', ')}` : ''}.`;
}

function bind(store: Store, pod: Pod, node: string): void {
  store.change('pods', pod.metadata, ({ spec, status }) => {
    spec.nodeName = node;
    delete status.nominatedNodeName;
    status.conditions = withCondition(status.conditions, {
      type: 'PodScheduled',
      status: 'True',
      lastTransitionTime: store.time(),
    });
  });
}

function refuse(store: Store, pod: Pod, why: { nominated?: string; message: string }): void {
  store.change('pods', pod.metadata, ({ status }) => {
    if (why.nominated) status.nominatedNodeName = why.nominated;
    else delete status.nominatedNodeName;
    status.conditions = withCondition(status.conditions, {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: why.message,
      lastTransitionTime: store.time(),
    });
  });
}

function preempt(store: Store, victim: Pod, by: Pod): void {
  store.change('pods', victim.metadata, ({ status }) => {
    status.conditions = withCondition(status.conditions, {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'PreemptionByScheduler',
      message: `default-scheduler: preempting to accommodate a higher priority pod (${by.metadata.name})`,
      lastTransitionTime: store.time(),
    });
  });
  deleteObject(store, 'pods', victim.metadata);
}
