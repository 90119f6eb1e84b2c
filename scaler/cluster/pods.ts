// A pod as the view keeps it: where it counts, how much, and as what. Which pods count is the scheduler's rule: every
// pod that is neither Succeeded nor Failed takes its room on its node, also while it starts or terminates; a Pending
// pod that preempted others (status.nominatedNodeName) takes it on the node that was cleared for it.
import { POOL_LABEL } from '../placeholder/labels.ts';
import type { Intern } from './intern.ts';
import { type Labels, matches, type Requirement } from './labels.ts';
import { effectiveRequests, type PodForRequests, type Unreadable } from './pod-requests.ts';

/** The part of a v1.Pod that is read. */
export interface PodObject {
  metadata: {
    name: string;
    namespace?: string;
    uid: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    deletionTimestamp?: string;
    ownerReferences?: { kind: string; controller?: boolean }[];
  };
  spec?: PodForRequests['spec'] & { nodeName?: string };
  status?: PodForRequests['status'] & { phase?: string; nominatedNodeName?: string };
}

/** What a pod is to the sums: `daemon` covers DaemonSet and static pods. */
export type PodKind = 'ordinary' | 'daemon' | 'placeholder';

/** Of a placeholder: `leaving` while it is being deleted. */
export type PlaceholderState = 'ready' | 'pending' | 'leaving';

/** What a pod takes and as what; thousands of pods share one. */
export interface Load {
  cpuMilli: number;
  memoryBytes: number;
  kind: PodKind;
  /** Set for placeholders in our namespace: the pool's name as its label or its Deployment's name says. */
  pool: string | undefined;
  state: PlaceholderState | undefined;
  /** A quantity that cannot be read, and the pod it belongs to. */
  unreadable: (Unreadable & { pod: string }) | undefined;
}

export interface TrimmedPod {
  uid: string;
  /** Node that it takes room on: bound or nominated. */
  host: string | undefined;
  load: Load;
}

export interface PodRules {
  namespace: string;
  /** `placeholderPodLabelSelector`, parsed; an empty one matches nothing. */
  placeholderSelector: readonly Requirement[];
}

/** Undefined for a pod that has ended: it takes no room. */
export function trimPod(pod: PodObject, rules: PodRules, intern: Intern): TrimmedPod | undefined {
  const { metadata, spec = {}, status = {} } = pod;
  if (status.phase === 'Succeeded' || status.phase === 'Failed') return undefined;
  const host = spec.nodeName || status.nominatedNodeName || undefined;
  const { amounts, unreadable } = effectiveRequests(pod);
  const ours = metadata.namespace === rules.namespace;
  const isPlaceholder = isPlaceholderPod(metadata.labels, ours, rules);
  const load: Load = {
    cpuMilli: amounts.cpuMilli,
    memoryBytes: amounts.memoryBytes,
    kind: isPlaceholder ? 'placeholder' : isDaemon(pod) ? 'daemon' : 'ordinary',
    pool: isPlaceholder && ours ? poolOf(pod) : undefined,
    state: isPlaceholder ? placeholderState(pod) : undefined,
    unreadable: unreadable && { ...unreadable, pod: `${metadata.namespace}/${metadata.name}` },
  };
  return { uid: metadata.uid, host, load: intern.value(load, keyOf(load)) };
}

function keyOf({ cpuMilli, memoryBytes, kind, pool, state, unreadable }: Load): string {
  const placeholder = kind === 'placeholder' ? `${pool} ${state}` : '';
  const bad = unreadable === undefined ? '' : `${unreadable.pod} ${unreadable.where} ${unreadable.value}`;
  return `${cpuMilli} ${memoryBytes} ${kind} ${placeholder} ${bad}`;
}

/** The pool label makes one in any namespace (another release may share the nodes); the selector only in ours. */
function isPlaceholderPod(labels: Labels | undefined, ours: boolean, rules: PodRules): boolean {
  if (labels?.[POOL_LABEL] !== undefined) return true;
  return ours && rules.placeholderSelector.length > 0 && matches(rules.placeholderSelector, labels);
}

/** The original's placeholders carry no pool label; `data8-placeholder-6c9f7d-x2x4z` is named after its Deployment. */
function poolOf({ metadata }: PodObject): string | undefined {
  const label = metadata.labels?.[POOL_LABEL];
  if (label !== undefined) return label;
  const at = metadata.name.lastIndexOf('-placeholder-');
  return at > 0 ? metadata.name.slice(0, at) : undefined;
}

function isDaemon({ metadata }: PodObject): boolean {
  if (metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return true;
  return metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet' || kind === 'Node') === true;
}

function placeholderState({ metadata, spec, status }: PodObject): PlaceholderState {
  if (metadata.deletionTimestamp !== undefined) return 'leaving';
  if (!spec?.nodeName || status?.phase !== 'Running') return 'pending';
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  return ready === undefined || ready.status === 'True' ? 'ready' : 'pending';
}
