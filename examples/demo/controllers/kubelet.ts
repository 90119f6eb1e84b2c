// Every node's kubelet at once: a node that joined becomes ready and pulls the images that take long, a pod that was
// bound starts when its image is there, a pod that is being deleted stops within its grace.
import type { Clock, Timer } from '../../../scaler/clock.ts';
import { hasCondition, type Node, type Pod, withCondition } from '../api/objects.ts';
import type { Store } from '../api/store.ts';
import { type Daemon, markReady } from './nodes.ts';
import { type Controller, reconcile } from './reconcile.ts';

export interface KubeletTimings {
  /** From joining to Ready. */
  readyMs: number;
  /** From Ready until the big images are on the node. */
  pullMs: number;
  /** From a pod's binding, its image being there, to Running. */
  startMs: number;
  /** From a deletion with grace to gone (never longer than the grace). */
  stopMs: number;
}

export interface KubeletOptions {
  store: Store;
  clock: Clock;
  timings: KubeletTimings;
  /** Images that take `pullMs` on a new node; every other image starts at once. */
  bigImages: string[];
  daemons: Daemon[];
}

export function startKubelets({ store, clock, timings, bigImages, daemons }: KubeletOptions): Controller {
  const timers = new Map<string, Timer>();
  const later = (key: string, delayMs: number, act: () => void) => {
    if (timers.has(key)) return;
    const fire = () => {
      timers.delete(key);
      act();
    };
    timers.set(key, clock.after(delayMs, fire));
  };
  const pulled = (node: Node) =>
    bigImages.every((image) => node.status.images?.some(({ names }) => names.includes(image)));

  const lookAtNode = (node: Node) => {
    const { name, uid } = node.metadata;
    if (!hasCondition(node.status.conditions, 'Ready')) {
      // A node that was ready once is somebody's test of an outage: leave it alone.
      if (node.spec.taints?.some(({ key }) => key === 'node.kubernetes.io/not-ready')) {
        later(`ready ${uid}`, timings.readyMs, () => markReady(store, { node: name, daemons }));
      }
    } else if (!pulled(node)) {
      later(`pull ${uid}`, timings.pullMs, () =>
        store.change('nodes', { name }, ({ status }) => {
          status.images = bigImages.map((image) => ({ names: [image], sizeBytes: 3_000_000_000 }));
        }),
      );
    }
  };
  const lookAtPod = (pod: Pod, node: Node | undefined) => {
    const { uid, deletionTimestamp, deletionGracePeriodSeconds = 30 } = pod.metadata;
    if (deletionTimestamp) {
      const stopMs = Math.min(deletionGracePeriodSeconds * 1000, timings.stopMs);
      later(`stop ${uid}`, stopMs, () => store.remove('pods', pod.metadata));
    } else if (node && pod.status.phase === 'Pending' && hasCondition(node.status.conditions, 'Ready')) {
      const needsPull = pod.spec.containers.some(({ image }) => image && bigImages.includes(image));
      if (!needsPull || pulled(node)) later(`start ${uid}`, timings.startMs, () => run(store, pod));
    }
  };
  const loop = reconcile({
    store,
    clock,
    delayMs: 0,
    watches: ['pods', 'nodes'],
    run() {
      for (const node of store.list('nodes')) lookAtNode(node);
      for (const pod of store.list('pods')) {
        const { nodeName } = pod.spec;
        if (nodeName) lookAtPod(pod, store.get('nodes', { name: nodeName }));
      }
    },
  });
  return {
    stop() {
      loop.stop();
      for (const timer of timers.values()) timer.cancel();
    },
  };
}

function run(store: Store, pod: Pod): void {
  if (store.get('pods', pod.metadata)?.metadata.uid !== pod.metadata.uid) return;
  store.change('pods', pod.metadata, ({ spec, status, metadata }) => {
    if (metadata.deletionTimestamp) return;
    const lastTransitionTime = store.time();
    status.phase = 'Running';
    status.startTime = lastTransitionTime;
    for (const type of ['Initialized', 'ContainersReady', 'Ready']) {
      status.conditions = withCondition(status.conditions, { type, status: 'True', lastTransitionTime });
    }
    status.containerStatuses = spec.containers.map(({ name, image }) => ({
      name,
      image,
      ready: true,
      restartCount: 0,
      state: { running: { startedAt: lastTransitionTime } },
    }));
  });
}
