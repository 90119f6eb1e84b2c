// The placeholder size for one node, in the terms of the original's tool: what is allocatable, what the pods that are no
// user's ask for, the reserve, and what is left. Users' pods and placeholders are left out: they are what the room is
// for. Pods that are of no DaemonSet may be on this node alone, so they are named; `resources: auto` does not count them.
import type { NodeObject } from '../cluster/nodes.ts';
import { effectiveRequests } from '../cluster/pod-requests.ts';
import type { PodObject } from '../cluster/pods.ts';
import { readCpuMilli, readQuantity } from '../cluster/quantities.ts';
import type { Amounts } from '../cluster/snapshot.ts';
import { COMPONENT, POOL_LABEL } from './labels.ts';
import { RESERVE } from './size.ts';

export interface SizeExplanation {
  node: string;
  allocatable: Amounts;
  /** Sum of the requests of the pods that stay: DaemonSets, static and system pods. */
  nonNotebook: Amounts & { pods: number };
  /** `namespace/name` of those that are neither of a DaemonSet nor static. */
  perhapsElsewhere: string[];
  leftOut: { userPods: number; placeholders: number };
  reserve: Amounts;
  /** Exact; negative when there is no room. */
  recommended: Amounts;
  /** Numbers that cannot be read, each with its place: the recommendation is then too large. */
  unreadable: string[];
}

/** `pods`: all that the API server lists for the node; ended ones do not count. */
export function explainSize(node: NodeObject, pods: PodObject[]): SizeExplanation {
  const { cpu, memory } = node.status?.allocatable ?? {};
  const allocatable = { cpuMilli: readCpuMilli(cpu) ?? 0, memoryBytes: readQuantity(memory) ?? 0 };
  const nonNotebook = { cpuMilli: 0, memoryBytes: 0, pods: 0 };
  const leftOut = { userPods: 0, placeholders: 0 };
  const perhapsElsewhere: string[] = [];
  const unreadable: string[] = [];
  if (readCpuMilli(cpu) === undefined) unreadable.push(`status.allocatable.cpu: ${JSON.stringify(cpu)}`);
  if (readQuantity(memory) === undefined)
    unreadable.push(`status.allocatable.memory: ${JSON.stringify(memory)}`);
  for (const pod of pods) {
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') continue;
    const name = `${pod.metadata.namespace ?? 'default'}/${pod.metadata.name}`;
    if (isPlaceholder(pod)) leftOut.placeholders++;
    else if (isUserPod(pod)) leftOut.userPods++;
    else {
      const { amounts, unreadable: bad } = effectiveRequests(pod);
      if (bad !== undefined) unreadable.push(`pod ${name}, ${bad.where}: ${JSON.stringify(bad.value)}`);
      nonNotebook.pods++;
      nonNotebook.cpuMilli += amounts.cpuMilli;
      nonNotebook.memoryBytes += amounts.memoryBytes;
      if (!belongsToNode(pod)) perhapsElsewhere.push(name);
    }
  }
  const recommended = {
    cpuMilli: allocatable.cpuMilli - nonNotebook.cpuMilli - RESERVE.cpuMilli,
    memoryBytes: allocatable.memoryBytes - nonNotebook.memoryBytes - RESERVE.memoryBytes,
  };
  const reserve = { ...RESERVE };
  return {
    node: node.metadata.name,
    allocatable,
    nonNotebook,
    perhapsElsewhere,
    leftOut,
    reserve,
    recommended,
    unreadable,
  };
}

/** For a terminal; ends with the lines to paste into the values. */
export function sizeText(size: SizeExplanation): string {
  const { allocatable, nonNotebook, leftOut, reserve, recommended } = size;
  const row = (label: string, { cpuMilli, memoryBytes }: Amounts) =>
    `  ${label.padEnd(36)}${String(memoryBytes).padStart(14)} bytes  ${gib(memoryBytes)}  ${`${cpuMilli}m`.padStart(8)} cpu`;
  const lines = [
    `Node ${size.node}`,
    row('  allocatable', allocatable),
    row(`- ${counted(nonNotebook.pods, 'pod')} that are no user's`, nonNotebook),
    row('- reserve for pods that come later', reserve),
    row('= recommended', recommended),
    `Left out: ${counted(leftOut.userPods, "user's pod")}, ${counted(leftOut.placeholders, 'placeholder')}.`,
  ];
  if (size.perhapsElsewhere.length > 0) {
    lines.push(`Of no DaemonSet, so perhaps on this node only: ${size.perhapsElsewhere.join(', ')}.`);
  }
  for (const where of size.unreadable) lines.push(`Cannot be read, so the size is too large: ${where}.`);
  if (recommended.cpuMilli <= 0 || recommended.memoryBytes <= 0) {
    return [...lines, 'No room is left for a placeholder on this node.'].join('\n');
  }
  return [
    ...lines,
    '',
    'resources:',
    '  requests:',
    `    memory: "${recommended.memoryBytes}"`,
    `    cpu: ${recommended.cpuMilli}m`,
  ].join('\n');
}

function isPlaceholder({ metadata, spec }: PodObject): boolean {
  const { labels = {} } = metadata;
  return labels[POOL_LABEL] !== undefined || labels.component === COMPONENT || hasContainer(spec, 'pause');
}

function isUserPod({ metadata, spec }: PodObject): boolean {
  return metadata.labels?.component === 'singleuser-server' || hasContainer(spec, 'notebook');
}

function hasContainer(spec: PodObject['spec'], name: string): boolean {
  return spec?.containers?.some((container) => container.name === name) === true;
}

function belongsToNode({ metadata }: PodObject): boolean {
  if (metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return true;
  return metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet' || kind === 'Node') === true;
}

/** For the eye; the bytes count. */
function gib(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(2)} GiB`.padStart(11);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
