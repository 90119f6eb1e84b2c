// Objects for the tests of the simulated cluster: good defaults, the row states only what matters to it.
import { admit } from '../../examples/demo/api/admit.ts';
import type { Affinity, Container, Deployment, Pod, Stored, Taint } from '../../examples/demo/api/objects.ts';
import { openStore, type Store } from '../../examples/demo/api/store.ts';
import { joinNode, markReady, type NodeGroup } from '../../examples/demo/controllers/nodes.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';

export const NAMESPACE = 'hub';

export function emptyCluster(): { store: Store; clock: ManualClock } {
  const clock = manualClock();
  const store = openStore({ clock });
  store.create('namespaces', { metadata: { name: NAMESPACE } });
  store.create('priorityclasses', {
    metadata: { name: 'placeholder' },
    value: -10,
    preemptionPolicy: 'Never',
  });
  return { store, clock };
}

export const GROUP: NodeGroup = { name: 'data8', allocatable: { cpu: '8', memory: '64Gi', pods: '110' } };

export interface NodeSaid {
  labels?: Record<string, string>;
  taints?: Taint[];
  memory?: string;
}

/** A ready node. */
export function addNode(
  store: Store,
  name: string,
  { labels, taints, memory = '64Gi' }: NodeSaid = {},
): void {
  const group = { ...GROUP, ...(labels && { labels }), ...(taints && { taints }) };
  joinNode(store, { ...group, allocatable: { ...GROUP.allocatable, memory } }, name);
  markReady(store, { node: name, daemons: [] });
}

export interface PodSaid {
  memory?: string;
  labels?: Record<string, string>;
  priorityClassName?: string;
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  affinity?: Affinity;
  tolerations?: Pod['spec']['tolerations'];
  graceSeconds?: number;
}

export function addPod(store: Store, name: string, said: PodSaid = {}): Pod {
  const { memory = '1Gi', labels = {}, graceSeconds = 0, ...spec } = said;
  const container: Container = {
    name: 'main',
    image: 'example:1',
    resources: { requests: { memory, cpu: '100m' } },
  };
  const pod = {
    metadata: { namespace: NAMESPACE, name, labels },
    spec: { ...spec, terminationGracePeriodSeconds: graceSeconds, containers: [container] },
  } as unknown as Pod;
  admit('pods', { object: pod, store });
  return store.create('pods', pod);
}

/** Refuses to be beside another pod of these labels. */
export function apartFrom(labels: Record<string, string>): Affinity {
  const term = {
    labelSelector: { matchLabels: labels },
    topologyKey: 'kubernetes.io/hostname',
    namespaceSelector: {},
  };
  return { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
}

export const podOf = (store: Store, name: string) => store.get('pods', { namespace: NAMESPACE, name });

/** Where each pod is, by name; `-` for nowhere. */
export function placesOf(store: Store): Record<string, string> {
  return Object.fromEntries(store.list('pods').map((pod) => [pod.metadata.name, pod.spec.nodeName ?? '-']));
}

export interface DeploymentSaid {
  replicas?: number;
  memory?: string;
  priorityClassName?: string;
  strategy?: object;
}

/** As a client would send it. */
export function deployment(name: string, said: DeploymentSaid = {}) {
  const { replicas = 1, memory = '50Gi', priorityClassName, strategy } = said;
  const labels = { app: 'placeholder', pool: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE, labels },
    spec: {
      replicas,
      ...(strategy && { strategy }),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...(priorityClassName && { priorityClassName }),
          terminationGracePeriodSeconds: 0,
          affinity: apartFrom({ app: 'placeholder' }),
          containers: [{ name: 'pause', image: 'pause:3', resources: { requests: { memory } } }],
        },
      },
    },
  };
}

export function addDeployment(store: Store, name: string, said: DeploymentSaid = {}): Deployment {
  const object = deployment(name, said) as unknown as Stored['deployments'];
  admit('deployments', { object, store });
  return store.create('deployments', object);
}

/** Marks a pod as running and ready, as its kubelet would. */
export function runPod(store: Store, name: string): void {
  store.change('pods', { namespace: NAMESPACE, name }, ({ status }) => {
    status.phase = 'Running';
    status.conditions = [{ type: 'Ready', status: 'True' }];
  });
}
