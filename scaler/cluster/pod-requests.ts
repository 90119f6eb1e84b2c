// What the scheduler takes off a node for a pod (k8s.io/component-helpers resource/helpers.go, PodRequests, as in
// Kubernetes 1.33 to 1.36): containers and sidecars run together, plain init containers one after the other before
// them, pod-level requests replace the sum, overhead comes on top. A resize in place counts as the largest of what is
// wanted, allotted and in use, until the kubelet calls it infeasible. Fields that are absent mean: feature off.
import { readCpuMilli, readQuantity } from './quantities.ts';
import type { Amounts } from './snapshot.ts';

type Quantities = Record<string, unknown> | undefined;

export interface ContainerSpec {
  name: string;
  restartPolicy?: string;
  resources?: { requests?: Quantities };
}

export interface ContainerStatus {
  name: string;
  resources?: { requests?: Quantities };
  allocatedResources?: Quantities;
}

export interface PodForRequests {
  spec?: {
    containers?: ContainerSpec[];
    initContainers?: ContainerSpec[];
    resources?: { requests?: Quantities };
    overhead?: Quantities;
  };
  status?: {
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
    conditions?: { type: string; status?: string; reason?: string }[];
    resources?: { requests?: Quantities };
    allocatedResources?: Quantities;
  };
}

/** The quantity that could not be read: `containers.notebook.resources.requests.memory: "2 GB"`. */
export interface Unreadable {
  where: string;
  value: string;
}

interface Reader {
  resource: 'cpu' | 'memory';
  unreadable?: Unreadable;
}

/** Effective requests; `unreadable` is set when a quantity could not be read, and the amounts are then too small. */
export function effectiveRequests(pod: PodForRequests): { amounts: Amounts; unreadable?: Unreadable } {
  const cpu: Reader = { resource: 'cpu' };
  const memory: Reader = { resource: 'memory' };
  const amounts = { cpuMilli: effective(pod, cpu), memoryBytes: effective(pod, memory) };
  const unreadable = cpu.unreadable ?? memory.unreadable;
  return unreadable === undefined ? { amounts } : { amounts, unreadable };
}

function effective({ spec = {}, status = {} }: PodForRequests, read: Reader): number {
  const infeasible =
    status.conditions?.some((c) => c.type === 'PodResizePending' && c.reason === 'Infeasible') === true;
  const overhead = amount(spec.overhead, read, 'overhead') ?? 0;

  let together = 0;
  for (const container of spec.containers ?? []) {
    const current = status.containerStatuses?.find((s) => s.name === container.name);
    together += requestOf(container, current, infeasible, read);
  }
  let sidecars = 0;
  let peak = 0;
  for (const container of spec.initContainers ?? []) {
    if (container.restartPolicy === 'Always') {
      const current = status.initContainerStatuses?.find((s) => s.name === container.name);
      sidecars += requestOf(container, current, infeasible, read);
      peak = Math.max(peak, sidecars);
    } else {
      peak = Math.max(peak, sidecars + requestOf(container, undefined, false, read));
    }
  }
  const wholePod = amount(spec.resources?.requests, read, 'spec.resources.requests');
  if (wholePod === undefined) return Math.max(together + sidecars, peak) + overhead;
  return resized(wholePod, status, infeasible, read, 'status') + overhead;
}

function requestOf(
  container: ContainerSpec,
  current: ContainerStatus | undefined,
  infeasible: boolean,
  read: Reader,
): number {
  const where = `container ${container.name}`;
  const wanted = amount(container.resources?.requests, read, where) ?? 0;
  return current?.resources === undefined ? wanted : resized(wanted, current, infeasible, read, where);
}

/** The largest of wanted, in use and allotted; once infeasible, what is wanted no longer counts. */
function resized(
  wanted: number,
  current: { resources?: { requests?: Quantities }; allocatedResources?: Quantities },
  infeasible: boolean,
  read: Reader,
  where: string,
): number {
  if (current.resources === undefined && current.allocatedResources === undefined) return wanted;
  const inUse = amount(current.resources?.requests, read, `${where}, in use`) ?? 0;
  const allotted = amount(current.allocatedResources, read, `${where}, allotted`) ?? 0;
  return Math.max(infeasible ? 0 : wanted, inUse, allotted);
}

/** Undefined when the resource is not named. What cannot be read, or is negative, is noted and counts 0 here. */
function amount(quantities: Quantities, read: Reader, where: string): number | undefined {
  const text = quantities?.[read.resource];
  if (text === undefined || text === null) return undefined;
  const value = read.resource === 'cpu' ? readCpuMilli(text) : readQuantity(text);
  if (value !== undefined && value >= 0) return value;
  read.unreadable ??= { where: `${where}, ${read.resource}`, value: String(text) };
  return 0;
}
